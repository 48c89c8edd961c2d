"""Measure, in a process of its own, what it costs to read everything and to read a feed."""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

import django

from tests.bench.measure import counted

REAL_NEWS = 200
PAGE = 100
KIB = 1024
BATCH = 500


def prepare(items: int) -> None:
    """Publish real content, then copy its rows until the stream holds so many things."""
    from django.core.management import call_command
    from django.db import connection

    from tests.bench import world

    call_command("migrate", verbosity=0)
    world.build(world.Size(projects=40, pictures=60))
    world.grow(REAL_NEWS)
    _multiply(items)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _multiply(items: int) -> None:
    from django.db import transaction

    from cms.publishing.models import ContentClock, Facet, PublishedItem, StreamFacet
    from cms.syndication.stream import KINDS

    missing = items - PublishedItem.objects.filter(kind__in=KINDS, visible=True).count()
    facets, former = _by(Facet, "key"), _by(StreamFacet, "public_id")
    made: dict[Any, list[Any]] = {PublishedItem: [], Facet: [], StreamFacet: []}
    with transaction.atomic():
        clock = ContentClock.objects.get(pk=1)
        for number, row in zip(range(missing), _again_and_again(), strict=False):
            mine = [copy(facet) for facet in facets.get(row.key, [])]
            once = [copy(value) for value in former.get(row.public_id, [])]
            clock.value += 1
            row.key, row.public_id = f"page:{10**6 + number}", f"{row.public_id}{number}"
            row.path, row.seq = f"{row.path}{number}/", clock.value
            for facet in mine:
                facet.pk, facet.key = None, row.key
            for value in once:
                value.pk, value.public_id = None, row.public_id
            made[PublishedItem].append(row)
            made[Facet] += mine
            made[StreamFacet] += once
            if len(made[PublishedItem]) == BATCH or number == missing - 1:
                for model, rows in made.items():
                    model.objects.bulk_create(rows)
                    rows.clear()
        clock.save()


def _again_and_again() -> Iterator[Any]:
    from cms.publishing.models import PublishedItem

    real = list(PublishedItem.objects.filter(type="NewsPage").order_by("key"))
    while True:
        yield from (copy(row) for row in real)


def _by(model: Any, name: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in model.objects.all():
        found.setdefault(getattr(row, name), []).append(row)
    return found


def initial_sync(items: int) -> dict[str, Any]:
    """Read everything by `/sync`, page by page, as a portal does at first."""
    from django.test import Client

    prepare(items)
    client = Client()
    client.get("/sync", {"first": 1})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, started_cpu = time.perf_counter(), time.process_time()
    read = pages = size = 0
    cursor, more = "", True
    with counted() as statements:
        while more:
            answer = client.get("/sync", {"first": PAGE} | ({"after": cursor} if cursor else {}))
            assert answer.status_code == 200, answer.content
            page = json.loads(answer.content)
            cursor, more = page["cursor"], page["hasMore"]
            read, pages, size = read + len(page["items"]), pages + 1, size + len(answer.content)
    assert read >= items, read
    return {
        "items": read,
        "pages": pages,
        "megabytes": size / KIB / KIB,
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - started_cpu,
        "statements": len(statements),
        "memory_before": before / KIB,
        "memory_peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB,
    }


def feeds(items: int) -> dict[str, Any]:
    """Ask for feeds: made anew each time, kept, and unchanged."""
    from django.core.cache import cache
    from django.test import Client

    client, found = Client(), {}
    for form in ("rss", "atom", "json"):
        address = f"/feeds/news.{form}"
        first = client.get(address)
        assert first.status_code == 200, first.content
        etag = {"If-None-Match": first["ETag"]}

        def cold(address: str = address) -> int:
            cache.clear()
            return client.get(address).status_code

        def kept(address: str = address) -> int:
            return client.get(address).status_code

        def unchanged(address: str = address, etag: dict[str, str] = etag) -> int:
            return client.get(address, headers=etag).status_code

        found[form] = {
            "bytes": len(first.content),
            "cold": _rate(cold, expected=200),
            "kept": _rate(kept, expected=200),
            "unchanged": _rate(unchanged, expected=304),
        }
    return found


def _rate(ask: Callable[[], int], *, expected: int) -> dict[str, float]:
    """Return how often a second something is answered, and with how many statements."""
    with counted() as statements:
        assert ask() == expected
    count, started, started_cpu = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - started < 3:
        assert ask() == expected
        count += 1
    seconds, cpu = time.perf_counter() - started, time.process_time() - started_cpu
    return {
        "per_second": count / seconds,
        "per_cpu_second": count / cpu,
        "statements": len(statements),
    }


STEPS: dict[str, Callable[[int], dict[str, Any]]] = {"initial_sync": initial_sync, "feeds": feeds}


def main() -> None:
    """Do the step named on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--items", type=int, required=True)
    options = parser.parse_args()
    django.setup()
    sys.stdout.write(json.dumps(STEPS[options.step](options.items)))


if __name__ == "__main__":
    main()
