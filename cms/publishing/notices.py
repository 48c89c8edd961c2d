"""Collect words for the editor whose request publishes something, from wherever they arise."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_notices: ContextVar[list[str] | None] = ContextVar("publishing_notices", default=None)


@contextmanager
def collected_notices() -> Iterator[list[str]]:
    """Give the list in which the notices of what is done inside are collected."""
    notices: list[str] = []
    token = _notices.set(notices)
    try:
        yield notices
    finally:
        _notices.reset(token)


def is_collecting() -> bool:
    """Say whether there is an editor who would see a notice."""
    return _notices.get() is not None


def notice(text: str) -> None:
    """Show a sentence once to the editor; nothing is done where nobody collects, as in a sweep."""
    notices = _notices.get()
    if notices is not None and text not in notices:
        notices.append(text)
