"""Find things by statements that only name them, and take them from the item cache where they are known.

A statement decides which things there are, and says which version of each; the cache has most of them,
decoded. One that it has in another version, or not at all, is read in full.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cms.publishing.reading.item_cache import Entry, Pair, entry_of, group_mark
from cms.publishing.reading.items import Item, instant
from cms.publishing.reading.loads import SHOWN, TABLE, columns, marks

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext

NAMES = "i.key, i.locale, i.seq"


class Named(NamedTuple):
    """Be a visible thing of which a statement has said no more than this.

    Shape: `locale` is the row's own, or for things without a language that of whoever asks.
    """

    key: str
    locale: str
    seq: int


def in_full(
    context: ReadContext, names: Iterable[Named], *, tail: bool = False
) -> dict[Pair, Item]:
    """Return things by key and language, as they were named or newer; what ended meanwhile is missing.

    Shape: `tail` reads the long half of those documents that have to be read at all.
    """
    items, now = context.items, context.now
    found: dict[Pair, Item] = {}
    missing: list[Named] = []
    for name in names:
        pair = name.key, name.locale
        item = items.get(pair, now=now) if items is not None else None
        if isinstance(item, Item) and item.seq == name.seq:
            found[pair] = item
        else:
            missing.append(name)
    if missing:
        found.update(_read(context, missing, tail=tail))
    return found


def _read(context: ReadContext, names: Sequence[Named], *, tail: bool) -> dict[Pair, Item]:
    generation = context.items.generation if context.items is not None else 0
    rows = _rows(context, sorted({name.key for name in names}), tail=tail)
    found: dict[Pair, Item] = {}
    entries: dict[Pair, Entry] = {}
    for name in names:
        if name.key not in rows:
            continue
        row, long_half, until = rows[name.key]
        kept = Item(row, locale=name.locale)
        pair = name.key, name.locale
        if kept.locale == name.locale:
            entries[pair] = _entry(kept, until=until)
        # What is kept has the short half alone: it is what others ask for.
        found[pair] = Item(row, locale=name.locale, tail=long_half) if tail else kept
    if context.items is not None:
        context.items.put(entries, generation=generation)
    return found


def _rows(
    context: ReadContext, keys: Sequence[str], *, tail: bool
) -> dict[str, tuple[tuple[Any, ...], str | None, dt.datetime | None]]:
    """Return by key the columns of visible things, the long half, and when they end."""
    found = context.query(
        f"SELECT i.valid_until, {columns('i', tail=tail)} FROM {TABLE} i"
        f" WHERE i.key IN ({marks(len(keys))}) AND {SHOWN.format('i')}",
        [*keys, context.now_parameter],
    )
    return {row[0]: (tuple(row), tail, instant(end)) for end, *row, tail in found}


def _entry(item: Item, *, until: dt.datetime | None) -> Entry:
    """Return what is kept of a thing in its own language: it depends on itself alone."""
    group = [group_mark(item.translation_key)] if item.translation_key else []
    return entry_of(item, until=until, marks=[item.key, *group])
