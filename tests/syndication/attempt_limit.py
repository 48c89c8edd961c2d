"""End attempts to reach the other side when a test says so, instead of by the clock."""

import threading
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from cms.syndication import outbound

# So that a hang is a failure.
HANG_SECONDS = 60.0


@dataclass
class AttemptLimit:
    """Hold how long attempts are waited for, and in which threads; the time ends with `is_over`."""

    is_over: threading.Event = field(default_factory=threading.Event)
    seconds: list[float] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)


def limited_by_hand(monkeypatch: pytest.MonkeyPatch) -> AttemptLimit:
    """Replace the clock that ends attempts."""
    limit = AttemptLimit()

    class Thread(threading.Thread):
        def start(self) -> None:
            limit.threads.append(self)
            super().start()

        def join(self, timeout: float | None = None) -> None:
            if timeout is None:
                super().join()
                return
            limit.seconds.append(timeout)
            assert limit.is_over.wait(HANG_SECONDS)

    threads = SimpleNamespace(Thread=Thread, Lock=threading.Lock)
    monkeypatch.setattr(outbound, "threading", threads)
    return limit
