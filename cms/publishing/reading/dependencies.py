"""Name, by tags, everything whose change can make an answer another one.

What an operation has read is in its context when it ends, whoever executed it: the things by key, and
what each load has found. That a thing appears, goes or moves needs no tag of its own: then what points
at it changes too (`publishing.mentions`), and that is in the answer. A list is named by what it is of,
so it needs no tags for the things in it. A load of which nothing is known here depends on everything.

Source: docs/adr/0047-tags-of-answers.md.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from cms.publishing import kinds
from cms.publishing.protocols import public_id
from cms.publishing.reading.addresses import At
from cms.publishing.reading.conditions import ResolvableRedirect, Whose, flat
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.known import Seen
from cms.publishing.reading.listing import Listing
from cms.publishing.reading.loads import ByPublicId, Load, Things, Translations
from cms.publishing.tags import EVERYTHING, tag_of_list, tag_of_thing
from cms.publishing.visibility import REDIRECT_TYPE, SITE_TYPE

# Of so many things of one type, site and language the whole list is named: one tag instead of many.
THINGS_MAX = 40
# More tags than this are as good as all.
TAGS_MAX = 200

_thing_tag = lru_cache(maxsize=16_384)(tag_of_thing)
_list_tag = lru_cache(maxsize=4_096)(tag_of_list)


@dataclass(slots=True)
class Dependencies:
    """Collect what an answer depends on.

    Shape: `things` are public ids by type, site and the languages of lists that may name them;
           `lists` are of a type, a site and a language; `ids` are of things that may yet appear.
    """

    context: ReadContext
    things: dict[tuple[str, str, frozenset[str]], set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )
    lists: set[tuple[str, str, str]] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    is_everything: bool = False

    def on(self, item: Item | Seen) -> None:
        """Note a thing that was read."""
        # What is no page may have no language, and is seen in that of whoever points at it.
        languages = {item.locale} if item.kind == kinds.PAGE else {item.locale, ""}
        self.things[(item.type, item.site, frozenset(languages))].add(item.public_id)

    def on_id(self, of_thing: str) -> None:
        """Note an id at which something is or may be."""
        self.ids.add(of_thing)

    def on_lists(self, types: Iterable[str], *, site: str, locale: str) -> None:
        """Note lists of things; without a language those in any."""
        for language in {locale, ""} if locale else self.languages(site):
            self.lists.update((name, site, language) for name in types)

    def languages(self, site: str) -> set[str]:
        """Return the languages in which a site may show something, and none at all."""
        served = self.context.sites.get(site)
        return {"", *(served.languages if served else ())}

    def tags(self) -> tuple[str, ...]:
        """Return the tags, sorted; `EVERYTHING` alone when there are too many."""
        if self.is_everything:
            return (EVERYTHING,)
        found = {_thing_tag(one) for one in self.ids}
        for (name, site, languages), members in self.things.items():
            places = {(name, site, language) for language in languages}
            if len(members) > THINGS_MAX:
                self.lists |= places
            elif not places <= self.lists:
                found.update(_thing_tag(one) for one in members)
        found.update(_list_tag(name, site=site, locale=code) for name, site, code in self.lists)
        return tuple(sorted(found)) if len(found) <= TAGS_MAX else (EVERYTHING,)


Note = Callable[[Dependencies, Any, Any], None]
Described = TypeVar("Described", bound=Note)
_notes: dict[type[Load], Note] = {}
_carriers: dict[str, str] = {}


def depends(load: type[Load]) -> Callable[[Described], Described]:
    """Register what a sort of load depends on: a function of the dependencies, the load, its result."""

    def register(note: Described) -> Described:
        _notes[load] = note
        return note

    return register


def carried_by(type_name: str, *facets: str) -> None:
    """Say which type has these facets, which filters of other types look through to."""
    _carriers.update(dict.fromkeys(facets, type_name))


def tags_of(context: ReadContext) -> tuple[str, ...]:
    """Return the tags of everything that an answered operation depends on."""
    found = Dependencies(context)
    for item in context.things.values():
        if item is not None:
            found.on(item)
    for load, result in context.results.items():
        note = _notes.get(type(load))
        if note is None:
            found.is_everything = True
        else:
            note(found, load, result)
    for seen in context.seen:
        found.on(seen)
    if context.results:
        found.lists.update((SITE_TYPE, key, "") for key in context.sites)
    return found.tags()


@depends(Things)
def _things(found: Dependencies, load: Things, result: list[Item]) -> None:
    """Add nothing: what was loaded by key is in the context already."""


@depends(At)
def _at(found: Dependencies, load: At, result: Any) -> None:
    """Add what is there, and for what is no page all that may come to be there."""
    if result.item is not None:
        found.on(result.item)
        if result.item.kind == kinds.PAGE:
            return
    kind, is_named, _name = load.path.partition(":")
    if is_named and kind in (kinds.MENU, kinds.SETTINGS):
        types = [model.__name__ for model in kinds.projected_models().get(kind, ())]
    else:
        # Pages end in a slash; redirects do not, and have no language.
        types = _page_types() if load.path.endswith("/") else []
        found.lists |= {(REDIRECT_TYPE, load.site, ""), (REDIRECT_TYPE, "", "")}
    for site in {load.site, ""}:
        found.on_lists(types, site=site, locale=load.locale)


@depends(Translations)
def _translations(found: Dependencies, load: Translations, result: list[Item]) -> None:
    """Add the versions in all languages, also those that are not there yet."""
    for item in result:
        found.on(item)
    for language in found.languages(load.site) - {""}:
        identity = uuid.UUID(load.translation_key)
        found.on_id(public_id(kinds.PAGE, identity, locale=language))


@depends(ByPublicId)
def _by_public_id(found: Dependencies, load: ByPublicId, result: Item | None) -> None:
    found.on_id(load.public_id)


@depends(Listing)
def depends_on_list(found: Dependencies, load: Listing, result: Any) -> None:
    """Add the list itself, and the lists of what its filters look through to."""
    for site in load.sites:
        found.on_lists(load.types, site=site, locale=load.locale)
    for condition in flat(load.conditions):
        if isinstance(condition, ResolvableRedirect):
            found.on_lists(_page_types(), site=condition.site, locale="")
        if isinstance(condition, Whose):
            carrier = _carriers.get(condition.target.facet)
            if carrier is None:
                found.is_everything = True
            else:
                found.lists.add((carrier, "", ""))
        public = getattr(condition, "public_id", "")
        if public:
            found.on_id(public)


def _page_types() -> list[str]:
    return [model.__name__ for model in kinds.page_models()]
