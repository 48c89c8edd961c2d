"""Replace the clock of a module, so that time passes only where a test says so."""

import time


class ManualClock:
    """Stand in for the standard module `time` inside of one module under test.

    A test installs it with `monkeypatch.setattr(module, "time", clock)` and moves `now`.
    Units: `now` is in seconds, and is both the time since the epoch and the monotonic time.
    """

    # A thread that looks at the clock again and again really sleeps in between.
    sleep = staticmethod(time.sleep)

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def time(self) -> float:
        """Return the present time, as a new object each time: some code compares by identity."""
        return self.now + 0.0

    monotonic = perf_counter = time
