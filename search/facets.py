"""Count the results of a search by type, topic, project, year, country and language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from cms.content.countries import country_label
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.dependencies import Dependencies, depends, depends_on_list
from cms.publishing.reading.items import COLUMNS, Item
from cms.publishing.reading.list_statement import where
from cms.publishing.reading.listing import Listing
from cms.publishing.reading.loads import SHOWN, TABLE, Load, columns, make_item, seen

BUCKETS_MAX = 50
DATED = "('NewsPage', 'EventPage', 'ProjectPage')"
# Projects without a first day have a date only for the sake of order.
DATE = "CASE WHEN i.type = 'NewsPage' THEN i.sort_at ELSE i.starts_at END"
NO_ITEM = ", ".join(["NULL"] * (len(COLUMNS) + 1))


@dataclass(frozen=True, slots=True)
class Bucket:
    """Hold one value of a field, in the form that filters take and in words, with its results."""

    value: str
    label: str
    count: int


Buckets = dict[str, list[Bucket]]


@dataclass(frozen=True)
class FacetCounts(Load):
    """Need the number of results by the values of each field, labelled for readers of `locale`.

    Shape: {field: buckets}, most results first, at most 50 a field. One statement, which also reads
           the topics and projects that are counted; hidden ones are left out.
    """

    listing: Listing
    locale: str

    @classmethod
    def fetch(cls, context: ReadContext, loads: Sequence[FacetCounts]) -> dict[Load, Any]:
        """Return the counts of each search."""
        return {load: _Count(context, load).buckets() for load in loads}


@depends(FacetCounts)
def depends_on_counted(found: Dependencies, load: FacetCounts, result: Buckets) -> None:
    """Add the list that is counted, and the partners whose countries are."""
    depends_on_list(found, load.listing, None)
    found.on_lists(["Organisation"], site="", locale="")


class _Count:
    """Write and read the statement of one search."""

    def __init__(self, context: ReadContext, load: FacetCounts) -> None:
        self.context, self.locale = context, load.locale
        self.test, self.tested = where(context, load.listing)
        self.terms: list[str] = []
        self.parameters: list[Any] = []

    def buckets(self) -> Buckets:
        """Return the buckets of every field."""
        # Things first: PostgreSQL takes the types of the columns from the first term.
        self._things("TOPIC", "topic")
        self._things("PROJECT", "project")
        self._values()
        counts: dict[str, dict[str, int]] = {}
        versions: dict[str, dict[str, Item]] = {}
        for field, value, count, *row in self.context.query(
            " UNION ALL ".join(self.terms), self.parameters
        ):
            counts.setdefault(field, {})[value] = count
            if row[0] is not None:
                item = make_item(row)
                language = "" if item.key == value else item.locale
                versions.setdefault(value, {})[language] = item
        for key, found in versions.items():
            shown = seen(self.context, key, found, locale=self.locale)
            self.context.things[(key, self.locale)] = shown
        return {field: self._labelled(field, values) for field, values in counts.items()}

    def _add(self, term: str, *parameters: Any) -> None:
        self.terms.append(term)
        self.parameters += parameters

    def _things(self, field: str, facet: str) -> None:
        """Count things that results point at, with the things and their translations."""
        counted = (
            f"SELECT f.value AS value, count(*) AS results FROM {TABLE} i"
            f" JOIN publishing_facet f ON f.key = i.key AND f.facet = '{facet}'"
            f" WHERE {self.test} GROUP BY f.value ORDER BY results DESC, value LIMIT {BUCKETS_MAX}"
        )
        now = self.context.now_parameter
        self._add(
            f"SELECT '{field}', g.value, g.results, {columns('o')} FROM ({counted}) AS g"
            f" JOIN {TABLE} o ON o.key = g.value AND {SHOWN.format('o')}",
            *self.tested,
            now,
        )
        if field == "PROJECT":
            self._add(
                f"SELECT '{field}', g.value, g.results, {columns('t')} FROM ({counted}) AS g"
                f" JOIN {TABLE} o ON o.key = g.value AND {SHOWN.format('o')}"
                f" JOIN {TABLE} t ON t.translation_key = o.translation_key AND t.key <> o.key"
                f" AND t.site = o.site AND t.locale = %s AND {SHOWN.format('t')}",
                *self.tested,
                now,
                self.locale,
                now,
            )

    def _values(self) -> None:
        """Count plain values."""
        rows = f"FROM {TABLE} i WHERE {self.test}"
        for field, column in (("TYPE", "type"), ("LOCALE", "locale")):
            self._add(
                f"SELECT '{field}', i.{column}, count(*), {NO_ITEM} {rows} GROUP BY i.{column}",
                *self.tested,
            )
        year, zone = self.context.connection.ops.datetime_extract_sql(
            "year", DATE, (), timezone.get_default_timezone_name()
        )
        self._add(
            f"SELECT 'YEAR', CAST(CAST(y.year AS integer) AS text), count(*), {NO_ITEM} FROM"
            f" (SELECT {year} AS year {rows} AND i.type IN {DATED}) AS y"
            " WHERE y.year IS NOT NULL GROUP BY y.year",
            *zone,
            *self.tested,
        )
        self._add(
            f"SELECT 'COUNTRY', c.value, count(DISTINCT i.key), {NO_ITEM} FROM {TABLE} i"
            " JOIN publishing_facet f ON f.key = i.key AND f.facet = 'partner'"
            f" JOIN {TABLE} o ON o.key = f.value AND {SHOWN.format('o')}"
            " JOIN publishing_facet c ON c.key = o.key AND c.facet = 'country'"
            f" WHERE {self.test} GROUP BY c.value",
            self.context.now_parameter,
            *self.tested,
        )

    def _labelled(self, field: str, counts: dict[str, int]) -> list[Bucket]:
        """Return the buckets of one field; two languages of one project are one."""
        words: dict[str, Callable[[str], tuple[str, str]]] = {
            "TOPIC": self._topic,
            "PROJECT": self._project,
            "LOCALE": self._language,
            "COUNTRY": lambda code: (code, country_label(code, language=self.locale)),
        }
        in_words = words.get(field)
        found: dict[tuple[str, str], int] = {}
        for value, count in counts.items():
            shown = in_words(value) if in_words else (value, value)
            found[shown] = found.get(shown, 0) + count
        buckets = [Bucket(value, label, count) for (value, label), count in found.items()]
        return sorted(buckets, key=lambda b: (-b.count, b.label, b.value))[:BUCKETS_MAX]

    def _topic(self, key: str) -> tuple[str, str]:
        term = self._thing(key)
        labels: dict[str, str] = term.get("label") or {}
        return term.get("code"), labels.get(self.locale) or term.title

    def _project(self, key: str) -> tuple[str, str]:
        project = self._thing(key)
        return project.public_id, project.title

    def _language(self, code: str) -> tuple[str, str]:
        return code.replace("-", "_").upper(), dict(settings.WAGTAIL_CONTENT_LANGUAGES)[code]

    def _thing(self, key: str) -> Item:
        item = self.context.things[(key, self.locale)]
        assert item is not None
        return item
