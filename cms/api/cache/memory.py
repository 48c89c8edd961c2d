"""Keep in this process what is true of one moment of the content clock."""

import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

from cms.api.cache.bounded import Bounded
from cms.publishing.reading.moments import Moment

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """Hold values of the latest moment; those of the one before go with it."""

    def __init__(self, *, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._lock = threading.Lock()
        # Together in one place, so that nobody reads the values of another moment.
        self._held: tuple[Moment | None, Bounded[Key, Value]] = None, self._empty()

    @property
    def used_bytes(self) -> int:
        """Return how much is held."""
        return self._held[1].used_bytes

    def get(self, moment: Moment, key: Key) -> Value | None:
        """Return what is true at a moment, if it is known."""
        held, values = self._held
        if held is not moment and held != moment:
            return None
        return values.get(key)

    def put(self, moment: Moment, key: Key, value: Value, *, size: int) -> None:
        """Keep what is true at a moment, unless a later one has come."""
        with self._lock:
            held, values = self._held
            if held is None or (held != moment and held.number < moment.number):
                values = self._empty()
                self._held = moment, values
            elif held != moment:
                return
        values.put(key, value, size=size)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held = None, self._empty()

    def _empty(self) -> Bounded[Key, Value]:
        return Bounded(size_bytes=self.size_bytes)
