"""Make the functions of fields that documents keep: references, embedded objects, special values.

A field function is called with the parent, its document, the reader's language, the object that is
being built and the run; it returns the field's answer, or None and fills its place later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cms.publishing import extension
from cms.publishing.reading.compiled.presence import Judge, Presence
from cms.publishing.reading.compiled.run import Json, Run
from cms.publishing.reading.item_cache import MISSING
from cms.publishing.reading.items import Item, Part
from cms.publishing.reading.stored import StoredField

if TYPE_CHECKING:
    from cms.publishing.reading.compiled.selections import Selection

Place = dict[str, Json]
Field = Callable[[Any, dict[str, Any], str, Place, Run], Json]


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold how a field was asked for.

    Shape: `answer` is the name in the answer; `must_be` says that it may not be null.
    """

    answer: str
    stored: StoredField
    selection: Selection
    must_be: bool
    tail: bool


def _single(asked: Asked, value: Json, place: Place, run: Run) -> Json:
    if value is None and asked.must_be:
        run.spoil(place)
    return value


def reference(asked: Asked) -> Field:
    """Return the function of a field that points at one thing."""
    name, answer, tail = asked.stored.name, asked.answer, asked.tail
    build, must_be = asked.selection.build, asked.must_be

    def fill(place: Place, key: str, locale: str, run: Run) -> None:
        item = run.found(key, locale)
        value = None if item is None else build(item, run)
        place[answer] = _single(asked, value, place, run)

    def field(_parent: Any, document: dict[str, Any], locale: str, place: Place, run: Run) -> Json:
        key = document.get(name)
        if key is not None:
            item = run.look(key, locale, tail=tail)
            if item is MISSING:
                run.want(key, locale, tail=tail)
                run.later(fill, place, key, locale, run)
                return None
            if item is not None:
                return build(item, run)
        if must_be:
            run.spoil(place)
        return None

    return field


def references(asked: Asked) -> Field:
    """Return the function of a field that points at several things; hidden ones are left out."""
    name, answer, tail = asked.stored.name, asked.answer, asked.tail
    build = asked.selection.build

    def fill(place: Place, keys: list[str], locale: str, run: Run) -> None:
        items = [run.found(key, locale) for key in keys]
        place[answer] = [build(item, run) for item in items if item is not None]

    def field(_parent: Any, document: dict[str, Any], locale: str, place: Place, run: Run) -> Json:
        keys = document.get(name)
        if not keys:
            return []
        keys = [key for key in keys if key is not None]
        items = [run.look(key, locale, tail=tail) for key in keys]
        if MISSING not in items:
            return [build(item, run) for item in items if item is not None]
        for key, item in zip(keys, items, strict=True):
            if item is MISSING:
                run.want(key, locale, tail=tail)
        run.later(fill, place, keys, locale, run)
        return None

    return field


def part(asked: Asked, presence: Presence) -> Field:
    """Return the function of an embedded object, which may vanish with what it points at."""
    stored, answer, build = asked.stored, asked.answer, asked.selection.build
    judges = _Judges(stored, presence)

    def settle(place: Place, judge: Judge, value: Any, locale: str, run: Run) -> None:
        if not judge(value, locale, run):
            place[answer] = _single(asked, None, place, run)

    def field(parent: Any, document: dict[str, Any], locale: str, place: Place, run: Run) -> Json:
        value = document.get(stored.name)
        if value is None:
            return _single(asked, None, place, run)
        judge = judges.of(value)
        shown = True if judge is None else judge(value, locale, run)
        if shown is False:
            return _single(asked, None, place, run)
        if shown is None:
            run.later(settle, place, judge, value, locale, run)
        return build(Part(value, _owner(parent)), run)

    return field


def parts(asked: Asked, presence: Presence) -> Field:
    """Return the function of a list of embedded objects; those that vanish are left out."""
    stored, answer, build = asked.stored, asked.answer, asked.selection.build
    judges = _Judges(stored, presence)

    def settle(
        place: Place, made: list[tuple[Json, Judge | None, Any]], locale: str, run: Run
    ) -> None:
        place[answer] = [
            built for built, judge, value in made if judge is None or judge(value, locale, run)
        ]

    def field(parent: Any, document: dict[str, Any], locale: str, place: Place, run: Run) -> Json:
        values = document.get(stored.name)
        if not values:
            return []
        owner = _owner(parent)
        made: list[tuple[Json, Judge | None, Any]] = []
        waits = False
        for value in values:
            if value is None:
                continue
            judge = judges.of(value)
            shown = True if judge is None else judge(value, locale, run)
            if shown is not False:
                waits = waits or shown is None
                made.append((build(Part(value, owner), run), judge, value))
        if waits:
            run.later(settle, place, made, locale, run)
        return [built for built, _judge, _value in made]

    return field


def special(asked: Asked) -> Field:
    """Return the function of values whose type has resolvers of its own, like rich text."""
    stored, answer = asked.stored, asked.answer
    references_of = extension.stored_types()[stored.target].references
    build, is_list = asked.selection.build, stored.is_list

    def made(value: Any, owner: Item, run: Run) -> Json:
        if is_list:
            return [build(Part(item, owner), run) for item in value if item is not None]
        return build(Part(value, owner), run)

    def fill(place: Place, value: Any, owner: Item, run: Run) -> None:
        place[answer] = made(value, owner, run)

    def field(parent: Any, document: dict[str, Any], locale: str, place: Place, run: Run) -> Json:
        value = document.get(stored.name)
        if value is None:
            return [] if is_list else _single(asked, None, place, run)
        keys = [key for item in (value if is_list else [value]) for key in references_of(item)]
        missing = [key for key in keys if run.look(key, locale) is MISSING]
        if not missing:
            return made(value, _owner(parent), run)
        for key in missing:
            run.want(key, locale)
        run.later(fill, place, value, _owner(parent), run)
        return None

    return field


class _Judges:
    """Find the judge of an embedded object by what it says it is."""

    __slots__ = ("_known", "_presence", "_stored")

    def __init__(self, stored: StoredField, presence: Presence) -> None:
        self._stored, self._presence = stored, presence
        self._known: dict[str, Judge | None] = {}

    def of(self, value: Any) -> Judge | None:
        named = value.get("__typename") if isinstance(value, dict) else None
        name = named or self._stored.target
        if self._presence.shapes.is_unknown(value):
            return _never
        if name not in self._known:
            self._known[name] = self._presence.judge(name)
        return self._known[name]


def _never(value: Any, locale: str, run: Run) -> bool:
    return False


def _owner(parent: Any) -> Item:
    owner: Item = parent if isinstance(parent, Item) else parent.owner
    return owner
