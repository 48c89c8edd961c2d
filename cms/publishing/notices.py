"""Collect words for the editor whose request changes content, from code that knows no request.

The admin shows them above the next page.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

logger = logging.getLogger(__name__)

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


def notice(text: str, *, is_logged: bool = False) -> None:
    """Show a sentence once to the editor.

    Nothing is done where nobody collects, as in a sweep; `is_logged` writes it to the log there.
    """
    notices = _notices.get()
    if notices is None:
        if is_logged:
            logger.warning("%s", text)
    elif text not in notices:
        notices.append(text)
