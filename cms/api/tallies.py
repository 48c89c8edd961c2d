"""Count what one process answers, in its memory; whoever wants to know reads a copy.

An answered request costs about a microsecond here. The number of tallies is bounded: names of
operations that nobody has registered are counted together.
"""

import threading
from bisect import bisect_left
from dataclasses import dataclass, field

# Units: seconds.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
OTHER = "other"
OK = "OK"
EXECUTED = "none"
NAMES_MAX = 500

Key = tuple[str, str, str]


@dataclass(slots=True)
class Tally:
    """Add up the requests of one operation with one outcome, from one cache or from none.

    Shape: `buckets` has one more number than BOUNDS, for what took longer; not cumulative.
    """

    requests: int = 0
    seconds: float = 0.0
    cost: int = 0
    statements: int = 0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))

    def add(self, other: "Tally") -> None:
        """Add what another tally holds."""
        self.requests += other.requests
        self.seconds += other.seconds
        self.cost += other.cost
        self.statements += other.statements
        self.buckets = [mine + its for mine, its in zip(self.buckets, other.buckets, strict=True)]


class Tallies:
    """Hold the tallies of a process, by operation, code and cache."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: dict[Key, Tally] = {}
        self._names: set[str] = set()
        self._in_flight = 0

    def begin(self) -> None:
        """Count a request that is on its way."""
        with self._lock:
            self._in_flight += 1

    def end(self) -> None:
        """Count it no longer."""
        with self._lock:
            self._in_flight -= 1

    def name(self, operation: str, *, is_trusted: bool) -> str:
        """Return the name under which an operation is counted."""
        if not is_trusted or not operation:
            return OTHER
        if operation not in self._names:
            if len(self._names) >= NAMES_MAX:
                return OTHER
            self._names.add(operation)
        return operation

    def count(self, key: Key, seconds: float, *, cost: int = 0, statements: int = 0) -> None:
        """Count one answered request."""
        bucket = bisect_left(BOUNDS, seconds)
        with self._lock:
            tally = self._tallies.get(key)
            if tally is None:
                tally = self._tallies[key] = Tally()
            tally.requests += 1
            tally.seconds += seconds
            tally.cost += cost
            tally.statements += statements
            tally.buckets[bucket] += 1

    @property
    def in_flight(self) -> int:
        """Return how many requests are on their way."""
        return self._in_flight

    def copy(self) -> dict[Key, Tally]:
        """Return the tallies as they are now."""
        found: dict[Key, Tally] = {}
        with self._lock:
            for key, tally in self._tallies.items():
                found[key] = Tally()
                found[key].add(tally)
        return found


TALLIES = Tallies()
