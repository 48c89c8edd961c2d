"""Fill the published plane with any number of items in one statement a table.

Of every ten items eight are news, one is a project and one an event. Nearly all news are `NEWS` and a
few are of a type or a topic that hardly any other has, so that both kinds of filters are met. One item
in twenty is a tombstone.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

BEGIN = "2026-01-01 00:00:00"
TERMS = 30
ORGANISATIONS = 1_000
PROGRAMMES = 20
RARE = 5_000

TARGETS = (("term", "Term", TERMS + 1), ("organisation", "Organisation", ORGANISATIONS))
SITE = '{"key":"main","baseUrl":"","isDefault":true,"defaultLocale":"en","languages":["en"]}'


@dataclass(frozen=True, slots=True)
class Plane:
    """Say what was written.

    Shape: numbers of things, of which keys (`page:7`) and public ids (`page-7`) are made.
    """

    items: int

    @property
    def a_project(self) -> int:
        """Return the number of a project that has news."""
        return 8


def fill(items: int) -> Plane:
    """Write so many news, projects and events, and what they point at."""
    with connection.cursor() as cursor:
        _write_targets(cursor)
        _write_items(cursor, items)
        _write_facets(cursor, items)
        cursor.execute("ANALYZE")
    return Plane(items)


def _hours(number: str) -> str:
    """Return the SQL of an instant so many hours after the beginning."""
    if connection.vendor == "postgresql":
        return f"(timestamptz '{BEGIN}Z' + ({number}) * interval '1 hour')"
    return f"datetime('{BEGIN}', ({number}) || ' hours')"


def _numbers(count: int) -> str:
    return (
        f"WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers"
        f" WHERE n + 1 < {count})"
    )


def _insert_items(cursor: Any, source: str, **values: str) -> None:
    """Insert items; each value is the SQL of a column."""
    columns = {
        "key": "''", "kind": "'page'", "type": "''", "public_id": "''", "site": "'main'",
        "locale": "'en'", "path": "''", "translation_key": "''", "head": "'{}'", "tail": "''",
        "title": "''", "sort_title": "''", "summary": "''", "search_text": "''",
        "sort_at": "NULL", "starts_at": "NULL", "ends_at": "NULL", "valid_until": "NULL",
        "alias_of": "''",
        "phase": "0", "visible": "TRUE", "is_syndicated": "TRUE", "was_syndicated": "TRUE",
        "reason": "''", "change": "'PUBLISHED'", "version": "1", "digest": "''",
        "changed_at": _hours("0"), "seq": "1", **values,
    }  # fmt: skip
    cursor.execute(
        f"INSERT INTO publishing_publisheditem ({', '.join(columns)})"
        f" {source.format(', '.join(columns.values()))}"
    )


def _write_targets(cursor: Any) -> None:
    for kind, type_name, count in (*TARGETS, ("programme", "Programme", PROGRAMMES)):
        _insert_items(
            cursor,
            f"{_numbers(count)} SELECT {{}} FROM numbers",
            key=f"'{kind}:' || n",
            kind=f"'{kind}'",
            type=f"'{type_name}'",
            public_id=f"'{kind}-' || n",
            site="''",
            locale="''",
            sort_at=_hours("0"),
        )
    _insert_items(
        cursor,
        "SELECT {}",
        key="'site:1'",
        kind="'site'",
        type="'Site'",
        public_id="'site-1'",
        head=f"'{SITE}'",
    )
    for kind, facet, value, count in (
        ("term", "termCode", "'CODE_' || n", TERMS + 1),
        ("organisation", "country", "'C' || (n % 40)", ORGANISATIONS),
    ):
        _insert_facets(
            cursor, f"{_numbers(count)} SELECT n FROM numbers", f"'{kind}'", facet, value
        )


def _write_items(cursor: Any, items: int) -> None:
    is_news = "n % 10 < 8"
    begins, ends = _hours("100 - n"), _hours("1100 - n")
    call = "n % 10 = 3"
    _insert_items(
        cursor,
        f"{_numbers(items)} SELECT {{}} FROM numbers",
        key="'page:' || n",
        type=f"CASE WHEN {is_news} THEN 'NewsPage' WHEN n % 10 = 8 THEN 'ProjectPage'"
        " ELSE 'EventPage' END",
        public_id="'page-' || n",
        path="'/page-' || n || '/'",
        translation_key="'key-' || n",
        title="'Item ' || n",
        sort_title=f"'item ' || (n * 7919 % {items})",
        # Two of a kind share their instant.
        sort_at=_hours("-(n / 20)"),
        starts_at=f"CASE WHEN n % 10 > 7 OR {call} THEN {begins} END",
        ends_at=f"CASE WHEN n % 10 > 7 OR ({call} AND n % 100 <> 3) THEN {ends} END",
        visible="n % 20 <> 7",
        seq="n + 2",
    )


def _insert_facets(
    cursor: Any, source: str, kind: str, facet: str, value: str, where: str = "TRUE"
) -> None:
    key = f"{kind} || ':' || n"
    cursor.execute(
        "INSERT INTO publishing_facet (type, site, locale, facet, value, sort_at, key)"
        f" SELECT i.type, i.site, i.locale, '{facet}', {value}, i.sort_at, i.key"
        f" FROM ({source}) AS s JOIN publishing_publisheditem i ON i.key = {key}"
        f" WHERE i.visible AND {where}"
    )


def _write_facets(cursor: Any, items: int) -> None:
    news, project = "i.type = 'NewsPage'", "i.type = 'ProjectPage'"
    numbers = f"{_numbers(items)} SELECT n FROM numbers"
    one = f"n % {items // 10} * 10 + 8"
    rows = [
        ("newsType", "'NEWS'", f"{news} AND n % {RARE} <> 1"),
        ("newsType", "'OPEN_CALL'", f"{news} AND n % 10 = 3"),
        ("newsType", "'ACHIEVEMENT'", f"{news} AND n % {RARE} = 1"),
        ("topic", f"'term:' || (n % {TERMS})", news),
        ("topic", f"'term:' || ((n + 11) % {TERMS})", news),
        ("topic", f"'term:{TERMS}'", f"{news} AND n % {RARE} = 1"),
        ("project", f"'page:' || ({one})", news),
        ("programme", f"'programme:' || (n / 10 % {PROGRAMMES})", project),
    ]
    rows += [
        ("partner", f"'organisation:' || ((n / 10 * 7 + {place} * 31) % {ORGANISATIONS})", project)
        for place in range(6)
    ]
    for facet, value, where in rows:
        _insert_facets(cursor, numbers, "'page'", facet, value, where)
