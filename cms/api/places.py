"""Work on so many requests at once, and no more, each over the database connection of its place.

However many threads wait for slow clients, only a few can use the interpreter: more of them get in each
other's way. So a connection belongs to a place, not to a thread: there are few, and they stay warm.
Whether one still works is found out by using it.

Source: docs/adr/0042-held-connections.md.
"""

import functools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from django.conf import settings
from django.db import connections

from cms.api import spending
from cms.gate import Stock
from cms.publishing.reading import watchdog

# How long a connection may take to say whether it still works.
CHECK_SECONDS = 0.5


@dataclass(slots=True, eq=False)
class Place:
    """Hold the connection of one place, which is made when it is used first."""

    connection: Any = None


class _Mine(threading.local):
    """Hold the place of a thread, and the connection that the thread has of its own."""

    place: Place | None = None
    own: Any = None
    has_given_up_own: bool = False


class Places:
    """Hold a number of places; `with places:` takes one, with its connection, and gives it back.

    A thread whose own connection is open already, as in Django's request cycle, goes on with that.
    Raises: Busy, on entering, when none became free in `patience_seconds`.
    """

    def __init__(self, count: int, *, patience_seconds: float) -> None:
        self.all = tuple(Place() for _ in range(count))
        self._free = Stock(self.all, patience_seconds=patience_seconds)
        self._mine = _Mine()

    def __enter__(self) -> None:
        """Take a place."""
        mine, alias = self._mine, settings.DELIVERY_DATABASE_ALIAS
        place = mine.place = self._free.take()
        mine.own = _connection_of_thread(alias)
        mine.has_given_up_own = mine.own is None or mine.own.connection is None
        if not mine.has_given_up_own:
            return
        if place.connection is None:
            place.connection = _own_connection(alias)
        connections[alias] = place.connection

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the place back."""
        mine, alias = self._mine, settings.DELIVERY_DATABASE_ALIAS
        place, own = mine.place, mine.own
        if place is None:
            return
        mine.place = mine.own = None
        if own is not None:
            connections[alias] = own
        elif mine.has_given_up_own:
            del connections[alias]
        self._free.give_back(place)

    @contextmanager
    def left(self) -> Iterator[None]:
        """Leave this thread's place to others, as long as it waits for one of them.

        Raises: Busy, on coming back.
        """
        if self._mine.place is None:
            yield
            return
        self.__exit__(None, None, None)
        try:
            yield
        finally:
            self.__enter__()

    def close(self) -> None:
        """Close the connections of all places; each is opened again when it is needed."""
        for place in self.all:
            if place.connection is not None:
                place.connection.close()


def _connection_of_thread(alias: str) -> Any:
    """Return what Django holds for this thread, None when there is nothing."""
    return next((one for one in connections.all(initialized_only=True) if one.alias == alias), None)


def _own_connection(alias: str) -> Any:
    """Return a connection for a place: of no pool, and for each thread that takes the place."""
    found: Any = connections.create_connection(alias)
    options = {
        name: value for name, value in found.settings_dict["OPTIONS"].items() if name != "pool"
    }
    found.settings_dict = {**found.settings_dict, "OPTIONS": options}
    found.inc_thread_sharing()
    return found


def heal() -> bool:
    """Close the connection of this thread if it broke, and say whether it is worth trying again.

    Shape: False where the database answers, never answers, or could not be reached to begin with.
    """
    connection = connections[settings.DELIVERY_DATABASE_ALIAS]
    if connection.connection is None or connection.in_atomic_block:
        return False
    watched = watchdog.watch(connection, until=time.monotonic() + CHECK_SECONDS)
    try:
        is_usable = connection.is_usable()
    finally:
        watchdog.release(watched)
    if not is_usable:
        connection.close()
    return not is_usable and not watched.was_stopped


@functools.cache
def places() -> Places:
    """Return the places of this process."""
    return Places(settings.REQUESTS_AT_ONCE, patience_seconds=spending.DEADLINE_SECONDS)
