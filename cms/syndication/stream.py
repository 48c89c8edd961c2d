"""Read the changes of everything that others may take over, in the order of the content clock.

A filtered stream tells of a thing as long as it satisfies the filter, and once more, as withdrawn, when
it leaves it. What is public but may not be taken over is withdrawn as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import orjson

from cms.publishing.reading.items import Item, instant
from cms.publishing.reading.loads import SHOWN, TABLE, Load, columns, make_item, marks
from cms.syndication.cursor import (
    Clock,
    CursorAhead,
    filter_digest,
    read_cursor,
    write_cursor,
)
from cms.syndication.replicas import refuse_until_replayed

if TYPE_CHECKING:
    import datetime as dt

    from cms.publishing.reading.context import ReadContext

# What portals get; ADR 0012 says why not sites, menus, settings and redirects.
KINDS = ("page", "term", "programme", "organisation", "person")
# What portals get that ask for these types; ADR 0060 says why nobody else.
FILE_KINDS = {"Image": "image", "Document": "document"}
CLOCK = "SELECT value, epoch, horizon FROM publishing_contentclock WHERE id = 1"
# Terms are found by every code they ever had, also when they are withdrawn.
TERMS = (
    f"SELECT t.key FROM {TABLE} t JOIN publishing_streamfacet c ON c.public_id = t.public_id"
    " WHERE c.facet = 'termCode' AND c.value IN ({})"
)
EVER = (
    "EXISTS (SELECT 1 FROM publishing_streamfacet s WHERE s.public_id = i.public_id"
    " AND s.facet = %s AND s.value IN ({}))"
)
NOW = (
    "EXISTS (SELECT 1 FROM publishing_facet f WHERE f.key = i.key AND f.facet = %s"
    " AND f.value IN ({}))"
)
Sql = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class StreamFilter:
    """Narrow a stream; an empty tuple narrows nothing, and all that is given must hold.

    Shape: `types` are public type names, `news_types` names of NewsType, `topics` codes of terms,
           `locales` language codes, `sites` site keys. Things without a language (vocabulary, people)
           are in every language, things without a site in every site.
    """

    types: tuple[str, ...] = ()
    news_types: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of things that may be in the stream; files only when asked for by type."""
        return (*KINDS, *(kind for name, kind in FILE_KINDS.items() if name in self.types))

    @property
    def digest(self) -> str:
        """Return what a cursor remembers of the filter; the order of values does not matter."""
        stated = {name: sorted(set(values)) for name, values in asdict(self).items() if values}
        text = orjson.dumps(stated, option=orjson.OPT_SORT_KEYS).decode() if stated else ""
        return filter_digest(text)

    def ever(self) -> Sql:
        """Return what holds of all that ever satisfied the filter, in parts at least."""
        parts = [self._fixed(), self._of_sites(f"{EVER}")]
        if self.news_types:
            parts.append((EVER.format(marks(len(self.news_types))), ["newsType", *self.news_types]))
        if self.topics:
            terms = TERMS.format(marks(len(self.topics)))
            parts.append((EVER.format(terms), ["topic", *self.topics]))
        return _all_of(parts)

    def now(self) -> Sql:
        """Return what holds of what satisfies the filter now."""
        parts = [self._fixed()]
        if self.sites:
            parts.append((f"i.site IN ('', {marks(len(self.sites))})", list(self.sites)))
        if self.news_types:
            parts.append((NOW.format(marks(len(self.news_types))), ["newsType", *self.news_types]))
        if self.topics:
            terms = TERMS.format(marks(len(self.topics)))
            parts.append((NOW.format(terms), ["topic", *self.topics]))
        return _all_of(parts)

    def _fixed(self) -> Sql:
        """Return what holds of things by what they never change."""
        parts: list[Sql] = []
        if self.types:
            parts.append((f"i.type IN ({marks(len(self.types))})", list(self.types)))
        if self.locales:
            parts.append((f"i.locale IN ('', {marks(len(self.locales))})", list(self.locales)))
        return _all_of(parts)

    def _of_sites(self, pattern: str) -> Sql:
        if not self.sites:
            return "", []
        stood = pattern.format(marks(len(self.sites)))
        return f"(i.site = '' OR {stood})", ["site", *self.sites]


def _all_of(parts: Sequence[Sql]) -> Sql:
    """Return the conjunction of conditions; an empty one holds of everything."""
    stated = [(text, values) for text, values in parts if text]
    return " AND ".join(text for text, _ in stated), [v for _, values in stated for v in values]


EVERYTHING = StreamFilter()


@dataclass(frozen=True, slots=True)
class Changed:
    """Hold one change: a thing at its latest state, or the tombstone of what was public.

    Shape: `item` is None for a tombstone, and then `reason` says why.
    """

    public_id: str
    version: int
    type: str
    change: str
    reason: str | None
    changed_at: dt.datetime
    seq: int
    site: str
    path: str
    locale: str
    item: Item | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Hold one page of changes, oldest first.

    Shape: `since` is the position before it, `position` and `cursor` are those after it.
    """

    nodes: tuple[Changed, ...]
    cursor: str
    since: int
    position: int
    has_more: bool


def read_clock(context: ReadContext) -> Clock:
    """Return what the clock says."""
    value, epoch, horizon = context.query(CLOCK, [])[0]
    return Clock(value, str(epoch).replace("-", ""), horizon)


@dataclass(frozen=True)
class ChangesAfter(Load):
    """Need the changes after a cursor.

    Shape: at most `first`; each thing once, at its latest state.
    Raises: BadCursor, CursorTooOld, ReplicaBehind.
    """

    # A mirror that has passed a change must not have been shown what was before it.
    reads_the_present: ClassVar[bool] = True
    after: str | None
    first: int
    tail: bool = False
    wanted: StreamFilter = EVERYTHING

    @classmethod
    def fetch(cls, context: ReadContext, loads: Sequence[Any]) -> dict[Load, Any]:
        """Return a page of changes for each need."""
        return {load: load.read(context) for load in loads}

    def read(self, context: ReadContext) -> Changes:
        """Read one page."""
        clock, digest = read_clock(context), self.wanted.digest
        position = 0
        if self.after is not None:
            try:
                position = read_cursor(self.after, clock=clock, filtered_by=digest)
            except CursorAhead:
                refuse_until_replayed(context.connection)
                raise
        nodes = changes_after(
            context, position, wanted=self.wanted, first=self.first + 1, tail=self.tail
        )
        has_more = len(nodes) > self.first
        # Without more, the reader is up to the clock, whatever the filter has left out.
        reached = nodes[self.first - 1].seq if has_more else max(clock.value, position)
        # What was committed since the clock was read is in the list already.
        last = reached if has_more else max([reached, *(node.seq for node in nodes)])
        cursor = write_cursor(position=last, epoch=clock.epoch, filtered_by=digest)
        shown = tuple(nodes[: self.first])
        return Changes(shown, cursor, since=position, position=last, has_more=has_more)


def changes_after(
    context: ReadContext,
    position: int,
    *,
    first: int,
    wanted: StreamFilter = EVERYTHING,
    tail: bool = False,
) -> list[Changed]:
    """Return at most `first` changes after a position on the clock, oldest first; one statement."""
    now, now_values = wanted.now()
    ever, ever_values = wanted.ever()
    shown, kinds = SHOWN.format("i"), wanted.kinds
    rows = context.query(
        f"SELECT i.version, i.change, i.reason, i.changed_at, i.seq, i.is_syndicated,"
        f" CASE WHEN i.visible AND i.is_syndicated{_and(now)} THEN 1 ELSE 0 END,"
        f" CASE WHEN {shown} THEN 1 ELSE 0 END,"
        f" {columns('i', tail=tail)} FROM {TABLE} i"
        f" WHERE i.seq > %s AND i.kind IN ({marks(len(kinds))}) AND i.was_syndicated{_and(ever)}"
        " ORDER BY i.seq LIMIT %s",
        [*now_values, context.now_parameter, position, *kinds, *ever_values, first],
    )
    return [_changed(row) for row in rows]


def _and(condition: str) -> str:
    return f" AND {condition}" if condition else ""


def _changed(row: Sequence[Any]) -> Changed:
    version, change, reason, changed_at, seq, is_syndicated, is_wanted, is_shown, *rest = row
    item = make_item(rest)
    moment = instant(changed_at)
    assert moment is not None
    withdrawn = not (is_wanted and is_shown)
    if withdrawn and not reason:
        reason = _reason_now(is_syndicated=bool(is_syndicated), is_wanted=bool(is_wanted))
    return Changed(
        public_id=item.public_id,
        version=version,
        type=item.type,
        change="WITHDRAWN" if withdrawn else change,
        reason=reason if withdrawn else None,
        changed_at=moment,
        seq=seq,
        site=item.site,
        path=item.path,
        locale=item.locale,
        item=None if withdrawn else item,
    )


def _reason_now(*, is_syndicated: bool, is_wanted: bool) -> str:
    """Return why a visible row is withdrawn from a stream; such a reason is never stored."""
    if not is_syndicated:
        return "NOT_SYNDICATED"
    # What has expired at this instant is withdrawn already; its tombstone is written by the next tick.
    return "EXPIRED" if is_wanted else "LEFT_FILTER"
