"""Do everything that happens by itself: deliver, keep the rows right, and look after the house.

Several may run, on one machine or many. One that is killed loses nothing: what it had on its way comes
back when the lease ends, and goes out again under the same message id.
"""

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from django.db import Error, connections

from cms.publishing.keeper import SWEEP_SECONDS, Keeper, Say
from cms.syndication import housekeeping
from cms.syndication.breaker import is_doubtful
from cms.syndication.chores import Rounds
from cms.syndication.deliveries import behind, fan_out
from cms.syndication.heartbeat import EVERY_SECONDS, beat
from cms.syndication.leases import LEASE_SECONDS, lease, release
from cms.syndication.models import Delivery
from cms.syndication.outbound import TOTAL_SECONDS
from cms.syndication.sending import attempt

logger = logging.getLogger(__name__)

THREADS = 16
POLL_SECONDS = 0.2
AFTER_TROUBLE_SECONDS = 1.0
# No attempt takes longer, and then its end has to be written down.
GRACE_SECONDS = TOTAL_SECONDS + 1


@dataclass(frozen=True, slots=True)
class Pace:
    """Say how much is done at once, and how often is looked."""

    threads: int = THREADS
    poll_seconds: float = POLL_SECONDS
    lease_seconds: float = LEASE_SECONDS
    sweep_seconds: float = SWEEP_SECONDS


class Worker:
    """Run until told to stop, then finish what is on its way."""

    def __init__(self, *, say: Say, complain: Say, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self.owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        # Not an event: a signal may come while this very thread holds an event's lock.
        self._is_stopping = False
        self._stop = threading.Event()
        # Set whenever it is worth looking at once, because a thread is free again.
        self._wake = threading.Event()
        self._pool = ThreadPoolExecutor(self.pace.threads, thread_name_prefix="sending")
        self._on_their_way: dict[Future[None], Delivery] = {}
        self._keeper = Keeper(say=say, complain=complain, every_seconds=self.pace.sweep_seconds)
        self._next_beat = 0.0

    def stop(self) -> None:
        """Have `run` come to an end; safe in a signal handler and in any thread."""
        self._is_stopping = True

    def run(self) -> None:
        """Work until `stop` is called, then drain."""
        housekeeping.ask_other_rooms()
        beside = [
            self._beside("keeping", self._keeper.run),
            self._beside("quick chores", Rounds(is_slow=False).run),
            self._beside("slow chores", Rounds(is_slow=True).run),
        ]
        try:
            while not self._is_stopping:
                self._wake.wait(self.step())
                self._wake.clear()
        finally:
            self._stop.set()
            self.drain()
            for thread in beside:
                thread.join(GRACE_SECONDS)
            connections.close_all()

    def step(self) -> float:
        """Announce what is new, begin what is due, and return for how many seconds to wait."""
        try:
            is_troubled = self._announce()
            self._begin()
            if time.monotonic() >= self._next_beat:
                beat()
                self._next_beat = time.monotonic() + EVERY_SECONDS
        except Exception:
            # The database is away, or worse: whatever it is, the next step may find it gone.
            logger.exception("the worker goes on after a failure")
            connections.close_all()
            return AFTER_TROUBLE_SECONDS
        return AFTER_TROUBLE_SECONDS if is_troubled else self.pace.poll_seconds

    def drain(self) -> None:
        """Begin nothing more, give back what has not begun, and wait for the rest."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        sent, not_begun = [], []
        for future, delivery in self._on_their_way.items():
            if future.cancelled():
                not_begun.append(delivery)
            else:
                sent.append(future)
        try:
            release(not_begun)
        except Exception:
            # Their leases run out by themselves.
            logger.exception("leases could not be given back")
        # Nobody tells of those that were cancelled: waiting for them would take all of the time.
        wait(sent, timeout=GRACE_SECONDS)

    def _announce(self) -> bool:
        """Fan out to everybody who is behind; one whose changes cannot be read stops nobody else."""
        is_troubled = False
        for follower in behind():
            try:
                fan_out(follower, pages=1)
            except Error:
                raise
            except Exception:
                logger.exception("nothing could be announced to %s", follower)
                is_troubled = True
        return is_troubled

    def _begin(self) -> None:
        for sent in [sent for sent in self._on_their_way if sent.done()]:
            del self._on_their_way[sent]
        in_doubt = [d for d in self._on_their_way.values() if is_doubtful(d.follower)]
        due = lease(
            self.owner,
            limit=self.pace.threads - len(self._on_their_way),
            # Whatever number of dead ones there is, half of the threads are for the others.
            doubtful=max(1, self.pace.threads // 2) - len(in_doubt),
            seconds=self.pace.lease_seconds,
        )
        for delivery in due:
            sent = self._pool.submit(self._send, delivery)
            self._on_their_way[sent] = delivery

    def _send(self, delivery: Delivery) -> None:
        try:
            attempt(delivery)
        except Exception:
            # How it went could not be written down: the lease ends, and it is sent again.
            logger.exception("the end of delivery %s is unknown", delivery.message_id)
        finally:
            self._wake.set()

    def _beside(self, name: str, run: Callable[[threading.Event], None]) -> threading.Thread:
        def and_let_go() -> None:
            try:
                run(self._stop)
            finally:
                connections.close_all()

        thread = threading.Thread(target=and_let_go, name=name, daemon=True)
        thread.start()
        return thread
