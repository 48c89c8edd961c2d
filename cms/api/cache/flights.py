"""Work something out once for all who ask for it at the same time."""

import threading
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from typing import Generic, TypeVar

from cms.api.errors import Refused

Made = TypeVar("Made")
# Longer than an operation may take; who has waited so long in vain works it out alone.
PATIENCE_SECONDS = 4.0


class _Flight(Generic[Made]):
    """Hold what somebody is working out."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self.made: list[Made] = []
        self.error: Exception | None = None


class Flights(Generic[Made]):
    """Know what is being worked out in this process.

    Shape: `waiting` is entered by who waits for another, and left when that is over.
    """

    def __init__(
        self, *, waiting: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> None:
        self._waiting = waiting
        self._running: dict[Hashable, _Flight[Made]] = {}
        self._lock = threading.Lock()

    def share(self, key: Hashable, make: Callable[[], Made]) -> tuple[Made, bool]:
        """Return what `make` returns, or what it returned to whoever asked first; and whether so.

        Raises: whatever `make` raises, to all who waited for it; but a refusal is that of one client,
                and the others try for themselves.
        """
        with self._lock:
            flight = self._running.get(key)
            is_first = flight is None
            if flight is None:
                flight = self._running[key] = _Flight()
        if not is_first:
            return self._waited(flight, make)
        try:
            made = make()
            flight.made.append(made)
            return made, False
        except Exception as error:
            flight.error = error
            raise
        finally:
            with self._lock:
                del self._running[key]
            flight.is_over.set()

    def _waited(self, flight: _Flight[Made], make: Callable[[], Made]) -> tuple[Made, bool]:
        with self._waiting():
            flight.is_over.wait(PATIENCE_SECONDS)
        if flight.error is not None and not isinstance(flight.error, Refused):
            raise flight.error
        if flight.made:
            return flight.made[0], True
        return make(), False
