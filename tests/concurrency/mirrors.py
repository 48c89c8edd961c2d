"""Follow `/sync` in a process of its own, with small pages, while others write."""

import os
import random
import select
from collections.abc import Callable
from typing import Any

import orjson

from tests.concurrency.actors import collected, forked, loop, mixed, published_news, verdict

FILTERS: tuple[dict[str, str], ...] = ({}, {"newsTypes": "NEWS"}, {"types": "NewsPage"})
SMALL_PAGE = "3"


def following(number: int, *, until: int) -> Callable[[], dict[str, Any]]:
    """Return work that keeps a mirror until a pipe is closed, and a little longer: to the end."""

    def work() -> dict[str, Any]:
        mirror: dict[str, Any] = {"items": {}, "cursor": "", "read": 0}
        while True:
            is_last = bool(select.select([until], [], [], 0.002)[0])
            more = _read(mirror, FILTERS[number])
            while is_last and more:
                more = _read(mirror, FILTERS[number])
            if is_last:
                return mirror

    return work


def versions(number: int, mirror: dict[str, Any]) -> list[str]:
    """Return what differs between a mirror and one that is made now, word for word."""
    fresh: dict[str, Any] = {"items": {}, "cursor": "", "read": 0}
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
        if node["change"] != "WITHDRAWN":
            kept = ("version", "url", "item")
            mirror["items"][node["id"]] = {name: node[name] for name in kept}
    mirror["cursor"], mirror["read"] = page["cursor"], mirror["read"] + 1
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
    """Let mirrors read small pages of `/sync` while four editors write, then compare with a new one."""
    until, finish = os.pipe()
    writing = [forked(loop(mixed_for_mirrors, seed=n, times=30), closing=finish) for n in range(4)]
    watching = [forked(following(number, until=until), closing=finish) for number in range(3)]
    results = collected(writing)
    os.close(finish)
    mirrors = collected(watching)
    return {
        "errors": [error for result in results for error in result["errors"]],
        "done": sum(result["done"] for result in results),
        "differences": [versions(number, mirror) for number, mirror in enumerate(mirrors)],
        "read": [mirror["read"] for mirror in mirrors],
        **verdict(),
    }
