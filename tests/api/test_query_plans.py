"""The statements of the delivery plane are answered through indexes, whatever the number of items."""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from cms.publishing.models import Change, Facet, PublishedItem
from cms.publishing.reading.addresses import At
from cms.publishing.reading.conditions import Having, Order, PointingAt, Whose
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.listing import Listing
from cms.publishing.reading.loads import ByPublicId, Load, Things, Translations

pytestmark = pytest.mark.django_db

BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ITEMS = 2_000
# Reading one of these from end to end would cost more with every item.
GROWING = ("publishing_publisheditem", "publishing_facet")


def _item(number: int, *, type_name: str, kind: str = "page", **values: Any) -> PublishedItem:
    return PublishedItem(
        key=f"{kind}:{number}",
        kind=kind,
        type=type_name,
        public_id=f"{kind}-{number}",
        site="main",
        locale="en",
        path=f"/{kind}/{number}/",
        translation_key=str(uuid.UUID(int=number)),
        head="{}",
        title=f"Item {number}",
        sort_title=f"item {number}",
        sort_at=BEGIN - dt.timedelta(hours=number),
        starts_at=BEGIN + dt.timedelta(hours=number),
        visible=True,
        change=Change.PUBLISHED,
        changed_at=BEGIN,
        seq=number,
        **values,
    )


@pytest.fixture
def written_items() -> None:
    """Write items of several types and their facets, of which the database knows nothing yet."""
    types = ("NewsPage", "ProjectPage", "EventPage", "StandardPage")
    PublishedItem.objects.bulk_create(
        _item(number, type_name=types[number % len(types)]) for number in range(ITEMS)
    )
    terms = range(ITEMS, ITEMS + 100)
    PublishedItem.objects.bulk_create(
        _item(number, type_name="Term", kind="term") for number in terms
    )
    site = _item(ITEMS + 100, type_name="Site", kind="site")
    site.head = (
        '{"key":"main","baseUrl":"","isDefault":true,"defaultLocale":"en","languages":["en"]}'
    )
    site.save()
    place = {"type": "NewsPage", "site": "main", "locale": "en"}
    Facet.objects.bulk_create(
        Facet(facet=name, value=value, key=f"page:{number}", **place)
        for number in range(ITEMS)
        for name, value in (
            ("topic", f"term:{ITEMS + number % 100}"),
            ("project", f"page:{number % 50}"),
            ("newsType", "OPEN_CALL" if number % 50 == 0 else "NEWS"),
        )
    )
    Facet.objects.bulk_create(
        Facet(facet="termCode", value=f"CODE_{number}", key=f"term:{number}") for number in terms
    )


@pytest.fixture
def without_statistics() -> None:
    """Let PostgreSQL forget what it counted of items while other tests ran."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {PublishedItem._meta.db_table}")
        cursor.execute(
            "DELETE FROM pg_statistic WHERE starelid = %s::regclass",
            [PublishedItem._meta.db_table],
        )


@pytest.fixture
def many_items(written_items: None) -> None:
    """Let the database know what was written."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _list(order: Order = Order.SORT_AT_DESC, **values: Any) -> Listing:
    return Listing(("NewsPage",), "main", "en", order, 20, **values)


def _end(order: Order = Order.SORT_AT_DESC, **values: Any) -> Listing:
    return Listing(("NewsPage",), "main", "en", order, last=20, **values)


LOADS: dict[str, Load] = {
    "newest": _list(),
    "by title": _list(Order.TITLE_ASC),
    "by start": _list(Order.STARTS_AT_ASC),
    "with a facet": _list(conditions=(Having("newsType", ("OPEN_CALL",)),)),
    "with a facet of a facet": _list(
        conditions=(Whose("topic", Having("termCode", ("CODE_2042",))),)
    ),
    "of a project by id": _list(conditions=(PointingAt("project", public_id="page-7"),)),
    "of a project": _list(
        conditions=(PointingAt("project", translation_key=str(uuid.UUID(int=7))),)
    ),
    "rare, with total": _list(
        conditions=(Having("newsType", ("OPEN_CALL",)),), wants_nodes=False, wants_total=True
    ),
    "oldest": _end(),
    "by title from the end": _end(Order.TITLE_ASC),
    "with a facet from the end": _end(conditions=(Having("newsType", ("OPEN_CALL",)),)),
    "of a project from the end": _end(conditions=(PointingAt("project", public_id="page-7"),)),
    "things": Things(("page:7", "page:8", "term:2005"), locale="bg", tail=True),
    "at an address": At("main", "/page/7/", tail=True),
    "translations": Translations(str(uuid.UUID(int=7)), site="main"),
    "by public id": ByPublicId("page-7"),
}


def _plans(act: Callable[[ReadContext], object]) -> list[str]:
    """Return the lines of the plans of all statements that an act sends."""
    statements: list[tuple[str, Any]] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        act(ReadContext())
    assert statements
    lines = []
    is_postgresql = connection.vendor == "postgresql"
    for sql, params in statements:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {'' if is_postgresql else 'QUERY PLAN '}{sql}", params)
            lines += [str(row[0] if is_postgresql else row[-1]) for row in cursor.fetchall()]
    return lines


def _whole_tables(lines: list[str]) -> list[str]:
    """Return the lines that read a growing table from end to end."""
    if connection.vendor == "postgresql":
        return [line for line in lines for table in GROWING if f"Seq Scan on {table}" in line]
    # SQLite names tables by their aliases; these are what a part of the statement found.
    own = (
        "n0",
        "n1",
        "p",
        "k",
        "t",
        "CONSTANT",
        *(f"{kind}{n}" for kind in "db" for n in range(4)),
    )
    scans = [line for line in lines if line.startswith("SCAN ") and "item_sites" not in line]
    return [line for line in scans if line.split()[1] not in own]


def test_what_is_read_is_found_through_indexes(many_items: None) -> None:
    found = {
        name: _whole_tables(_plans(partial(ReadContext.load, loads=[load])))
        for name, load in LOADS.items()
    }

    assert found == {name: [] for name in LOADS}


@pytest.mark.parametrize(("make", "sign"), [(_list, "<"), (_end, ">")])
@pytest.mark.parametrize("is_told", [False, True], ids=["", "with what is beyond"])
def test_a_later_page_begins_inside_the_index(
    many_items: None, make: Callable[..., Listing], sign: str, is_told: bool
) -> None:
    context = ReadContext()
    context.load([make()])
    found = context.results[make()]
    if make is _list:
        later = make(after=found.cursor(-1), wants_previous=is_told)
    else:
        later = make(before=found.cursor(0), wants_next=is_told)

    lines = _plans(lambda fresh: fresh.load([later]))

    assert _whole_tables(lines) == []
    inside = [line for line in lines if "item_by_date" in line]
    assert len(inside) == (2 if is_told else 1)
    if connection.vendor == "sqlite":
        assert f"(sort_at,public_id){sign}(?,?)" in inside[0]
    else:
        assert sum("ROW(sort_at," in line for line in lines) == len(inside)


def test_the_sites_are_found_without_reading_everything(many_items: None) -> None:
    lines = _plans(lambda context: context.sites)

    assert any("item_sites" in line for line in lines)
    assert _whole_tables(lines) == []


@pytest.mark.postgres
def test_translations_are_looked_up_from_the_pages_even_right_after_an_import(
    without_statistics: None, written_items: None
) -> None:
    lines = _plans(partial(ReadContext.load, loads=[LOADS["things"]]))

    assert any("CTE Scan on p" in line for line in lines)
    assert any("Index Scan using item_translation" in line for line in lines)
    assert not any("item_address" in line for line in lines)
