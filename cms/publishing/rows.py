"""Read and write the rows that the public sees; how much is written depends on what changed."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from cms.publishing import kinds, mentions
from cms.publishing.models import Change, Facet, PublishedItem
from cms.publishing.projections import MANY, Result, Texts
from cms.publishing.protocols import Placement, WithdrawalReason

BATCH = 400
# Where things without a date stand in lists ordered by date.
UNDATED = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
FACET_COLUMNS = ("type", "site", "locale", "facet", "value", "sort_at", "key")
# What a new row does not simply replace.
KEPT = frozenset({"key", "version", "was_syndicated"})
# What says that something has happened to a thing.
HAPPENED = frozenset({"change", "changed_at", "seq"})
# The name under which the sites that a thing has stood in are remembered.
SITE_FACET = "site"
STREAM_COLUMNS = ("public_id", "facet", "value")
# Marks the key of a tombstone left under a public id that its thing no longer has.
FORMER = "~"


class Row(NamedTuple):
    """Hold what comparing needs of a published row."""

    key: str
    kind: str
    visible: bool
    public_id: str
    digest: str
    site: str
    locale: str
    path: str
    valid_until: dt.datetime | None
    is_syndicated: bool
    alias_of: str

    def stands_at(self, placement: Placement) -> bool:
        """Say whether the row tells the public what it should of place and visibility."""
        if placement.reason is not None:
            return not self.visible
        # Of other things than files their own document says whether others may take them over.
        if self.kind in kinds.FILES and self.is_syndicated != placement.is_syndicated:
            return False
        mine = (self.visible, self.site, self.locale, self.path, self.valid_until, self.alias_of)
        theirs = (placement.site, placement.locale, placement.path, placement.valid_until)
        return mine == (True, *theirs, placement.alias_of)


class Written(NamedTuple):
    """Report what writing the rows of visible things did besides.

    Shape: `left` are the keys of the tombstones left under ids no longer in use, `files` those of the
           pictures and documents that the things refer to, or did before.
    """

    left: list[str]
    files: set[str]


class Shown(NamedTuple):
    """Hold a thing that is public with other values than its row has."""

    pk: int
    result: Result
    placement: Placement
    row: Row | None
    # Nothing has happened to the thing, but its document has other fields than before.
    is_rewritten: bool = False


def load_rows(kind: str, pks: Collection[int] | None) -> dict[int, Row]:
    """Read the rows of things; `pks` None means all of a kind."""
    rows = PublishedItem.objects.filter(kind=kind).order_by()
    if pks is None or len(pks) > MANY:
        batches = [rows.exclude(key__contains=FORMER)]
    else:
        keys = [f"{kind}:{pk}" for pk in sorted(pks)]
        batches = [rows.filter(key__in=batch) for batch in _batches(keys)]
    return {
        kinds.split_key(values[0])[1]: Row(*values)
        for batch in batches
        for values in batch.values_list(*Row._fields)
    }


def digest_of(result: Result, *, placement: Placement, now: dt.datetime) -> str:
    """Return the digest of everything that a visible thing's row says."""
    place = (placement.type_name, placement.site, placement.locale, placement.path)
    marks = (placement.translation_key, placement.valid_until, phase_of(result, now=now))
    # Only where it differs: the digests of all other rows stay what they were.
    limits = () if placement.is_syndicated else ("not syndicated",)
    source = (placement.alias_of,) if placement.alias_of else ()
    text = repr((result.public_id, result.digest, *place, *marks, *limits, *source))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def phase_of(result: Result, *, now: dt.datetime) -> int:
    """Return how many of the instants at which a computed status changes have passed."""
    return sum(instant <= now for instant in result.boundaries)


def write_shown(
    shown: Sequence[Shown], *, kind: str, texts: dict[int, Texts], now: dt.datetime
) -> Written:
    """Write the rows and facets of visible things, and what they point at."""
    if not shown:
        return Written([], set())
    left = _settle_public_ids(shown, kind=kind, now=now)
    documents = {f"{kind}:{thing.pk}": texts[thing.pk][:2] for thing in shown}
    pointing = mentions.mentioned(documents)
    for thing in shown:
        if thing.placement.alias_of:
            pointing[f"{kind}:{thing.pk}"].add(thing.placement.alias_of)
    files = mentions.remember(pointing)
    for is_rewritten in (False, True):
        values = [
            _values(thing, kind=kind, texts=texts[thing.pk], now=now)
            for thing in shown
            if thing.is_rewritten == is_rewritten
        ]
        conflict = _on_conflict(is_rewritten=is_rewritten)
        _insert(_columns(), values, table="publishing_publisheditem", conflict=conflict)
    _drop_facets([thing.row.key for thing in shown if thing.row])
    facets = [row for thing in shown for row in _facets(thing, kind=kind, texts=texts[thing.pk])]
    _insert(FACET_COLUMNS, facets, table="publishing_facet")
    former = [row for thing in shown for row in _stream_facets(thing, texts=texts[thing.pk])]
    _insert(
        STREAM_COLUMNS, former, table="publishing_streamfacet", conflict=" ON CONFLICT DO NOTHING"
    )
    return Written(left, files)


def write_hidden(hidden: Iterable[tuple[Row, WithdrawalReason]], *, now: dt.datetime) -> set[str]:
    """Turn rows into tombstones: key, type, place, reason and time, but no content.

    Shape: the keys of the pictures and documents that the things referred to.
    """
    files: set[str] = set()
    by_reason: dict[str, list[str]] = {}
    for row, why in hidden:
        by_reason.setdefault(why.value, []).append(row.key)
    for reason, keys in sorted(by_reason.items()):
        _drop_facets(keys)
        files |= mentions.forget(keys)
        for batch in _batches(sorted(keys)):
            marks = ", ".join(["%s"] * len(batch))
            parameters = [reason, Change.WITHDRAWN.value, _prepared(now), *batch]
            with connection.cursor() as cursor:
                cursor.execute(f"{_TOMBSTONE} WHERE key IN ({marks})", parameters)
    return files


_TOMBSTONE = """
UPDATE publishing_publisheditem SET visible = false, reason = %s, change = %s, changed_at = %s,
    version = version + 1, seq = NULL, phase = 0, head = '', tail = '', title = '', sort_title = '',
    summary = '', search_text = '', digest = '', sort_at = NULL, starts_at = NULL, ends_at = NULL,
    valid_until = NULL
"""


def _values(thing: Shown, *, kind: str, texts: Texts, now: dt.datetime) -> list[Any]:
    columns, placement, row = texts.columns, thing.placement, thing.row
    is_syndicated = columns.is_syndicated and placement.is_syndicated
    was_visible = row is not None and row.visible
    values: dict[str, Any] = {
        "key": f"{kind}:{thing.pk}",
        "kind": kind,
        "type": placement.type_name,
        "public_id": thing.result.public_id,
        "site": placement.site,
        "locale": placement.locale,
        "path": placement.path,
        "translation_key": placement.translation_key,
        "alias_of": placement.alias_of,
        "head": texts.head,
        "tail": texts.tail,
        "title": columns.title[:512],
        "sort_title": columns.title.casefold()[:512],
        "summary": columns.summary,
        # Matching is by casefolded text, since SQLite folds ASCII alone.
        "search_text": " ".join(columns.search_text.casefold().split()),
        "sort_at": columns.sort_at or UNDATED,
        "starts_at": columns.starts_at,
        "ends_at": columns.ends_at,
        "valid_until": placement.valid_until,
        "phase": phase_of(thing.result, now=now),
        "visible": True,
        "is_syndicated": is_syndicated,
        "was_syndicated": is_syndicated,
        "reason": "",
        "change": (Change.UPDATED if was_visible else Change.PUBLISHED).value,
        "version": 1,
        "digest": digest_of(thing.result, placement=placement, now=now),
        "changed_at": now,
        "seq": None,
    }
    return [_prepared(values[name]) for name in _columns()]


def _facets(thing: Shown, *, kind: str, texts: Texts) -> Iterable[list[Any]]:
    place = thing.placement
    sort_at = _prepared(texts.columns.sort_at or UNDATED)
    for name, value in dict.fromkeys(texts.columns.facets):
        key = f"{kind}:{thing.pk}"
        yield [place.type_name, place.site, place.locale, name, value, sort_at, key]


def _stream_facets(thing: Shown, *, texts: Texts) -> Iterable[list[Any]]:
    if texts.columns.is_syndicated and not thing.placement.alias_of:
        for name, value in dict.fromkeys(texts.columns.facets):
            yield [thing.result.public_id, name, value]
        if thing.placement.site:
            yield [thing.result.public_id, SITE_FACET, thing.placement.site]


@cache
def _columns() -> tuple[str, ...]:
    return tuple(column.name for column in PublishedItem._meta.concrete_fields)


def _prepared(value: Any) -> Any:
    """Return a value in the form in which the database takes it."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _on_conflict(*, is_rewritten: bool) -> str:
    kept = KEPT | HAPPENED if is_rewritten else KEPT
    updates = [f"{name} = excluded.{name}" for name in _columns() if name not in kept]
    if not is_rewritten:
        updates.append("version = publishing_publisheditem.version + 1")
    updates.append(
        "was_syndicated = publishing_publisheditem.was_syndicated OR excluded.was_syndicated"
    )
    return f" ON CONFLICT (key) DO UPDATE SET {', '.join(updates)}"


def _drop_facets(keys: Sequence[str]) -> None:
    for batch in _batches(sorted(keys)):
        Facet.objects.filter(key__in=batch).delete()


def _settle_public_ids(shown: Sequence[Shown], *, kind: str, now: dt.datetime) -> list[str]:
    """Keep one row per public id, and leave a tombstone under an id that its thing gave up.

    A translation that is deleted and made anew is another page with the same public id: it goes on
    with the tombstone's row, so that its version keeps counting.
    """
    news = [thing for thing in shown if not thing.row or thing.row.public_id != thing.result[0]]
    left = [key for thing in news if thing.row and (key := _leave_tombstone(thing.row, now=now))]
    keys = {thing.result.public_id: f"{kind}:{thing.pk}" for thing in news}
    for batch in _batches(sorted(keys)):
        taken = PublishedItem.objects.filter(public_id__in=batch).values_list("public_id", "key")
        for public_id, key in taken:
            _drop_facets([key])
            PublishedItem.objects.filter(key=key).update(key=keys[public_id])
    return left


def _leave_tombstone(row: Row, *, now: dt.datetime) -> str:
    """Put a row aside; return its key there if it was public, since that is a change."""
    mark = hashlib.blake2b(row.public_id.encode(), digest_size=4).hexdigest()
    former = row._replace(key=f"{row.key}{FORMER}{mark}")
    _drop_facets([row.key])
    PublishedItem.objects.filter(key=former.key).delete()
    PublishedItem.objects.filter(key=row.key).update(key=former.key)
    if not row.visible:
        return ""
    write_hidden([(former, WithdrawalReason.MOVED)], now=now)
    return former.key


def _insert(
    names: Sequence[str], rows: Sequence[Sequence[Any]], *, table: str, conflict: str = ""
) -> None:
    """Insert many rows in few statements."""
    one = f"({', '.join(['%s'] * len(names))})"
    for batch in _batches(rows):
        marks = ", ".join([one] * len(batch))
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES {marks}{conflict}"
        with connection.cursor() as cursor:
            cursor.execute(statement, [value for row in batch for value in row])


def _batches(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
