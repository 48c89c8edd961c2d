"""Make the resolvers of the public schema: of stored fields and of computed ones."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from graphql import GraphQLField, GraphQLResolveInfo

from cms.publishing.reading.items import Item, Part
from cms.publishing.reading.lookahead import drive
from cms.publishing.reading.plan import answers_at_once, field_name
from cms.publishing.reading.stored import Shapes, StoredField, Stores


def resolve_stored(shapes: Shapes, stored: StoredField) -> Any:
    """Return the resolver of a stored field."""

    def resolve_plain(parent: Any, info: GraphQLResolveInfo, **_arguments: Any) -> Any:
        return shapes.resolve(stored, parent, info.context)

    def resolve(parent: Any, info: GraphQLResolveInfo, **_arguments: Any) -> Any:
        memo = info.context.memo
        key = (id(parent), *field_name(info.parent_type.name, stored.name))
        return memo[key] if key in memo else shapes.resolve(stored, parent, info.context)

    return resolve if stored.stores is Stores.PART else resolve_plain


def resolve_computed(field: GraphQLField) -> Any:
    """Return the resolver of a computed field, which drives what its own resolver has to load."""
    original: Any = field.resolve

    def resolve_leaf(parent: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        value = original(parent, info, **arguments)
        return drive(info.context, value) if isinstance(value, Generator) else value

    def resolve(parent: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        memo = info.context.memo
        key = (id(parent), *field_name(info.parent_type.name, info.field_name, info.field_nodes[0]))
        value = memo[key] if key in memo else original(parent, info, **arguments)
        if isinstance(value, Generator):
            value = drive(info.context, value)
        if isinstance(value, Exception):
            raise value
        return value

    return resolve_leaf if answers_at_once(field) else resolve


def resolve_either(stored: Any, computed: Any) -> Any:
    """Return a resolver that reads documents, and asks the other one of everything else."""

    def resolve(parent: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        chosen = stored if isinstance(parent, Item | Part) else computed
        return chosen(parent, info, **arguments)

    return resolve
