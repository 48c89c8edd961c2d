"""Hold what the worker does now and then, besides delivering.

    register("missing renditions", every_seconds=3600, work=heal, is_slow=True)

Quick chores are done one after the other in one thread, slow ones in another, so that nobody waits for
pictures. A failure is logged and does not keep a chore from its next time.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connections

logger = logging.getLogger(__name__)

Work = Callable[[Callable[[], bool]], object]
PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Chore:
    """Hold one chore; `work` is given a function that says whether it should come to an end."""

    name: str
    every_seconds: float
    work: Work
    is_slow: bool


_chores: dict[str, Chore] = {}


def register(name: str, *, every_seconds: float, work: Work, is_slow: bool = False) -> None:
    """Have something done at the worker's start and then every so often.

    Shape: what may take longer than a second is slow.
    """
    _chores[name] = Chore(name, every_seconds, work, is_slow)


class Rounds:
    """Do the quick or the slow chores when their time has come."""

    def __init__(self, *, is_slow: bool = False) -> None:
        self._is_slow = is_slow
        self._next: dict[str, float] = {}

    def run(self, stop: threading.Event) -> None:
        """Go on until told to stop."""
        while not stop.wait(PAUSE_SECONDS):
            self.step(stop.is_set)

    def step(self, is_enough: Callable[[], bool]) -> list[str]:
        """Do what is due, and return the names of what was done."""
        done = []
        for chore in [chore for chore in _chores.values() if chore.is_slow is self._is_slow]:
            if is_enough() or time.monotonic() < self._next.get(chore.name, 0.0):
                continue
            try:
                chore.work(is_enough)
            except Exception:
                logger.exception("the chore %s failed", chore.name)
            finally:
                self._next[chore.name] = time.monotonic() + chore.every_seconds
            done.append(chore.name)
        if done and threading.current_thread() is not threading.main_thread():
            connections.close_all()
        return done
