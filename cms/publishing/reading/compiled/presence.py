"""Judge whether embedded objects may be shown, as far as what they need is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cms.publishing.reading.compiled.run import Run
from cms.publishing.reading.item_cache import MISSING
from cms.publishing.reading.stored import Shapes, Stores

# True or False, or None while something of it has to be read, which is wanted then.
Judge = Callable[[Any, str, Run], bool | None]


class Presence:
    """Know the judges of all types."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self._judges: dict[str, Judge | None] = {}

    def judge(self, type_name: str) -> Judge | None:
        """Return the judge of a type; None for one whose objects are always shown."""
        if type_name not in self._judges:
            self._judges[type_name] = self._make(type_name)
        return self._judges[type_name]

    def _make(self, type_name: str) -> Judge | None:
        single = [f for f in self.shapes.of(type_name).values() if not f.is_list]
        vanishing = self.shapes.vanishing.get(type_name, ())
        if any(f.stores is Stores.PART and f.is_required for f in single):
            return self._thorough(type_name)
        deciding = [
            (f.name, f.is_required)
            for f in single
            if f.stores is Stores.REFERENCE and (f.is_required or f.name in vanishing)
        ]
        return _by_references(deciding) if deciding else None

    def _thorough(self, type_name: str) -> Judge:
        shapes = self.shapes

        def judge(value: Any, locale: str, run: Run) -> bool | None:
            missing = [
                key
                for key in shapes.required_references(type_name, value)
                if run.look(key, locale) is MISSING
            ]
            for key in missing:
                run.want(key, locale)
            if missing:
                return None
            return shapes.is_present(type_name, value, context=run.context, locale=locale)

        return judge


def _by_references(deciding: list[tuple[str, bool]]) -> Judge:
    def judge(value: Any, locale: str, run: Run) -> bool | None:
        if not isinstance(value, dict):
            return value is not None
        known: bool | None = True
        for name, is_required in deciding:
            key = value.get(name)
            if key is None:
                if is_required:
                    return False
                continue
            found = run.look(key, locale)
            if found is None:
                return False
            if found is MISSING:
                run.want(key, locale)
                known = None
        return known

    return judge
