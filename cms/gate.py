"""Let so many requests work at once, and no more, however many threads wait for slow clients.

A thread that waits for bytes costs next to nothing, so the server has hundreds. A thread that works
needs the interpreter and a connection to the database, of which there are few.
"""

import queue
from collections.abc import Iterable
from types import TracebackType
from typing import Generic, TypeVar


class Busy(Exception):
    """Say that no place became free in time."""


Thing = TypeVar("Thing")


class Stock(Generic[Thing]):
    """Lend each of some things to one thread at a time."""

    def __init__(self, things: Iterable[Thing], *, patience_seconds: float) -> None:
        self.patience_seconds = patience_seconds
        # Made in C: a tenth of what a semaphore costs.
        self._free: queue.SimpleQueue[Thing] = queue.SimpleQueue()
        for thing in things:
            self._free.put(thing)

    def take(self) -> Thing:
        """Take a thing that nobody has.

        Raises: Busy, when none became free in `patience_seconds`.
        """
        try:
            return self._free.get(timeout=self.patience_seconds)
        except queue.Empty:
            raise Busy from None

    def give_back(self, thing: Thing) -> None:
        """Let another have a thing."""
        self._free.put(thing)


class Gate:
    """Hold a number of places; `with gate:` takes one and gives it back.

    Raises: Busy, on entering, when none became free in `patience_seconds`.
    """

    def __init__(self, places: int, *, patience_seconds: float) -> None:
        self._places = Stock([None] * places, patience_seconds=patience_seconds)

    def __enter__(self) -> None:
        """Take a place."""
        self._places.take()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the place back."""
        self._places.give_back(None)
