"""Answer the stored fields of public types from documents.

Each public field made from `graphql_fields` has a `StoredField` saying what its stored value is; that
is all that resolving, look-ahead and presence have to know.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cms.publishing import extension
from cms.publishing.public_ids import DEFAULT_LANGUAGE, block_id, id_in_language
from cms.publishing.reading.items import Item, Part

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext


class Stores(enum.Enum):
    """What the stored value of a field is."""

    VALUE = "value"
    LOCALIZED = "localized"
    LANGUAGE_ID = "language_id"
    BLOCK_ID = "block_id"
    REFERENCE = "reference"
    PART = "part"
    SPECIAL = "special"


# What points at nothing and is answered as it is stored.
PLAIN = frozenset({Stores.VALUE, Stores.LOCALIZED, Stores.LANGUAGE_ID, Stores.BLOCK_ID})


@dataclass(frozen=True, slots=True)
class StoredField:
    """Describe one stored field.

    Shape: `target` is the name of the field's type; `is_list` for lists; `is_required` when the
           object that holds a single one vanishes together with its hidden target.
    """

    name: str
    stores: Stores
    target: str
    is_list: bool
    is_required: bool


class Shapes:
    """Know the stored fields of every public type, for look-ahead and presence."""

    def __init__(self) -> None:
        self.fields: dict[str, dict[str, StoredField]] = {}
        self.tails: dict[str, frozenset[str]] = {}
        self.vanishing: dict[str, tuple[str, ...]] = {}

    @cached_property
    def tail_names(self) -> frozenset[str]:
        """Return the names of all fields that any type keeps in its tail."""
        return frozenset(name for names in self.tails.values() for name in names)

    def of(self, type_name: str) -> dict[str, StoredField]:
        """Return the stored fields of a type."""
        return self.fields.get(type_name, {})

    def concrete(self, field: StoredField, value: Any) -> str:
        """Return the type name of an embedded object, which says so itself inside a list of blocks."""
        named = value.get("__typename") if isinstance(value, dict) else None
        return named or field.target

    def is_unknown(self, value: Any) -> bool:
        """Say whether an embedded object is of a type that is no longer public: an older document's."""
        named = value.get("__typename") if isinstance(value, dict) else None
        return named is not None and named not in self.fields

    # References

    def references(self, field: StoredField, value: Any) -> Iterator[str]:
        """Yield the keys that a stored value of this field points at itself."""
        if value is None:
            return
        values = value if field.is_list else [value]
        if field.stores is Stores.REFERENCE:
            yield from (key for key in values if key is not None)
        elif field.stores is Stores.SPECIAL:
            special = extension.stored_types()[field.target]
            for item in values:
                yield from special.references(item)
        elif field.stores is Stores.PART:
            for item in values:
                yield from self.required_references(self.concrete(field, item), item)

    def required_references(self, type_name: str, value: Any) -> Iterator[str]:
        """Yield the keys without which an embedded object is not shown."""
        if not isinstance(value, dict):
            return
        for name, field in self.of(type_name).items():
            stored = value.get(name)
            if stored is None or field.is_list:
                continue
            if field.stores is Stores.REFERENCE and self._decides(type_name, field):
                yield stored
            elif field.stores is Stores.PART and field.is_required:
                yield from self.required_references(self.concrete(field, stored), stored)

    def is_present(self, type_name: str, value: Any, *, context: ReadContext, locale: str) -> bool:
        """Say whether an embedded object may be shown: everything it cannot be without is public."""
        if not isinstance(value, dict):
            return value is not None
        if self.is_unknown(value):
            return False
        for name, field in self.of(type_name).items():
            if field.is_list:
                continue
            stored = value.get(name)
            if field.stores is Stores.REFERENCE and self._decides(type_name, field):
                may_be_absent = stored is None and not field.is_required
                if not may_be_absent and context.thing(stored, locale=locale) is None:
                    return False
            elif field.stores is Stores.PART and field.is_required:
                inner = self.concrete(field, stored)
                if not self.is_present(inner, stored, context=context, locale=locale):
                    return False
        return True

    def _decides(self, type_name: str, field: StoredField) -> bool:
        return field.is_required or field.name in self.vanishing.get(type_name, ())

    # Resolving

    def resolve(self, field: StoredField, parent: Item | Part, context: ReadContext) -> Any:
        """Return what a field answers."""
        if isinstance(parent, Item) and field.name in self.tails.get(parent.type, ()):
            context.need_tail(parent)
        value = parent.get(field.name)
        if value is None:
            return [] if field.is_list else None
        if field.stores is Stores.VALUE:
            return value
        if field.stores is Stores.LOCALIZED:
            return localized(value, locale=parent.locale)
        if field.stores in (Stores.LANGUAGE_ID, Stores.BLOCK_ID):
            return value if context.source_ids else public_form(value, parent)
        if not field.is_list:
            return self._one(field, value, parent, context)
        found = (self._one(field, item, parent, context) for item in value)
        return [item for item in found if item is not None]

    def _one(
        self, field: StoredField, value: Any, parent: Item | Part, context: ReadContext
    ) -> Any:
        if value is None:
            return None
        if field.stores is Stores.REFERENCE:
            return context.thing(value, locale=parent.locale)
        owner = parent if isinstance(parent, Item) else parent.owner
        if field.stores is Stores.PART:
            name = self.concrete(field, value)
            if not self.is_present(name, value, context=context, locale=parent.locale):
                return None
        return Part(value, owner)


def public_form(value: str, parent: Item | Part) -> str:
    """Return the id that GraphQL answers for the stored id of a thing or of a block."""
    if isinstance(parent, Part):
        return block_id(parent.owner.public_id, value)
    return id_in_language(value, locale=parent.locale)


def localized(value: str | dict[str, str], *, locale: str) -> str | None:
    """Return the text in the reader's language, else in whichever language there is, by code."""
    if isinstance(value, str):
        return value
    if locale in value:
        return value[locale]
    return next(
        (value[language] for language in (DEFAULT_LANGUAGE, *sorted(value)) if language in value),
        None,
    )
