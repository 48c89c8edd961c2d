"""Measure how long a webhook takes after its publication, and what killed workers lose."""

import base64
import json
import random
import signal
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.portals.installation import Installation, installation, running
from tests.syndication.receiver import Receiver, listening
from tests.waiting import wait_until

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ...").decode()
LONG_SECONDS = 300.0


def latencies(*, publications: int) -> dict[str, Any]:
    """Publish one thing after another; return how long after its commit each webhook came."""
    with ExitStack() as stack:
        site, receiver = _site(stack)
        committed: dict[str, float] = {}
        for number in range(publications):
            title = f"News {number}"
            committed[title] = site.do("clocked", title=title)["committed"]
            time.sleep(random.Random(number).uniform(0, 0.3))
        wait_until(lambda: committed.keys() <= _titles(receiver).keys(), what="the last webhook")
        arrived = _titles(receiver)
    passed = sorted(1000 * (arrived[title] - committed[title]) for title in committed)
    return {
        "count": publications,
        "median": statistics.median(passed),
        "p95": passed[int(0.95 * len(passed))],
        "longest": passed[-1],
    }


def kills(*, times: int) -> dict[str, Any]:
    """Kill the worker again and again while things are published; return what never came."""
    chance = random.Random(7)
    with ExitStack() as stack:
        site, receiver = _site(stack, with_worker=False)
        titles: list[str] = []
        for number in range(times):
            with running(_worker(), environment=site.environment) as worker:
                arrived = len(receiver.requests)
                titles.append(f"News {number}")
                site.do("publish", title=titles[-1])
                # Killed at any moment from the first message on, often with others on their way.
                wait_until(partial(_more, receiver, arrived), what="a message")
                titles.append(f"News {number} b")
                site.do("publish", title=titles[-1])
                time.sleep(chance.uniform(0, 0.4))
                worker.send_signal(signal.SIGKILL)
                worker.wait()
        with running(_worker(), environment=site.environment):
            wait_until(
                lambda: set(titles) <= _titles(receiver).keys(),
                what="what was lost",
                within_seconds=LONG_SECONDS,
            )
            wait_until(
                lambda: "PENDING" not in site.do("deliveries"),
                what="the end",
                within_seconds=LONG_SECONDS,
            )
        ids = [request.headers["webhook-id"] for request in receiver.requests]
        states = site.do("deliveries")
    return {
        "kills": times,
        "published": len(titles),
        "lost": len(set(titles) - _titles(receiver).keys()),
        "twice": len(ids) - len(set(ids)),
        "stuck": states.get("PENDING", 0) + states.get("FAILED", 0),
    }


def _more(receiver: Receiver, than: int) -> bool:
    return len(receiver.requests) > than


def _worker() -> list[str]:
    # What a killed one had comes back after so long; a minute is usual.
    return [sys.executable, "manage.py", "worker", "--lease-seconds", "20"]


def _site(stack: ExitStack, *, with_worker: bool = True) -> tuple[Installation, Receiver]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
    receiver = stack.enter_context(listening())
    site = stack.enter_context(installation(folder, with_worker=with_worker))
    site.do("world", news=20)
    site.do("portal", address=receiver.url, secret=SECRET)
    if with_worker:
        # The worker has begun once the first message is here.
        site.do("publish", title="The first")
        wait_until(lambda: bool(receiver.requests), what="the first webhook")
    return site, receiver


def _titles(receiver: Receiver) -> dict[str, float]:
    """Return when the first message about each title came; every signature is checked."""
    found: dict[str, float] = {}
    for request in list(receiver.requests):
        Webhook(SECRET).verify(request.body, request.headers)
        title = json.loads(request.body)["data"].get("title", "")
        found.setdefault(title, request.at)
    return found
