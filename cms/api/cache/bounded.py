"""Keep the values used last, within a number of entries and of bytes."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Bounded(Generic[Key, Value]):
    """Be a mapping that throws away what was used longest ago; safe for threads."""

    def __init__(self, *, size_bytes: int, entries_max: int | None = None) -> None:
        self.size_bytes = size_bytes
        self.entries_max = entries_max
        self.used_bytes = 0
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Value | None:
        """Return a value, or None."""
        found = self._entries.get(key)
        if found is None:
            return None
        try:  # noqa: SIM105 - `suppress` costs more than the rest of a hit
            self._entries.move_to_end(key)
        except KeyError:
            # Another thread has just thrown it away; it is true all the same.
            pass
        return found[0]

    def put(self, key: Key, value: Value, *, size: int) -> None:
        """Keep a value that takes so many bytes; one that is too large for all is not kept."""
        if size > self.size_bytes:
            return
        with self._lock:
            self._drop(key)
            self._entries[key] = value, size
            self.used_bytes += size
            while self._is_full():
                self._drop(next(iter(self._entries)))

    def clear(self) -> None:
        """Throw everything away."""
        with self._lock:
            self._entries.clear()
            self.used_bytes = 0

    def _is_full(self) -> bool:
        too_many = self.entries_max is not None and len(self._entries) > self.entries_max
        return too_many or self.used_bytes > self.size_bytes

    def _drop(self, key: Key) -> None:
        found = self._entries.pop(key, None)
        if found is not None:
            self.used_bytes -= found[1]
