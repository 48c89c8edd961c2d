"""Lists are read through indexes by every order and filter, and a page's cost does not grow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import orjson
import pytest
from django.db import connection

from cms.publishing.reading import list_statement, narrowing
from cms.publishing.reading.conditions import Order
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.listing import Listing, Slice
from news.events import EventFilter
from news.schema import NewsFilter
from projects.schema import ProjectFilter
from tests.api.every_list import EVENT_FILTERS, NEWS_FILTERS, NOW, PROJECT_FILTERS, every_list
from tests.api.full_plane import fill

NEWEST = Listing(("NewsPage",), "main", "en", Order.SORT_AT_DESC, 20)

pytestmark = pytest.mark.django_db

GROWING = ("publishing_publisheditem", "publishing_facet")
# What a statement found itself: keys of filters, one page, the parts of a statement.
OWN = ("d0", "d1", "d2", "k", "b0", "b1", "b2", "b3", "n0", "t", "CONSTANT")
SITES = "item_sites"
is_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite alone")


def _answered(load: Listing) -> Slice:
    context = ReadContext(now=NOW)
    context.load([load])
    found: Slice = context.results[load]
    return found


def _explained(load: Listing) -> list[str]:
    """Return the lines of the plan of a list, or its nodes as `type table`."""
    sent: list[tuple[str, Any]] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    context = ReadContext(now=NOW)
    with connection.execute_wrapper(record):
        context.load([load])
    lines: list[str] = []
    is_postgresql = connection.vendor == "postgresql"
    how = "(FORMAT JSON) " if is_postgresql else "QUERY PLAN "
    for sql, params in sent:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {how}{sql}", params)
            rows = cursor.fetchall()
        lines += _nodes(rows[0][0]) if is_postgresql else [str(row[-1]) for row in rows]
    return lines


def _nodes(plan: Any) -> list[str]:
    found = plan if isinstance(plan, list) else orjson.loads(plan)
    lines: list[str] = []
    waiting = [entry["Plan"] for entry in found]
    while waiting:
        node = waiting.pop()
        lines.append(f"{node['Node Type']} on {node.get('Relation Name', '')}")
        waiting += node.get("Plans", [])
    return lines


def _whole_tables(lines: list[str]) -> list[str]:
    """Return the lines that read a growing table from end to end."""
    if connection.vendor == "postgresql":
        return [line for line in lines if line in {f"Seq Scan on {name}" for name in GROWING}]
    scans = [line for line in lines if line.startswith("SCAN ") and SITES not in line]
    return [line for line in scans if line.split()[1] not in OWN]


@contextmanager
def _steps() -> Iterator[Callable[[], int]]:
    """Count the steps of SQLite's machine, in hundreds: what a statement costs on any computer."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1

    connection.ensure_connection()
    connection.connection.set_progress_handler(step, 100)
    try:
        yield lambda: count
    finally:
        connection.connection.set_progress_handler(None, 0)


def _cost(load: Listing) -> int:
    with _steps() as steps:
        _answered(load)
        return steps()


@pytest.mark.parametrize("items", [2_000, pytest.param(100_000, marks=pytest.mark.deep)])
def test_every_list_is_read_through_indexes(items: int) -> None:
    if connection.vendor == "postgresql":
        # What was rolled back before has left holes in the tables, which change what is cheapest.
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(GROWING)}")
    fill(items)
    lists = every_list()
    lists |= {f"{name}, from the end": _from_the_end(load) for name, load in lists.items()}
    if connection.vendor == "sqlite":
        # PostgreSQL may count most rows of a table by reading all of it; a total is kept.
        counted = every_list(wants_total=True)
        lists |= {f"{name}, total": load for name, load in counted.items()}

    found = {name: _whole_tables(_explained(load)) for name, load in lists.items()}

    assert found == {name: [] for name in lists}


@is_sqlite
@pytest.mark.deep
def test_a_page_costs_the_same_deep_down_and_among_100_000_items() -> None:
    fill(2_000)
    few = _cost(NEWEST)
    _empty()
    fill(100_000)
    orders = (Order.SORT_AT_DESC, Order.SORT_AT_ASC, Order.TITLE_ASC)
    firsts = [replace(NEWEST, order=order) for order in orders]
    deep = [_after(load, pages=600) for load in firsts]

    grown, costs = _cost(NEWEST), {name: _cost(load) for name, load in every_list().items()}

    assert grown <= 1.3 * few + 1
    assert [len(_answered(load).items) for load in deep] == [20, 20, 20]
    assert all(
        _cost(load) <= 1.3 * _cost(first) + 1 for load, first in zip(deep, firsts, strict=True)
    )
    # One walk past 75,000 news takes 16,000 and more. Nothing knows where the projects are whose
    # dates are not set, so all 10,000 of them are read.
    unknown = {name for name in costs if "UNKNOWN" in name or "two statuses" in name}
    assert {name for name, cost in costs.items() if cost > 1_500} <= unknown


@is_sqlite
@pytest.mark.parametrize("few", [0, 5, 1_000_000])
def test_every_way_of_reading_gives_the_same_pages_and_totals(
    monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    fill(2_000)
    lists = every_list()
    lists |= {f"{name}, from the end": _from_the_end(load) for name, load in lists.items()}
    with monkeypatch.context() as patch:
        patch.setattr(list_statement.ListStatement, "_narrowed", lambda _self, _condition: None)
        plain = {name: _second_page(load) for name, load in lists.items()}
    monkeypatch.setattr(narrowing, "FEW", few)

    found = {name: _second_page(load) for name, load in lists.items()}

    assert found == plain
    assert sum(1 for _keys, total in plain.values() if total) > len(plain) // 2


def test_every_filter_of_the_schema_is_among_the_lists() -> None:
    offered = [set(one._meta.fields) for one in (NewsFilter, ProjectFilter, EventFilter)]

    tried = [
        {name for wanted in filters.values() for name in wanted}
        for filters in (NEWS_FILTERS, PROJECT_FILTERS, EVENT_FILTERS)
    ]

    assert tried == offered


def _after(load: Listing, *, pages: int) -> Listing:
    """Return a list that begins so many pages of a hundred later."""
    after = None
    for _page in range(pages):
        after = _answered(replace(load, first=100, after=after)).cursors[-1]
    return replace(load, after=after)


def _second_page(load: Listing) -> tuple[list[str], int | None]:
    """Return the keys on the first two pages of five, and the total."""
    if load.is_backward:
        return _last_pages(load)
    page = replace(load, first=5, wants_total=True)
    first = _answered(page)
    keys = [item.key for item in first.items]
    if first.has_next:
        second = _answered(replace(page, after=first.cursors[-1]))
        keys += [item.key for item in second.items]
    return keys, first.total


def _last_pages(load: Listing) -> tuple[list[str], int | None]:
    """Return the keys on the last two pages of five, and the total."""
    page = replace(load, last=5, wants_total=True)
    last = _answered(page)
    keys = [item.key for item in last.items]
    if last.has_previous:
        before = _answered(replace(page, before=last.cursors[0], wants_next=True))
        assert before.has_next
        keys = [item.key for item in before.items] + keys
    return keys, last.total


def _from_the_end(load: Listing) -> Listing:
    return replace(load, first=None, last=load.first)


def _empty() -> None:
    with connection.cursor() as cursor:
        for name in GROWING:
            cursor.execute(f"DELETE FROM {name}")
