"""Know who asks, where a key says so; the room that gives out keys says how.

Reading public things needs nobody's name. Who gives one is shown the same or less, never more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cms.publishing.reading.context import ReadContext


class AskerRefused(Exception):
    """Say why a request that names its asker is not answered.

    Shape: `status` is 401 when the key does not hold, 403 when it holds but not for this.
    """

    def __init__(self, status: int, *, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Hold how askers are known.

    Shape:  `find(request)` returns who asks, or None; `note(context)` is called once an operation of
            somebody who was found is answered.
    Raises: `find` raises AskerRefused.
    """

    find: Callable[[HttpRequest], Any]
    note: Callable[[ReadContext], None]


_known: list[Acquaintance] = []


def know_by(acquaintance: Acquaintance) -> None:
    """Set how askers are known; the room that gives out keys does so when it is ready."""
    _known[:] = [acquaintance]


def context_of(request: HttpRequest) -> ReadContext:
    """Return a context for a request, which knows who asks.

    Raises: AskerRefused.
    """
    return ReadContext(asker=_known[0].find(request) if _known else None)


def note(context: ReadContext) -> None:
    """Say that an operation was answered; of no account for those who gave no name."""
    if context.asker is not None:
        _known[0].note(context)
