"""Tell the editor what a change of content left out, from code that knows no request.

The admin shows it above the next page; a command, or what else changes content, writes it to the log.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

logger = logging.getLogger(__name__)

_collected: ContextVar[list[str] | None] = ContextVar("publishing_notices", default=None)


def add(text: str) -> None:
    """Tell whoever makes the change."""
    collected = _collected.get()
    if collected is None:
        logger.warning("%s", text)
    elif text not in collected:
        collected.append(text)


@contextmanager
def collecting() -> Iterator[list[str]]:
    """Collect what is told meanwhile."""
    collected: list[str] = []
    token = _collected.set(collected)
    try:
        yield collected
    finally:
        _collected.reset(token)
