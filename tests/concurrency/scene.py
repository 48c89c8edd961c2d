"""Run a receiver, the portals that it belongs to, and workers between, each in a process of its own."""

import json
import random
import signal
import threading
from collections.abc import Callable
from typing import Any
from unittest import mock

from tests.concurrency.processes import (
    HANG_SECONDS,
    Child,
    collected,
    forked,
    next_order,
    report,
    report_statements,
)
from tests.waiting import wait_until

# What a receiver is told, and what it reports.
HOLD, ANSWER, END = b"h", b"g", b"e"
ARRIVED, ARRIVED_AT_DEAD, DONE = b"a", b"d", b"o"
# What a worker reports.
READY, WAITING_FOR_ANSWERS = b"y", b"w"
# An attempt ends when it is answered, a lease when the scene says so: never by the time it takes.
NEVER_SECONDS = 3_600.0


def receive() -> list[dict[str, Any]]:
    """Receive until told to end, and return what came.

    Shape: what comes to `/hook` is answered unless told to hold that back, to `/dead` only when told.
    """
    from tests.syndication.receiver import Handler, listening, status

    may_answer = {ARRIVED: threading.Event(), ARRIVED_AT_DEAD: threading.Event()}
    may_answer[ARRIVED].set()

    def answer(handler: Handler) -> None:
        event = ARRIVED_AT_DEAD if handler.path.startswith("/dead") else ARRIVED
        report(event)
        may_answer[event].wait()
        status(204)(handler)

    with listening(answer) as found:
        report(f"{found.url}\n".encode())
        while (order := next_order()) != END:
            for gate in may_answer.values():
                gate.clear() if order == HOLD else gate.set()
            report(DONE)
        return [
            {
                **json.loads(request.body)["data"],
                "message": request.headers["webhook-id"],
                "path": request.path,
            }
            for request in found.requests
        ]


def working(*, threads: int) -> Callable[[], str]:
    """Return work that is a worker until SIGTERM, and reports what it does."""

    def work() -> str:
        from concurrent.futures import wait

        from cms.syndication import outbound, worker

        def wait_for_answers(sent: Any, **options: Any) -> Any:
            report(WAITING_FOR_ANSWERS)
            return wait(sent, **options)

        report_statements()
        pace = worker.Pace(
            threads=threads,
            poll_seconds=0.02,
            lease_seconds=NEVER_SECONDS,
            sweep_seconds=NEVER_SECONDS,
        )
        with (
            mock.patch.object(outbound, "TOTAL_SECONDS", NEVER_SECONDS),
            mock.patch.multiple(worker, wait=wait_for_answers, GRACE_SECONDS=NEVER_SECONDS),
        ):
            running = worker.Worker(say=lambda _: None, complain=lambda _: None, pace=pace)
            signal.signal(signal.SIGTERM, lambda *_: running.stop())
            report(READY)
            running.run()
        return "drained"

    return work


class Scene:
    """Hold a receiver, a portal that it belongs to, and the workers between."""

    def __init__(self, *, workers: int, threads: int = 16) -> None:
        from django.conf import settings

        from cms.syndication.models import Portal

        # Of an earlier scene in the same database, whose receiver is gone.
        Portal.objects.all().delete()
        settings.OUTBOUND_ALLOW_LOOPBACK = True
        self.receiver = forked(receive)
        self.url = self.receiver.line()
        self.add_portal("/hook")
        self._threads = threads
        self._killed: list[int] = []
        self.workers = [self._start() for _ in range(workers)]

    def add_portal(self, path: str) -> None:
        """Let the receiver be one more portal."""
        from tests.syndication.following import make_portal

        make_portal(self.url.replace("/hook", path))

    def order(self, order: bytes) -> None:
        """Tell the receiver how to go on, and wait until it does."""
        self.receiver.tell(order)
        assert self.receiver.wait_for(DONE)

    def kill(self, worker: Child) -> None:
        """Kill a worker, however far it has come, and start another one in its place."""
        worker.kill()
        self._killed.append(worker.pid)
        self.workers[self.workers.index(worker)] = self._start()

    def worker_that_sends(self, chance: random.Random) -> Child:
        """Return a worker that has something on its way."""
        from cms.syndication.models import Delivery

        owners = Delivery.objects.exclude(lease_owner="").values_list("lease_owner", flat=True)
        pids = {int(owner.partition("-")[0]) for owner in owners}
        return chance.choice([worker for worker in self.workers if worker.pid in pids])

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something has happened, while leases of the killed run out."""

        def holds() -> object:
            for worker in self.workers:
                assert not worker.has_ended(), worker.collect()
            self._end_leases()
            return condition()

        wait_until(holds, what=what, within_seconds=HANG_SECONDS)

    def until_arrived(self, count: int, *, event: bytes = ARRIVED) -> None:
        """Wait until so many messages have arrived in all, answered or not."""
        self.until(lambda: self.receiver.count(event) >= count, f"message {count}")

    def settle(self) -> None:
        """Wait until everything has been delivered."""
        from cms.syndication.deliveries import behind
        from cms.syndication.models import Delivery

        waiting = Delivery.objects.filter(state="PENDING")
        self.until(lambda: not behind().exists() and not waiting.exists(), "the last delivery")

    def end(self) -> tuple[list[str], list[dict[str, Any]]]:
        """Stop everything; return how the workers ended, and what arrived."""
        for worker in self.workers:
            # Before it has begun, a signal would end it as it ends any program.
            worker.count(READY) or worker.wait_for(READY)
            worker.signal(signal.SIGTERM)
        drained = collected(self.workers)
        self.receiver.tell(END)
        return drained, self.receiver.collect()

    def _start(self) -> Child:
        return forked(working(threads=self._threads))

    def _end_leases(self) -> None:
        from django.utils import timezone

        from cms.publishing.turns import own_transaction
        from cms.syndication.models import Delivery

        now = timezone.now()
        for pid in self._killed:
            held = Delivery.objects.filter(lease_owner__startswith=f"{pid}-", lease_until__gt=now)
            if held.exists():
                with own_transaction():
                    held.update(lease_until=now)
