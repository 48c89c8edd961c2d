"""Deliver with workers in processes of their own, kill them on the way, and see what arrived."""

import json
import os
import random
import select
import signal
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.concurrency.actors import collected, forked, published_news

LEASE_SECONDS = 1.5
SETTLED_WITHIN_SECONDS = 60


def receiver(*, url_into: int, until: int) -> Callable[[], list[dict[str, Any]]]:
    """Return work that receives until a pipe is closed, and returns what came."""

    def work() -> list[dict[str, Any]]:
        from tests.syndication.receiver import Handler, dripping, listening, status

        chance = random.Random(3)

        def slowly(handler: Handler) -> None:
            if handler.path.startswith("/endless"):
                dripping()(handler)
            # Long enough for a kill to fall between the arrival and the answer.
            time.sleep(2 if handler.path.startswith("/late") else chance.uniform(0, 0.05))
            status(204)(handler)

        with listening(slowly) as found:
            os.write(url_into, found.url.encode())
            os.close(url_into)
            select.select([until], [], [])
            return [
                {
                    **json.loads(request.body)["data"],
                    "message": request.headers["webhook-id"],
                    "at": request.at,
                    "path": request.path,
                }
                for request in found.requests
            ]

    return work


def working(*, ready_into: int) -> Callable[[], str]:
    """Return work that is a worker until SIGTERM, and says when it can be told so."""

    def work() -> str:
        from cms.syndication.worker import Pace, Worker

        pace = Pace(lease_seconds=LEASE_SECONDS, sweep_seconds=3600)
        worker = Worker(say=lambda _: None, complain=lambda _: None, pace=pace)
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        os.write(ready_into, b".")
        worker.run()
        return "drained"

    return work


@dataclass
class Process:
    """Hold a process, the pipe of its result, and the pipe on which it says that it has begun."""

    pid: int
    out: int
    ready: int


class Scene:
    """Hold a receiver, a portal that it belongs to, and the workers between."""

    def __init__(self, *, workers: int, paths: tuple[str, ...] = ("/hook",)) -> None:
        from django.conf import settings

        from cms.syndication.models import Portal
        from tests.syndication.following import make_portal

        # Of an earlier scene in the same database, whose receiver is gone.
        Portal.objects.all().delete()
        settings.OUTBOUND_ALLOW_LOOPBACK = True
        url_out, url_into = os.pipe()
        until, self.finish = os.pipe()
        self.receiving = forked(receiver(url_into=url_into, until=until), closing=self.finish)
        os.close(url_into)
        os.close(until)
        with os.fdopen(url_out, "rb") as pipe:
            url = pipe.read().decode()
        self.portals = [make_portal(url.replace("/hook", path)) for path in paths]
        self.workers = [self.start() for _ in range(workers)]

    def start(self) -> Process:
        """Start one more worker."""
        ready, ready_into = os.pipe()
        pid, out = forked(working(ready_into=ready_into), closing=self.finish)
        os.close(ready_into)
        return Process(pid, out, ready)

    def kill(self, number: int) -> None:
        """Kill a worker, however far it has come, and start another one in its place."""
        killed = self.workers[number]
        os.kill(killed.pid, signal.SIGKILL)
        os.waitpid(killed.pid, 0)
        os.close(killed.out)
        os.close(killed.ready)
        self.workers[number] = self.start()

    def settle(self) -> None:
        """Wait until everything has been delivered, or for too long."""
        from cms.syndication.deliveries import behind
        from cms.syndication.models import Delivery

        ends_at = time.monotonic() + SETTLED_WITHIN_SECONDS
        waiting = Delivery.objects.filter(state="PENDING")
        while time.monotonic() < ends_at and (behind().exists() or waiting.exists()):
            time.sleep(0.1)

    def end(self) -> tuple[list[str], list[dict[str, Any]]]:
        """Stop everything; return how the workers ended, and what arrived."""
        for process in self.workers:
            # Before it has begun, a signal would end it as it ends any program.
            os.read(process.ready, 1)
            os.close(process.ready)
            os.kill(process.pid, signal.SIGTERM)
        drained = collected([(process.pid, process.out) for process in self.workers])
        os.close(self.finish)
        (arrived,) = collected([self.receiving])
        return drained, arrived


def publish_some(chance: random.Random) -> None:
    """Publish new titles of a few pages, or take one down and put it up again."""
    from cms.publishing.scopes import transaction

    pages = chance.sample(published_news(), 3)
    for page in pages:
        page.title = f"{page.pk} at {time.monotonic_ns()}"
        with transaction():
            page.save_revision().publish()
    if chance.random() < 0.3:
        with transaction():
            pages[0].unpublish()


def kills_of_workers(times: int) -> dict[str, Any]:
    """Kill two workers in turn while there is something to deliver, and return what must hold."""
    from cms.publishing.models import PublishedItem
    from cms.syndication.models import Delivery

    chance = random.Random(11)
    scene = Scene(workers=2)
    for number in range(times):
        publish_some(chance)
        time.sleep(chance.uniform(0.05, 0.4))
        scene.kill(number % 2)
    scene.settle()
    drained, arrived = scene.end()
    rows = Delivery.objects.all()
    latest = dict(rows.order_by("seq").values_list("public_id", "version"))
    current = dict(PublishedItem.objects.values_list("public_id", "version"))
    return {
        "kills": times,
        "arrived": len(arrived),
        "duplicates": len(arrived) - len({message["message"] for message in arrived}),
        "drained": drained,
        "not_delivered": rows.exclude(state="DELIVERED").count(),
        "lost": sorted(
            set(rows.values_list("message_id", flat=True))
            - {message["message"] for message in arrived}
        ),
        "outdated": [thing for thing, version in latest.items() if version != current[thing]],
        "shared_ids": shared_ids(arrived),
        "out_of_order": out_of_order(arrived),
    }


def shared_ids(arrived: list[dict[str, Any]]) -> list[str]:
    """Return the message ids under which more than one thing was told of."""
    things: dict[str, set[str]] = {}
    for message in arrived:
        things.setdefault(message["message"], set()).add(message["id"])
    return [message for message, found in things.items() if len(found) > 1]


def out_of_order(arrived: list[dict[str, Any]]) -> list[str]:
    """Return the things of which an older version came after a newer one."""
    last: dict[str, int] = {}
    found = []
    for message in arrived:
        if message["version"] < last.get(message["id"], 0):
            found.append(message["id"])
        last[message["id"]] = message["version"]
    return found


def latency(times: int) -> dict[str, float]:
    """Publish one page after the other and return how long each took to arrive, in seconds."""
    from cms.publishing.scopes import transaction

    scene = Scene(workers=1)
    page = published_news()[0]
    time.sleep(2)
    committed = []
    chance = random.Random(5)
    for number in range(times):
        page.title = f"Title {number}"
        with transaction():
            page.save_revision().publish()
        committed.append(time.time())
        time.sleep(0.5 + chance.random() / 2)
    scene.settle()
    _, arrived = scene.end()
    took = sorted(message["at"] - at for message, at in zip(arrived, committed, strict=True))
    return {
        "median_seconds": round(statistics.median(took), 3),
        "p95_seconds": round(took[int(0.95 * len(took))], 3),
    }


def dead_portals() -> dict[str, Any]:
    """Return how long a portal waits beside seven that never finish their answers, in seconds."""
    from cms.publishing.scopes import transaction

    scene = Scene(workers=1, paths=(*["/endless"] * 7, "/hook"))
    pages = published_news()[:5]
    with transaction():
        for page in pages:
            page.title = f"{page.pk} at {time.monotonic_ns()}"
            page.save_revision().publish()
    committed = time.time()
    # Less than one attempt at a dead one takes.
    time.sleep(8)
    drained, arrived = scene.end()
    waited = [message["at"] - committed for message in arrived if message["path"] == "/hook"]
    return {
        "drained": drained,
        "arrived": len(waited),
        "longest_seconds": round(max(waited, default=0.0), 2),
    }


def stopped_while_sending() -> dict[str, Any]:
    """Ask a worker to end while an answer is on its way, and return what became of the delivery."""
    from cms.publishing.scopes import transaction
    from cms.syndication.models import Delivery

    scene = Scene(workers=1, paths=("/late",))
    page = published_news()[0]
    with transaction():
        page.title = f"{page.pk} at {time.monotonic_ns()}"
        page.save_revision().publish()
    sending = Delivery.objects.exclude(lease_owner="")
    ends_at = time.monotonic() + 20
    while time.monotonic() < ends_at and not sending.exists():
        time.sleep(0.02)
    time.sleep(0.5)
    drained, arrived = scene.end()
    rows = list(Delivery.objects.values_list("state", "attempt", "lease_owner"))
    return {"drained": drained, "arrived": len(arrived), "rows": rows}
