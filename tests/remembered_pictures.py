"""Let the child process decode each picture once in a run; what it answered and drew is remembered.

Most tests make the same small picture, and starting a process for each of them takes a third of a run.
Tests of decoding itself use the fixture `fresh_pictures`.
"""

import functools
import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import pytest

from cms.content import avatars, renditions
from cms.content.media import process
from cms.content.media.process import CHUNK_BYTES, Description, DrawnFile, Job, Picture
from cms.content.models import images

USERS = (process, renditions, images, avatars)
Open = Callable[..., AbstractContextManager[Picture]]
Key = tuple[Any, ...]
OPENED = process.opened


class Remembered:
    """Stand for a picture in the child process, which is only started for what is not known yet."""

    def __init__(self, key: Key, start: Callable[[], Picture]) -> None:
        self._key, self._start = key, functools.cache(start)

    @property
    def description(self) -> Description:
        """Return what is known of the picture."""
        if self._key not in _descriptions:
            _descriptions[self._key] = self._start().description
        return _descriptions[self._key]

    def draw(self, job: Job) -> DrawnFile:
        """Return one file of the picture."""
        key = (*self._key, job)
        if key not in _files:
            drawn = self._start().draw(job)
            _files[key] = (drawn.read(), str(drawn.name), drawn.dimensions)
        content, name, dimensions = _files[key]
        return DrawnFile(content, name=name, dimensions=dimensions)


_descriptions: dict[Key, Description] = {}
_files: dict[Key, tuple[bytes, str, tuple[int, int]]] = {}


def remembering(opened: Open) -> Open:
    """Return what opens pictures as `opened` does, each of them once."""

    @contextmanager
    def open_once(file: Any, **options: Any) -> Iterator[Any]:
        limits = process._limits(options.get("seconds", process.DRAWING_SECONDS))
        key = (_digest(file), repr(sorted(options.items())), repr(limits), process.FORMATS)
        with ExitStack() as child:
            picture = Remembered(key, lambda: child.enter_context(opened(file, **options)))
            # What is refused is refused before anything is drawn.
            assert picture.description
            yield picture

    return open_once


def _digest(file: Any) -> str:
    digest = hashlib.blake2b()
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def install(patch: pytest.MonkeyPatch) -> None:
    """Remember pictures wherever the product opens them."""
    open_once = remembering(OPENED)
    for user in USERS:
        patch.setattr(user, "opened", open_once)
