"""Keep the published rows right for as long as a process lives: sweeps, ticks, scheduled publishing."""

import logging
import threading
import time
from collections.abc import Callable

from django.db import Error, close_old_connections
from django.utils import timezone

from cms.publishing import reconcile
from cms.publishing.clock import PublishedCopy
from cms.publishing.comparison import Outcome
from cms.publishing.high_water_mark import keep_mark
from cms.publishing.scheduled import next_publication, publish_due

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 300.0
LONGEST_SLEEP_SECONDS = 15.0
SHORTEST_SLEEP_SECONDS = 0.2
AFTER_TROUBLE_SECONDS = 1.0

Say = Callable[[str], object]


class Keeper:
    """Do what time brings, and outlive whatever goes wrong.

    Shape: `say` gets what was done, `complain` what could not be.
    """

    def __init__(self, *, say: Say, complain: Say, every_seconds: float = SWEEP_SECONDS) -> None:
        self._say = say
        self._complain = complain
        self._every_seconds = every_seconds
        self._next_sweep = 0.0
        self._is_copy_known = False
        self._is_storage_away = False

    def run(self, stop: threading.Event) -> None:
        """Go on until told to stop."""
        while not stop.is_set():
            stop.wait(self.step())

    def step(self) -> float:
        """Do what is due, and return after how many seconds to look again."""
        is_due = time.monotonic() >= self._next_sweep
        # Before anything is written: a database that was restored has to be known by its value.
        tasks = [self._keep_mark, *([self._sweep] if is_due else [])]
        tasks += [self._publish_due, self._tick, self._keep_mark]
        went_well = [self._attempt(task) for task in tasks]
        if is_due and went_well[1]:
            self._next_sweep = time.monotonic() + self._every_seconds
        until_sweep = self._next_sweep - time.monotonic()
        return _pause_seconds(until_sweep=until_sweep) if all(went_well) else AFTER_TROUBLE_SECONDS

    def _attempt(self, task: Callable[[], None]) -> bool:
        """Say whether a task went well; one that does not must not keep the others from their time."""
        close_old_connections()
        try:
            task()
        except PublishedCopy as copy:
            # The rest of the worker has its use on a copy, too; an operator may end its being one.
            if not self._is_copy_known:
                self._complain(str(copy))
            self._is_copy_known = True
        except Error as error:
            # The database is away for a moment: go on when it is back.
            self._complain(f"database: {error}")
            return False
        except Exception:
            # Without this process nothing expires on time, so it outlives whatever goes wrong.
            logger.exception("keeping the published rows goes on after a failure")
            return False
        return True

    def _keep_mark(self) -> None:
        try:
            is_restored = keep_mark()
        except Error:
            raise
        except Exception as error:  # noqa: BLE001 - every storage has errors of its own
            # Nothing else waits for the storage, and the next tick tries again.
            if not self._is_storage_away:
                self._complain(f"the storage of files: {type(error).__name__}: {error}")
            self._is_storage_away = True
            return
        self._is_storage_away = False
        if is_restored:
            self._complain(
                "The database was restored from a backup: a new epoch has begun, and every portal"
                " will start again from the beginning."
            )

    def _sweep(self) -> None:
        self._report("sweep", reconcile.sweep())

    def _publish_due(self) -> None:
        for failure in publish_due():
            self._complain(failure)

    def _tick(self) -> None:
        self._report("tick", reconcile.tick())

    def _report(self, what: str, outcome: Outcome) -> None:
        if outcome.count or outcome.failed:
            self._say(f"{what}: {outcome}")
        for key, why in outcome.failed.items():
            self._complain(f"{key}: {why}")


def _pause_seconds(*, until_sweep: float) -> float:
    try:
        instants = [reconcile.next_boundary(), next_publication()]
    except Error:
        # The next attempt says so.
        return AFTER_TROUBLE_SECONDS
    now = timezone.now()
    waits = [(instant - now).total_seconds() for instant in instants if instant is not None]
    return max(SHORTEST_SLEEP_SECONDS, min([LONGEST_SLEEP_SECONDS, until_sweep, *waits]))
