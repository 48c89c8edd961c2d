"""Find what is public at the addresses of a site."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import SHOWN, TABLE, Load, columns, make_item, marks
from cms.publishing.reading.named import NAMES, Named, in_full

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext

RANKS = {"page": 0, "redirect": 2}


@dataclass(frozen=True)
class At(Load):
    """Need what is public at an address of a site: a page, a redirect, a menu, the settings.

    Shape: `Found` with the visible item (a page before a redirect), or whether something public was
           there once.
    """

    site: str
    path: str
    locale: str = ""
    tail: bool = False

    @classmethod
    def fetch(cls, context: ReadContext, loads: Sequence[At]) -> dict[Load, Any]:
        """Return what is at each address."""
        tail = any(load.tail for load in loads)
        places = sorted({(load.site, load.path) for load in loads})
        if context.items is not None:
            here = _named(context, places)
            best = {load: _best(load, here, first=()) for load in loads}
            names = {
                load: Named(one.key, one.locale or load.locale, one.seq)
                for load, one in best.items()
                if one is not None
            }
            items = in_full(context, names.values(), tail=tail)
            chosen = {load: items.get(name[:2]) for load, name in names.items()}
        else:
            here = _rows(context, places, tail=tail)
            chosen = {load: _best(load, here, first=context.overlay) for load in loads}
        return {load: _found(load, here, chosen.get(load)) for load in loads}


@dataclass(frozen=True, slots=True)
class Found:
    """Say what is at an address."""

    item: Item | None
    was_public: bool


class _Named(NamedTuple):
    """Be a thing at an address of which no more is known than decides what is shown there."""

    key: str
    locale: str
    seq: int
    kind: str
    site: str
    path: str


# What is at each site and path: whether it is shown, and the thing.
Here = dict[tuple[str, str], list[tuple[bool, Any]]]


def _selected(context: ReadContext, places: Sequence[tuple[str, str]], what: str) -> list[Any]:
    sites = sorted({site for site, _path in places} | {""})
    paths = sorted({path for _site, path in places})
    return context.query(
        f"SELECT CASE WHEN {SHOWN.format('i')} THEN 1 ELSE 0 END, {what}"
        f" FROM {TABLE} i WHERE i.site IN ({marks(len(sites))}) AND i.path IN ({marks(len(paths))})",
        [context.now_parameter, *sites, *paths],
    )


def _named(context: ReadContext, places: Sequence[tuple[str, str]]) -> Here:
    """Return what is named by the rows at some places."""
    wanted = dict.fromkeys([*places, *(("", path) for _site, path in places)])
    known = context.known.names if context.known is not None else {}
    here: Here = {place: known[place] for place in wanted if place in known}
    missing = [place for place in places if place not in here or ("", place[1]) not in here]
    if not missing:
        return here
    found: Here = {}
    for is_shown, *row in _selected(context, missing, f"{NAMES}, i.kind, i.site, i.path"):
        one = _Named(*row)
        found.setdefault((one.site, one.path), []).append((bool(is_shown), one))
    if context.known is not None:
        for place in dict.fromkeys([*missing, *(("", path) for _site, path in missing)]):
            there = found.setdefault(place, [])
            context.known.keep_names(place, there, count=len(there))
    return here | found


def _rows(context: ReadContext, places: Sequence[tuple[str, str]], *, tail: bool) -> Here:
    """Return the things at some places, those of a preview too."""
    here: Here = {}
    for is_shown, *row in _selected(context, places, columns("i", tail=tail)):
        item = make_item(row)
        shown = context.laid_over(item.key, item if is_shown else None)
        here.setdefault((item.site, item.path), []).append((shown is not None, shown or item))
    for item in context.overlay.values():
        here.setdefault((item.site, item.path), []).append((True, item))
    return here


def _entries(load: At, here: Here) -> list[tuple[bool, Any]]:
    """Return what is at one address in a language."""
    everywhere = here.get(("", load.path), []) if load.site else []
    return [
        (shown, one)
        for shown, one in [*here.get((load.site, load.path), []), *everywhere]
        if not load.locale or not one.locale or one.locale == load.locale
    ]


def _best(load: At, here: Here, *, first: Collection[str]) -> Any:
    """Return what is shown at an address; of several things one whose key is in `first`, then a page."""
    return min(
        (one for shown, one in _entries(load, here) if shown),
        key=lambda one: (one.key not in first, RANKS.get(one.kind, 1), one.site == "", one.key),
        default=None,
    )


def _found(load: At, here: Here, item: Item | None) -> Found:
    if item is not None and not item.locale and load.locale:
        item = item.with_locale(load.locale)
    return Found(item, was_public=any(one.kind == "page" for _shown, one in _entries(load, here)))
