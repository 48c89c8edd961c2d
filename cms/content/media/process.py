"""Decode and draw pictures in a child process with limits of its own, one at a time.

A picture of a few kilobytes may unpack to gigabytes, and a decoder may end its process when it fails.
So the web process never decodes one: it hands the file to `decoder.py` and takes back what was drawn.
ADR 0067.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from cms.content.media import decoder

PROGRAM = Path(decoder.__file__)
MEMORY_MAX_BYTES = 1024 * 1024 * 1024
# Of processor time: what an editor waits for, and what the worker and commands take.
CHECKING_SECONDS, DRAWING_SECONDS, PATIENT_SECONDS = 2, 3, 60
# By the clock, on a machine that has other things to do.
SLOWNESS = 10
CHUNK_BYTES = 1024 * 1024
# What the decoder may be asked for, by the name under which Pillow knows it.
FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
ENDINGS = {"jpeg": "jpg"}
KEPT_VARIABLES = ("LD_LIBRARY_PATH", "TMPDIR")

NOT_WHOLE = _("This picture cannot be read to its end. It may have been cut off on its way here.")
TOO_HEAVY = _(
    "Reading this picture takes more memory or time than pictures get. Save it smaller and try again."
)


class PictureUnreadable(ValidationError):
    """Say why no file can be made of a picture, in words for its editor; `str()` is for the log."""

    def __init__(self, message: Any, *, reason: str) -> None:
        super().__init__(message, code="picture_unreadable")
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class Description(NamedTuple):
    """Hold what is known of a picture that was decoded.

    Shape: `width` and `height` are those its file names, `upright` those it is shown in. `placeholder`
           is a data URI of some hundred bytes, empty where the picture is transparent; it and
           `is_transparent` are only known where they were asked for.
    """

    format: str
    width: int
    height: int
    upright: tuple[int, int]
    is_transparent: bool | None = None
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """Say what file to draw: which part of the upright picture, how large, and in which format."""

    crop: tuple[int, int, int, int]
    size: tuple[int, int]
    format: str
    quality: int = 0
    is_lossless: bool = False
    background: tuple[int, int, int] | None = None


class DrawnFile(ContentFile):
    """Hold a file that was drawn, and how large its picture is."""

    def __init__(self, content: bytes, *, name: str, dimensions: tuple[int, int]) -> None:
        super().__init__(content, name=name)
        self.dimensions = dimensions


class Picture:
    """Be a picture that waits, decoded, in the child process."""

    def __init__(self, child: "subprocess.Popen[str]", folder: Path) -> None:
        self._child, self._folder = child, folder
        self._count = 0
        answer = self._answer()
        (width, height), upright = answer["size"], tuple(answer["upright"])
        looks = (answer.get("is_transparent"), answer.get("placeholder", ""))
        self.description = Description(answer["format"], width, height, upright, *looks)

    def draw(self, job: Job) -> DrawnFile:
        """Return one file of the picture.

        Raises: PictureUnreadable.
        """
        self._count += 1
        path = self._folder / str(self._count)
        order = {name: getattr(job, name) for name in Job.__slots__} | {"name": path.name}
        try:
            assert self._child.stdin is not None
            self._child.stdin.write(json.dumps(order) + "\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            pass
        size = self._answer()["size"]
        content = path.read_bytes()
        path.unlink()
        ending = ENDINGS.get(job.format, job.format)
        return DrawnFile(content, name=f"picture.{ending}", dimensions=tuple(size))

    def _answer(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line.endswith("\n"):
            self._child.kill()
            raise PictureUnreadable(TOO_HEAVY, reason=f"decoder ended: {self._child.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise _refusal(answer)
        return answer


@contextmanager
def opened(
    file: Any, *, seconds: int = DRAWING_SECONDS, with_looks: bool = False
) -> Iterator[Picture]:
    """Decode the picture in a file, and let files be drawn of it.

    Units: seconds of processor time.
    Raises: PictureUnreadable.
    """
    with tempfile.TemporaryDirectory(prefix="cms-picture-") as name, _turn():
        folder = Path(name)
        _copy(file, folder / decoder.SOURCE)
        order = {"limits": _limits(seconds), "formats": FORMATS, "with_looks": with_looks}
        child = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", str(PROGRAM), name, json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=name,
            text=True,
            env={key: os.environ[key] for key in KEPT_VARIABLES if key in os.environ},
        )
        end = threading.Timer(seconds * SLOWNESS, child.kill)
        end.daemon = True
        end.start()
        try:
            with child:
                try:
                    yield Picture(child, folder)
                finally:
                    child.kill()
        finally:
            end.cancel()


def describe(file: Any) -> Description:
    """Decode a picture to its end, and return what is known of it.

    Raises: PictureUnreadable.
    """
    with opened(file, seconds=CHECKING_SECONDS) as picture:
        return picture.description


def _limits(seconds: int) -> dict[str, int]:
    return {
        "memory_bytes": MEMORY_MAX_BYTES,
        "cpu_seconds": seconds,
        "side_max_pixels": settings.IMAGE_SIDE_MAX_PIXELS,
        "pixels_max": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS,
        "profile_max_bytes": settings.IMAGE_PROFILE_MAX_BYTES,
    }


def turn_file() -> Path:
    """Return the file whose lock all processes of this installation on this machine share."""
    mark = hashlib.blake2b(str(settings.MEDIA_ROOT).encode(), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"cms-pictures-{os.getuid()}-{mark}.turn"


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until no other picture of this installation is being decoded on this machine."""
    turn = os.open(turn_file(), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
    finally:
        os.close(turn)


def _copy(file: IO[bytes], target: Path) -> None:
    file.seek(0)
    with target.open("wb") as copy:
        while chunk := file.read(CHUNK_BYTES):
            copy.write(chunk)
    file.seek(0)


def _refusal(answer: dict[str, Any]) -> PictureUnreadable:
    code = answer["error"]
    if code == "side":
        message: Any = _(
            "This picture measures %(width)d × %(height)d pixels. Neither side may be longer than"
            " %(longest)d pixels."
        ) % {**answer, "longest": settings.IMAGE_SIDE_MAX_PIXELS}
    elif code == "pixels":
        message = _("This file has too many pixels (%(pixels)d). Maximum pixels %(most)d.") % {
            **answer,
            "most": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS,
        }
    elif code == "profile":
        message = _(
            "The colour profile in this picture takes %(size)s. Save it with the profile sRGB, or with"
            " none; a profile may take %(most)s."
        ) % {
            "size": filesizeformat(answer["profile_bytes"]),
            "most": filesizeformat(settings.IMAGE_PROFILE_MAX_BYTES),
        }
    else:
        message = TOO_HEAVY if code == "memory" else NOT_WHOLE
    return PictureUnreadable(message, reason=str(answer.get("reason", code)))
