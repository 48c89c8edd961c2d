"""Be the processes of a race: writers, a reader and a victim, forked from one that has Django ready.

Run as `python -m tests.concurrency.actors SCENARIO`, with the database in the environment; the result
is one line of JSON on standard output.
"""

import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import django

from tests.concurrency.skew import skews

Writer = Callable[[random.Random], None]


def published_news() -> Any:
    """Return the news pages of the world, in a stable order."""
    from news.models import NewsPage

    return list(NewsPage.objects.order_by("pk"))


def publish(chance: random.Random) -> None:
    """Publish a new title of one news page."""
    from cms.publishing.scopes import transaction

    page = chance.choice(published_news())
    page.title = f"{page.pk} at {time.monotonic_ns()}"
    with transaction():
        page.save_revision().publish()


def toggle_section(chance: random.Random) -> None:
    """Take the whole section down, or put it up again."""
    from cms.publishing.scopes import transaction
    from news.models import NewsIndexPage

    section = NewsIndexPage.objects.get()
    with transaction():
        if section.live:
            section.unpublish()
        else:
            section.save_revision().publish()


def rename_section(chance: random.Random) -> None:
    """Give the section another address, and so everything in it."""
    from cms.publishing.scopes import transaction
    from news.models import NewsIndexPage

    section = NewsIndexPage.objects.get()
    section.slug = f"news-{chance.randrange(10**6)}"
    with transaction():
        section.save_revision().publish()


def edit_topic(chance: random.Random) -> None:
    """Change the label of a term that everybody refers to."""
    from cms.content.models import Term
    from cms.publishing.scopes import transaction

    term = Term.objects.order_by("pk")[chance.randrange(3)]
    term.label_en = f"Label {chance.random()}"
    with transaction():
        term.save()


def mixed(chance: random.Random) -> None:
    """Do what four editors do at once."""
    acts: list[Writer] = [*[publish] * 6, toggle_section, rename_section, edit_topic]
    chance.choice(acts)(chance)


def forked(work: Callable[[], Any], *, closing: int | None = None) -> tuple[int, int]:
    """Run work in a child process; return its id and the end of a pipe with its result.

    Shape: `closing` is an end of a pipe that only the parent keeps.
    """
    _close_connections()
    out, into = os.pipe()
    child = os.fork()
    if child:
        os.close(into)
        return child, out
    if closing is not None:
        os.close(closing)
    result: Any = None
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - whatever it was, the parent has to hear of it
        result = {"error": f"{type(error).__name__}: {error}"}
    os.write(into, json.dumps(result).encode())
    os._exit(0)


def _close_connections() -> None:
    """Close what a child must not share with its parent, the pool included."""
    from django.db import connections

    for connection in connections.all():
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def collected(children: list[tuple[int, int]]) -> list[Any]:
    """Wait for children and return their results."""
    results = []
    for child, out in children:
        with os.fdopen(out, "rb") as pipe:
            results.append(json.loads(pipe.read() or b"null"))
        os.waitpid(child, 0)
    return results


def loop(act: Writer, *, seed: int, times: int) -> Callable[[], dict[str, Any]]:
    """Return work that acts a number of times and counts what went wrong."""

    def work() -> dict[str, Any]:
        chance = random.Random(seed)
        errors = []
        for _ in range(times):
            try:
                act(chance)
            except Exception as error:  # noqa: BLE001 - counted and shown by the test
                errors.append(f"{act.__name__}: {type(error).__name__}: {error}")
        return {"done": times - len(errors), "errors": errors}

    return work


def reader(*, until: int) -> Callable[[], dict[str, int]]:
    """Return work that follows the clock until a pipe is closed, keeping the latest versions."""

    def work() -> dict[str, int]:
        from cms.publishing.models import PublishedItem

        mirror: dict[str, int] = {}
        cursor = 0
        while True:
            is_last = bool(select.select([until], [], [], 0.002)[0])
            rows = PublishedItem.objects.filter(seq__gt=cursor).order_by("seq")
            for key, version, seq in rows.values_list("key", "version", "seq"):
                mirror[key], cursor = version, seq or cursor
            if is_last:
                return mirror

    return work


def make_world(news: int) -> None:
    """Make one site with news."""
    from tests.page_factories import make_news
    from tests.page_factories import make_world as make

    world = make()
    for number in range(news):
        make_news(world.news, title=f"News {number}")


def verdict() -> dict[str, Any]:
    """Return what must hold whenever nobody writes."""
    from django.db import connection, transaction

    from cms.publishing.reconcile import sweep

    with transaction.atomic():
        # All of one instant: what a killed process had asked for may be committed after its end.
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = _agreement()
    return {**found, "unsettled": str(sweep())}


def _agreement() -> dict[str, int]:
    """Return how pages, rows and clock agree."""
    from django.db.models import Sum

    from cms.publishing.clock import read_clock
    from cms.publishing.models import PublishedItem
    from news.models import NewsPage

    rows = PublishedItem.objects
    titles = dict(rows.filter(type="NewsPage", visible=True).values_list("key", "title"))
    pages = {f"page:{p.pk}": p.title for p in NewsPage.objects.all()}
    seqs = list(rows.values_list("seq", flat=True))
    written = rows.aggregate(total=Sum("version"))["total"]
    return {
        "unnumbered": seqs.count(None),
        "shared": len(seqs) - len(set(seqs)),
        "clock_minus_written": read_clock().value - written,
        "differing_titles": sum(pages[key] != title for key, title in titles.items()),
    }


def race(act: Writer, *, writers: int, times: int) -> dict[str, Any]:
    """Let writers race beside a reader, and say what is left."""
    from cms.publishing.models import PublishedItem

    until, finish = os.pipe()
    writing = [forked(loop(act, seed=seed, times=times), closing=finish) for seed in range(writers)]
    watching = [forked(reader(until=until), closing=finish)]
    results = collected(writing)
    os.close(finish)
    (mirror,) = collected(watching)
    latest = dict(PublishedItem.objects.values_list("key", "version"))
    return {
        "done": sum(result["done"] for result in results),
        "errors": [error for result in results for error in result["errors"]],
        "missed": sorted(key for key in latest if mirror.get(key) != latest[key]),
        **verdict(),
    }


def kills(times: int) -> dict[str, Any]:
    """Kill a publishing process at random instants, and look after each kill."""
    from cms.publishing.clock import read_clock

    chance = random.Random(7)
    bad = []
    for number in range(times):
        child, out = forked(loop(mixed, seed=number, times=10_000))
        time.sleep(chance.uniform(0.05, 0.5))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(out)
        found = verdict()
        if found != SETTLED:
            bad.append({"kill": number, **found, "clock": read_clock().value})
    return {"kills": times, "bad": bad}


def follow() -> dict[str, Any]:
    """Let mirrors page while four editors write."""
    from tests.concurrency.mirrors import follow as following

    return following()


SETTLED = {
    "unnumbered": 0,
    "shared": 0,
    "clock_minus_written": 0,
    "differing_titles": 0,
    "unsettled": "0 changes",
}


def cached_reads() -> dict[str, Any]:
    """Let threads read through a cache while processes write."""
    from tests.concurrency.cached_reads import race as reading

    return reading()


def of_deliveries(name: str, *arguments: int) -> Callable[[], Any]:
    """Return a scenario of the module about deliveries, which needs this one."""

    def run() -> Any:
        from tests.concurrency import deliveries

        return getattr(deliveries, name)(*arguments)

    return run


SCENARIOS: dict[str, Callable[[], Any]] = {
    "world": lambda: make_world(20),
    "publish": lambda: race(publish, writers=4, times=25),
    "mixed": lambda: race(mixed, writers=4, times=50),
    "kills": lambda: kills(30),
    "few_kills": lambda: kills(10),
    "skews": skews,
    "follow": follow,
    "cached_reads": cached_reads,
    "delivery_kills": of_deliveries("kills_of_workers", int(os.environ.get("KILLS", "30"))),
    "few_delivery_kills": of_deliveries("kills_of_workers", 10),
    "webhook_latency": of_deliveries("latency", int(os.environ.get("PUBLISHES", "15"))),
    "dead_portals": of_deliveries("dead_portals"),
    "stopped_while_sending": of_deliveries("stopped_while_sending"),
}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(SCENARIOS[sys.argv[1]]()))
