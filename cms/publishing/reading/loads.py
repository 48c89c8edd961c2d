"""Name what an operation needs, and fetch all needs of one level in one raw statement per sort.

`visible` stands literally in every statement, so that partial indexes serve; `valid_until` is part of
every read, so that expiry is exact without any job.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from cms.publishing.reading.item_cache import Entry, Missing, entry_of, group_mark
from cms.publishing.reading.items import COLUMNS, Item, instant

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext

TABLE = "publishing_publisheditem"
SHOWN = "{0}.visible AND ({0}.valid_until IS NULL OR {0}.valid_until > %s)"
# Two placeholders a key; SQLite takes 32,766 in one statement.
CHUNK = 10_000
# Lists hold a thing once: under its own address, and not under those of its aliases.
LISTED = "{0}.alias_of = ''"


def columns(alias: str, *, tail: bool = False) -> str:
    """Return the select list of an item, its tail last."""
    names = [f"{alias}.{name}" for name in COLUMNS]
    return ", ".join([*names, f"{alias}.tail" if tail else "NULL"])


def marks(count: int) -> str:
    """Return `count` placeholders; none at all match nothing."""
    return ", ".join(["%s"] * count) or "NULL"


def nulls(count: int) -> str:
    """Return the select list of a row that has none of so many columns."""
    return ", ".join(["NULL"] * count)


def make_item(row: Sequence[Any], *, locale: str = "") -> Item:
    """Return the item of a row selected with `columns`."""
    return Item(tuple(row[: len(COLUMNS)]), locale=locale, tail=row[len(COLUMNS)])


@dataclass(frozen=True)
class Load:
    """Be one need; equal needs are fetched once.

    Shape: `reads_the_present` says that nothing older may stand beside its result; `is_of_things` that
           this is a list of items which depend on nothing but themselves.
    """

    reads_the_present: ClassVar[bool] = False
    is_of_things: ClassVar[bool] = False

    @classmethod
    def fetch(cls, context: ReadContext, loads: Sequence[Any]) -> dict[Load, Any]:
        """Return the result of each need."""
        raise NotImplementedError(cls.__name__)


@dataclass(frozen=True)
class Things(Load):
    """Need things by key, as seen from a page in `locale`.

    Shape: the list of visible items, in the order of the keys. A page that has a visible translation
           in that language is answered by it, else the original.
    """

    is_of_things: ClassVar[bool] = True

    keys: tuple[str, ...]
    locale: str = ""
    tail: bool = False

    @classmethod
    def fetch(cls, context: ReadContext, loads: Sequence[Things]) -> dict[Load, Any]:
        """Return the items of each need, and remember them by key and language."""
        tail = any(load.tail for load in loads)
        wanted: dict[str, set[str]] = {}
        for load in loads:
            for key in load.keys:
                known = context.recall(key, load.locale)
                if isinstance(known, Missing) or (tail and known and not known.has_tail):
                    wanted.setdefault(key, set()).add(load.locale)
        keys = sorted(wanted)
        locales = sorted({locale for found in wanted.values() for locale in found if locale})
        for start in range(0, len(keys), CHUNK):
            cls._fetch(context, keys[start : start + CHUNK], locales, wanted=wanted, tail=tail)
        return {
            load: [
                item
                for key in load.keys
                if (item := context.things.get((key, load.locale))) is not None
            ]
            for load in loads
        }

    @classmethod
    def _fetch(
        cls,
        context: ReadContext,
        keys: list[str],
        locales: list[str],
        *,
        wanted: dict[str, set[str]],
        tail: bool,
    ) -> None:
        now = context.now_parameter
        asked = f"i.key IN ({marks(len(keys))}) AND {SHOWN.format('i')}"
        statement = (
            f"SELECT i.key, i.valid_until, {columns('i', tail=tail)} FROM {TABLE} i WHERE {asked}"
        )
        parameters: list[Any] = [*keys, now]
        if locales and any(key.startswith("page:") for key in keys):
            # Materialised, so that PostgreSQL begins with the few pages asked for even while it
            # knows nothing of the table yet, as after an import.
            pages = (
                f"WITH p AS MATERIALIZED (SELECT i.key, i.translation_key, i.site FROM {TABLE} i"
                f" WHERE {asked} AND i.kind = 'page')"
            )
            translated = (
                f" UNION ALL SELECT p.key, t.valid_until, {columns('t', tail=tail)} FROM p"
                f" JOIN {TABLE} t ON t.translation_key = p.translation_key AND t.key <> p.key"
                f" WHERE {SHOWN.format('t')} AND t.locale IN ({marks(len(locales))})"
                " AND t.site = p.site"
            )
            statement = f"{pages} {statement}{translated}"
            parameters = [*parameters, *parameters, now, *locales]
        generation = context.items.generation if context.items is not None else 0
        found: dict[str, dict[str, Item]] = {}
        ends: dict[str, dt.datetime | None] = {}
        for key, end, *row in context.query(statement, parameters):
            item = make_item(row)
            ends[item.key] = instant(end)
            found.setdefault(key, {})["" if item.key == key else item.locale] = item
        shown = {
            (key, locale): seen(context, key, found.get(key, {}), locale=locale)
            for key in keys
            for locale in wanted[key]
        }
        context.things.update(shown)
        if context.items is not None:
            entries = {
                pair: _entry(pair[0], found.get(pair[0], {}), item, ends=ends)
                for pair, item in shown.items()
            }
            context.items.put(entries, generation=generation)


def _entry(
    key: str, versions: dict[str, Item], item: Item | None, *, ends: dict[str, dt.datetime | None]
) -> Entry:
    """Return what is kept of a thing: it depends on the original and on its group of translations."""
    original = versions.get("")
    if original is None or item is None:
        return entry_of(None, until=None, marks=[key])
    marks = dict.fromkeys([key, item.key])
    if original.translation_key:
        marks[group_mark(original.translation_key)] = None
    instants = [end for one in (original, item) if (end := ends[one.key]) is not None]
    return entry_of(item, until=min(instants, default=None), marks=marks)


def seen(context: ReadContext, key: str, versions: dict[str, Item], *, locale: str) -> Item | None:
    """Return a thing as readers of a language see it, None while it is hidden.

    Shape: `versions` has the original under "" and visible translations by language.
    """
    original = context.laid_over(key, versions.get(""))
    if original is None:
        return None
    if not original.locale:
        return original.with_locale(locale)
    if original.locale == locale:
        return original
    translation = versions.get(locale)
    if translation is not None:
        return context.laid_over(translation.key, translation)
    return context.previewed_translation(original, locale=locale) or original


@dataclass(frozen=True)
class Translations(Load):
    """Need the visible versions of a page in all languages, aliases left out: these are no translations.

    Shape: items in the order of their language codes, the page itself among them unless it is an alias.
    """

    translation_key: str
    site: str

    @classmethod
    def fetch(cls, context: ReadContext, loads: Sequence[Translations]) -> dict[Load, Any]:
        """Return the versions of each page."""
        keys = sorted({load.translation_key for load in loads})
        rows = context.query(
            f"SELECT {columns('i')} FROM {TABLE} i WHERE i.translation_key IN ({marks(len(keys))})"
            f" AND {LISTED.format('i')} AND {SHOWN.format('i')}",
            [*keys, context.now_parameter],
        )
        items = {item.key: item for item in map(make_item, rows)} | context.overlay
        found: dict[tuple[str, str], list[Item]] = {}
        for item in sorted(items.values(), key=lambda item: (item.locale, item.key)):
            found.setdefault((item.translation_key, item.site), []).append(item)
        return {load: found.get((load.translation_key, load.site), []) for load in loads}


def source_of(page: Item) -> Generator[Any, Any, Item]:
    """Return the page whose text an alias shows, as a generator that yields loads; else the page itself.

    Shape: the source in its own language, without its long half.
    """
    if not page.alias_of:
        return page
    found: list[Item] = yield Things((page.alias_of,))
    return found[0] if found else page


@dataclass(frozen=True)
class ByPublicId(Load):
    """Need the thing with a public id, or None; `tail` reads the long half of its document too."""

    public_id: str
    tail: bool = False

    @classmethod
    def fetch(cls, context: ReadContext, loads: Sequence[ByPublicId]) -> dict[Load, Any]:
        """Return the thing of each id."""
        ids = sorted({load.public_id for load in loads})
        tail = any(load.tail for load in loads)
        rows = context.query(
            f"SELECT {columns('i', tail=tail)} FROM {TABLE} i"
            f" WHERE i.public_id IN ({marks(len(ids))}) AND {SHOWN.format('i')}",
            [*ids, context.now_parameter],
        )
        found = {item.public_id: item for item in map(make_item, rows)}
        found.update((item.public_id, item) for item in context.overlay.values())
        return {load: found.get(load.public_id) for load in loads}


def things(values: Iterable[Any], *, locale: str, tail: bool = False) -> list[Things]:
    """Return the needs for stored reference values, keys or lists of keys."""
    keys = tuple(
        cast("str", key)
        for value in values
        if value is not None
        for key in (value if isinstance(value, list) else [value])
        if key is not None
    )
    return [Things(keys, locale=locale, tail=tail)] if keys else []
