"""Be the processes of a race: writers, a reader and a victim, forked from one that has Django ready.

Run as `python -m tests.concurrency.actors SCENARIO`, with the database in the environment; the result
is one line of JSON on standard output.
"""

import json
import os
import random
import sys
from collections.abc import Callable
from typing import Any

import django

from tests.concurrency.agreement import SETTLED, verdict
from tests.concurrency.processes import (
    STATEMENT,
    collected,
    forked,
    has_orders,
    next_order,
    report,
    report_statements,
)
from tests.concurrency.skew import last_references, skews

Writer = Callable[[random.Random], None]
# What a publishing process does before it is killed: some acts, the last of them not to its end.
STATEMENTS_MAX = 400


def number_of(name: str, default: int) -> int:
    """Return a number of the environment, which has it where more is tried than in CI."""
    return int(os.environ.get(name) or default)


def a_seed() -> int:
    """Return the seed in the environment, else any; a failure shows it, so that it can be had again."""
    return number_of("SEED", random.SystemRandom().getrandbits(32))


def published_news() -> Any:
    """Return the news pages of the world, in a stable order."""
    from news.models import NewsPage

    return list(NewsPage.objects.order_by("pk"))


def publish(chance: random.Random) -> None:
    """Publish a new title of one news page."""
    from cms.publishing.scopes import transaction

    page = chance.choice(published_news())
    page.title = f"{page.pk}: {chance.getrandbits(64)}"
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


def loop(
    act: Writer, *, seed: int, times: int, in_turns: bool = False
) -> Callable[[], dict[str, Any]]:
    """Return work that acts a number of times, each when told to if so, and counts what went wrong."""

    def work() -> dict[str, Any]:
        chance = random.Random(seed)
        errors = []
        for _ in range(times):
            if in_turns:
                next_order()
            try:
                act(chance)
            except Exception as error:  # noqa: BLE001 - counted and shown by the test
                errors.append(f"{act.__name__}: {type(error).__name__}: {error}")
        return {"done": times - len(errors), "errors": errors}

    return work


def without_end(act: Writer, *, seed: int) -> Callable[[], None]:
    """Return work that acts until it is killed, and reports each of its statements."""

    def work() -> None:
        chance = random.Random(seed)
        report_statements()
        while True:
            act(chance)

    return work


def follow_clock() -> dict[str, int]:
    """Follow the clock until told to end, keeping the latest versions."""
    from cms.publishing.models import PublishedItem

    mirror: dict[str, int] = {}
    cursor = 0
    while True:
        is_last = has_orders(within_seconds=0.002)
        rows = PublishedItem.objects.filter(seq__gt=cursor).order_by("seq")
        for key, version, seq in rows.values_list("key", "version", "seq"):
            mirror[key], cursor = version, seq or cursor
        if is_last:
            return mirror


def make_world(news: int) -> None:
    """Make one site with news."""
    from tests.page_factories import make_news
    from tests.page_factories import make_world as make

    world = make()
    for number in range(news):
        make_news(world.news, title=f"News {number}")


def race(act: Writer, *, writers: int = 4) -> dict[str, Any]:
    """Let writers race beside a reader, and return what is left."""
    from cms.publishing.models import PublishedItem

    times = number_of("RACES", 10)
    reading = forked(follow_clock)
    results = collected([forked(loop(act, seed=n, times=times)) for n in range(writers)])
    reading.tell()
    mirror = reading.collect()
    latest = dict(PublishedItem.objects.values_list("key", "version"))
    return {
        "not_done": writers * times - sum(result["done"] for result in results),
        "errors": [error for result in results for error in result["errors"]],
        "missed": sorted(key for key in latest if mirror.get(key) != latest[key]),
        **verdict(),
    }


def kills(times: int) -> dict[str, Any]:
    """Kill a publishing process after a random number of statements, and look after each kill."""
    from cms.publishing.clock import read_clock

    seed = a_seed()
    chance = random.Random(seed)
    bad: list[Any] = []
    for number in range(times):
        child = forked(without_end(mixed, seed=chance.getrandbits(32)))
        if not child.wait_for(STATEMENT, times=chance.randint(1, STATEMENTS_MAX)):
            bad.append({"kill": number, "ended": child.collect()})
            continue
        child.kill()
        found = verdict()
        if found != SETTLED:
            bad.append({"kill": number, **found, "clock": read_clock().value})
    return {"kills": times, "bad": bad, "seed": seed}


def commit_between_reads() -> dict[str, Any]:
    """Commit a change of the whole section between two of the statements that read the verdict."""
    from django.db import connection

    def change() -> None:
        next_order()
        toggle_section(random.Random(0))
        report(b"d")

    child = forked(change)

    def commit_after_sum(execute: Any, sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "SUM(" in sql:
            child.tell()
            assert child.wait_for(b"d")
        return found

    with connection.execute_wrapper(commit_after_sum):
        found = verdict()
    child.collect()
    return found


def follow() -> dict[str, Any]:
    """Let mirrors page while four editors write."""
    from tests.concurrency.mirrors import follow as following

    return following()


def sweep_kills() -> dict[str, Any]:
    """Kill the sweep that follows an upgrade."""
    from tests.concurrency.sweeps import kills as killing

    return killing(number_of("KILLS", 5), seed=a_seed())


def out_of_turn() -> list[str]:
    """Find what writes to SQLite without its turn."""
    from tests.concurrency.turns import report_out_of_turn

    return report_out_of_turn()


def page_actions() -> dict[str, Any]:
    """Let editors act on the same pages at once."""
    from tests.concurrency.page_actions import race as acting

    return acting(number_of("PAGE_RACES", 10), seed=a_seed())


def opposite_orders() -> list[dict[str, str]]:
    """Publish and unpublish one page, each from the other end."""
    from tests.concurrency.page_actions import opposite_orders as meet

    return meet()


def cached_reads() -> dict[str, Any]:
    """Let threads read through a cache while processes write."""
    from tests.concurrency.cached_reads import race as reading

    return reading()


def of_deliveries(name: str) -> Callable[[], Any]:
    """Return a scenario of the module about deliveries, which needs this one."""

    def run() -> Any:
        from tests.concurrency import deliveries

        return getattr(deliveries, name)()

    return run


SCENARIOS: dict[str, Callable[[], Any]] = {
    "world": lambda: make_world(20),
    "publish": lambda: race(publish),
    "mixed": lambda: race(mixed),
    "kills": lambda: kills(number_of("KILLS", 10)),
    "commit_between_reads": commit_between_reads,
    "skews": skews,
    "last_references": last_references,
    "follow": follow,
    "sweep_kills": sweep_kills,
    "out_of_turn": out_of_turn,
    "page_actions": page_actions,
    "opposite_orders": opposite_orders,
    "cached_reads": cached_reads,
    "delivery_kills": of_deliveries("kills_of_workers"),
    "each_publish_arrives": of_deliveries("each_publish_arrives"),
    "dead_portals": of_deliveries("dead_portals"),
    "stopped_while_sending": of_deliveries("stopped_while_sending"),
}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(SCENARIOS[sys.argv[1]]()))
