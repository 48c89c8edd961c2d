"""Read one page of a feed in one statement: its rows, what was withdrawn, and until when it holds.

`visible` and `valid_until` are part of it as of every read, so that an expired thing is gone at its
instant, tombstone or not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cms.publishing.reading.conditions import Order
from cms.publishing.reading.items import COLUMNS, Item, instant
from cms.publishing.reading.list_statement import where
from cms.publishing.reading.listing import Listing
from cms.publishing.reading.loads import SHOWN, TABLE, columns, make_item, marks
from cms.publishing.rows import SITE_FACET
from cms.publishing.subjects import Vocabulary
from cms.syndication.feeds.once import once_satisfied
from cms.syndication.stream import EVER

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext
    from cms.syndication.feeds.asked import Asked

PAGE_SIZE = 20
WITHDRAWN_MAX = 100
Sql = tuple[str, list[Any]]
# What each row of the statement is.
ITEM, WITHDRAWN, KNOWN, SETTINGS, PAST, AHEAD = range(6)
# Where the settings of each site are found, by an index.
SETTINGS_PATH = "settings:"
# Rows are: what it is, an instant, a text, and an item's columns.
NOTHING = ", ".join(["NULL"] * (len(COLUMNS) + 1))


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Say that an entry was taken out of a feed, and when. Never what it was."""

    public_id: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Hold what was read of one page of a feed.

    Shape: newest publication first. `changed_at` is the last change of any row on the page,
           `moved_at` that of anything public at all; `holds_until` the next instant at which time
           alone may change the answer. `known` are the values of parameters that ever were public.
    """

    items: tuple[Item, ...]
    has_more: bool
    withdrawn: tuple[Withdrawn, ...]
    site_name: Any
    known: frozenset[str]
    changed_at: dt.datetime | None
    moved_at: dt.datetime | None
    holds_until: dt.datetime | None


def read_page(context: ReadContext, asked: Asked) -> Found:
    """Return one page of a feed. One statement, and another for the sites if they are not read yet."""
    terms = list(_Statement(context, asked).terms())
    rows: dict[int, list[tuple[dt.datetime | None, str, Sequence[Any]]]] = {}
    for part, moment, text, *row in context.query(
        " UNION ALL ".join(term for term, _values in terms),
        [value for _term, values in terms for value in values],
    ):
        rows.setdefault(part, []).append((instant(moment), text, row))
    shown = rows.get(ITEM, [])[:PAGE_SIZE]
    withdrawn = [Withdrawn(text, at) for at, text, _row in rows.get(WITHDRAWN, []) if at]
    names = [make_item(row).get("siteName") for _at, _text, row in rows.get(SETTINGS, [])]
    changes = [*(at for at, _text, _row in shown), *(one.at for one in withdrawn)]
    return Found(
        items=tuple(make_item(row) for _at, _text, row in shown),
        has_more=len(rows.get(ITEM, [])) > PAGE_SIZE,
        withdrawn=tuple(withdrawn),
        site_name=names[0] if names else None,
        known=frozenset(text for _at, text, _row in rows.get(KNOWN, [])),
        changed_at=max((at for at in changes if at), default=None),
        moved_at=max((at for at, _text, _row in rows.get(PAST, []) if at), default=None),
        holds_until=min((at for at, _text, _row in rows.get(AHEAD, []) if at), default=None),
    )


class _Statement:
    """Write the parts of the statement, items first: PostgreSQL takes the types from there."""

    def __init__(self, context: ReadContext, asked: Asked) -> None:
        self.context, self.asked = context, asked
        self.is_postgres = context.connection.vendor == "postgresql"

    def terms(self) -> Iterator[Sql]:
        """Yield what has to be read."""
        yield self._items()
        yield self._settings()
        yield from self._instants()
        if codes := self.asked.named(Vocabulary.TERM):
            yield self._known_terms(codes)
        if ids := self.asked.named(Vocabulary.THING):
            yield self._known_things(ids)
        if self.asked.after is None:
            yield self._withdrawn()

    def _items(self) -> Sql:
        test, values = self._listed(lasting=False)
        published = self._published()
        after = self.asked.after
        if after is not None:
            test += f" AND ({published}, i.public_id) < ({self._moment()}, %s)"
            values += [self._parameter(after.published_at), after.public_id]
        inner = (
            f"SELECT {ITEM}, CAST(i.changed_at AS text), CAST('' AS text), {columns('i', tail=True)}"
            f" FROM {TABLE} i WHERE {test} ORDER BY {published} DESC, i.public_id DESC LIMIT %s"
        )
        return f"SELECT * FROM ({inner}) AS items", [*values, PAGE_SIZE + 1]

    def _listed(self, *, lasting: bool) -> Sql:
        """Return what holds of the rows of this feed."""
        asked = self.asked
        listing = Listing(
            asked.subject.types,
            asked.site.key,
            asked.language,
            Order.SORT_AT_DESC,
            PAGE_SIZE,
            conditions=asked.conditions(self.context.now, lasting=lasting),
        )
        test, values = where(self.context, listing)
        return f"{test} AND i.is_syndicated", list(values)

    def _published(self) -> str:
        """Return the instant of publication; ADR 0021 says why it is read out of the document."""
        if self.asked.subject.is_dated:
            return "i.sort_at"
        if self.is_postgres:
            stored = "CAST(CAST(i.head AS json) ->> 'publishedAt' AS timestamptz)"
        else:
            stored = "strftime('%%Y-%%m-%%dT%%H:%%M:%%f', json_extract(i.head, '$.publishedAt'))"
        # A tombstone has no document, and which test runs first is not ours to say.
        return f"CASE WHEN i.head <> '' THEN {stored} END"

    def _moment(self) -> str:
        if self.asked.subject.is_dated:
            return "%s"
        return (
            "CAST(%s AS timestamptz)"
            if self.is_postgres
            else "strftime('%%Y-%%m-%%dT%%H:%%M:%%f', %s)"
        )

    def _parameter(self, moment: dt.datetime) -> Any:
        return self.context.adapt(moment) if self.asked.subject.is_dated else moment.isoformat()

    def _settings(self) -> Sql:
        text = (
            f"SELECT {SETTINGS}, NULL, NULL, {columns('i')} FROM {TABLE} i"
            f" WHERE i.site = %s AND i.path = %s AND i.kind = 'settings' AND {SHOWN.format('i')}"
        )
        return text, [self.asked.site.key, SETTINGS_PATH, self.context.now_parameter]

    def _instants(self) -> Iterator[Sql]:
        """Yield when anything public changed last, and when time alone will change this feed."""
        now = self.context.now_parameter
        clock = "SELECT value FROM publishing_contentclock WHERE id = 1"
        yield self._one(PAST, f"SELECT i.changed_at AS at FROM {TABLE} i WHERE i.seq = ({clock})")
        ending = f"FROM {TABLE} i WHERE i.visible AND i.valid_until"
        yield self._one(PAST, f"SELECT max(i.valid_until) AS at {ending} <= %s", now)
        yield self._one(AHEAD, f"SELECT min(i.valid_until) AS at {ending} > %s", now)
        if self.asked.is_timed:
            types = self.asked.subject.types
            for column in ("starts_at", "ends_at"):
                coming = (
                    f"SELECT min(i.{column}) AS at FROM {TABLE} i WHERE i.visible"
                    f" AND i.type IN ({marks(len(types))}) AND i.{column} > %s"
                )
                yield self._one(AHEAD, coming, *types, now)

    def _one(self, part: int, select: str, *values: Any) -> Sql:
        text = f"SELECT {part}, CAST(t.at AS text), NULL, {NOTHING} FROM ({select}) AS t"
        return text, list(values)

    def _known(self, select: str, values: tuple[str, ...]) -> Sql:
        text = f"SELECT {KNOWN}, NULL, t.known, {NOTHING} FROM ({select}) AS t"
        return text, list(values)

    def _known_terms(self, codes: tuple[str, ...]) -> Sql:
        select = (
            "SELECT DISTINCT s.value AS known FROM publishing_streamfacet s"
            f" WHERE s.facet = 'termCode' AND s.value IN ({marks(len(codes))})"
        )
        return self._known(select, codes)

    def _known_things(self, ids: tuple[str, ...]) -> Sql:
        select = (
            f"SELECT i.public_id AS known FROM {TABLE} i"
            f" WHERE i.kind = 'page' AND i.public_id IN ({marks(len(ids))})"
        )
        return self._known(select, ids)

    def _withdrawn(self) -> Sql:
        """Return what was in this feed once and no longer is, latest first."""
        asked, now = self.asked, self.context.now_parameter
        types = asked.subject.types
        listed, listed_values = self._listed(lasting=True)
        once, once_values = once_satisfied(asked.conditions(self.context.now, lasting=True))
        ended = "i.visible AND i.is_syndicated AND i.valid_until <= %s"
        inner = (
            f"SELECT CASE WHEN {ended} THEN i.valid_until ELSE i.changed_at END AS at, i.public_id"
            f" FROM {TABLE} i WHERE i.type IN ({marks(len(types))}) AND i.locale = %s"
            f" AND i.was_syndicated AND NOT ({listed}) AND {EVER.format('%s')}{once}"
            " ORDER BY at DESC, i.public_id LIMIT %s"
        )
        values = [now, *types, asked.language, *listed_values, SITE_FACET, asked.site.key]
        return (
            f"SELECT {WITHDRAWN}, CAST(w.at AS text), w.public_id, {NOTHING} FROM ({inner}) AS w",
            [*values, *once_values, WITHDRAWN_MAX],
        )
