"""Follow `/sync` in a process of its own, with small pages, while others write."""

import random
from collections.abc import Callable
from typing import Any

import orjson

from tests.concurrency.actors import loop, mixed, number_of, published_news
from tests.concurrency.agreement import verdict
from tests.concurrency.processes import collected, forked, has_orders, report

FILTERS: tuple[dict[str, str], ...] = ({}, {"newsTypes": "NEWS"}, {"types": "NewsPage"})
SMALL_PAGE = "3"
PAGE = b"p"


def following(number: int) -> Callable[[], dict[str, Any]]:
    """Return work that keeps a mirror until told to end, and a little longer: to the end."""

    def work() -> dict[str, Any]:
        mirror: dict[str, Any] = {"items": {}, "cursor": ""}
        while True:
            is_last = has_orders(within_seconds=0.002)
            more = _read(mirror, FILTERS[number])
            report(PAGE)
            while is_last and more:
                more = _read(mirror, FILTERS[number])
            if is_last:
                return mirror

    return work


def versions(number: int, mirror: dict[str, Any]) -> list[str]:
    """Return what differs between a mirror and one that is made now, word for word."""
    fresh: dict[str, Any] = {"items": {}, "cursor": ""}
    while _read(fresh, FILTERS[number]):
        pass
    mine, theirs = mirror["items"], fresh["items"]
    ids = sorted(mine.keys() | theirs.keys())
    return [f"{i}: {mine.get(i)} {theirs.get(i)}" for i in ids if mine.get(i) != theirs.get(i)]


def _read(mirror: dict[str, Any], parameters: dict[str, str]) -> bool:
    """Take one page over; say whether more is waiting."""
    from django.test import Client

    after = {"after": mirror["cursor"]} if mirror["cursor"] else {}
    answer = Client().get("/sync", {"first": SMALL_PAGE, **parameters, **after})
    assert answer.status_code == 200, answer.content
    page = orjson.loads(answer.content)
    for node in page["items"]:
        mirror["items"].pop(node["id"], None)
        if node["kind"] != "WITHDRAWN":
            kept = ("version", "url", "item")
            mirror["items"][node["id"]] = {name: node[name] for name in kept}
    mirror["cursor"] = page["cursor"]
    more: bool = page["hasMore"]
    return more


def switch_syndication(chance: random.Random) -> None:
    """Take a news item back from those who copied it, or give it out again."""
    from cms.publishing.scopes import transaction

    page = chance.choice(published_news())
    page.syndication_allowed = not page.syndication_allowed
    page.types = chance.choice([["NEWS"], ["ACHIEVEMENT"]])
    with transaction():
        page.save_revision().publish()


def mixed_for_mirrors(chance: random.Random) -> None:
    """Do what four editors do at once, and what only mirrors can see."""
    chance.choice([mixed, mixed, switch_syndication])(chance)


def follow() -> dict[str, Any]:
    """Let mirrors read small pages of `/sync` while four editors write, then compare with a new one.

    Before each turn of the editors, every mirror has read another page.
    """
    times = number_of("RACES", 10)
    watching = [forked(following(number)) for number in range(len(FILTERS))]
    writing = [
        forked(loop(mixed_for_mirrors, seed=n, times=times, in_turns=True)) for n in range(4)
    ]
    for _ in range(times):
        for mirror in watching:
            mirror.count(PAGE)
            assert mirror.wait_for(PAGE), mirror.collect()
        for writer in writing:
            writer.tell()
    results = collected(writing)
    for mirror in watching:
        mirror.tell()
    mirrors = collected(watching)
    return {
        "errors": [error for result in results for error in result["errors"]],
        "not_done": len(writing) * times - sum(result["done"] for result in results),
        "differences": [versions(number, mirror) for number, mirror in enumerate(mirrors)],
        **verdict(),
    }
