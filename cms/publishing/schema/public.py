"""Make the public copy of the schema: the allow-list, answered from documents.

The same declared types, with what only authoring needs left out: nothing is in this copy that is not in
a `graphql_fields` list or was added with `extension.extend`. Names of libraries do not appear.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

from graphene.utils.str_converters import to_snake_case
from graphql import (
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLID,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from cms.publishing import extension
from cms.publishing.projection import tail_fields
from cms.publishing.public_ids import language_kinds
from cms.publishing.reading.lookahead import type_name_of
from cms.publishing.reading.plan import facts_of
from cms.publishing.reading.stored import Shapes, StoredField, Stores
from cms.publishing.schema.authoring import Authored, authored
from cms.publishing.schema.projecting import BLOCK_FIELDS, BLOCK_INTERFACE
from cms.publishing.schema.resolvers import resolve_computed, resolve_either, resolve_stored
from cms.publishing.schema.rewrite import Rewriter

INTERFACES = {"PageInterface": "Page", BLOCK_INTERFACE: "Block"}
# Names that wagtail-grapple has taken for types of its own.
RENAMED = {**INTERFACES, "RenditionFile": "Rendition"}
BLOCK_DESCRIPTION = "A building block of a body; which one, its type says."
BLOCK_ID = "Opaque and stable id of this block in the body of this page and language."
LANGUAGE_ID = "Opaque, global and stable id of this thing in this language."
NOT_PUBLIC = "Stored"
# Said in the words of the standards; graphene's own descriptions speak of Python.
SCALARS = {
    "Date": "Calendar date without a time, as ISO 8601 writes it, for instance 2026-03-02.",
    "DateTime": "Instant with its zone, as ISO 8601 writes it: 2026-03-02T12:00:00+00:00.",
    "Decimal": "Exact decimal number as a string, for money.",
}
LOCALIZED = "LocalizedString"


def _passing(scalar: GraphQLScalarType) -> GraphQLScalarType:
    """Return a scalar that hands on what projection has already serialised."""
    serialize = scalar.serialize
    options = scalar.to_kwargs()
    options["description"] = SCALARS[scalar.name]
    options["serialize"] = lambda value: value if isinstance(value, str) else serialize(value)
    return GraphQLScalarType(**options)


class _Public(Rewriter):
    """Copy the authoring schema down to what the public may ask for."""

    def __init__(self, source: Authored, shapes: Shapes) -> None:
        super().__init__(source.schema)
        self.authored = source
        self.shapes = shapes

    @cached_property
    def additions(self) -> dict[str, dict[str, GraphQLField]]:
        """Return the computed fields by the name of what they extend."""
        found: dict[str, dict[str, GraphQLField]] = {}
        for target, graphene_types in extension.extensions().items():
            for graphene_type in graphene_types:
                added: Any = self.source.type_map[graphene_type._meta.name]
                for name, field in added.fields.items():
                    found.setdefault(target, {})[name] = self.computed(field)
        return found

    def convert_named(self, named_type: GraphQLNamedType) -> GraphQLNamedType:
        if named_type.name == LOCALIZED:
            return GraphQLString
        if isinstance(named_type, GraphQLObjectType):
            return self.object(named_type)
        if isinstance(named_type, GraphQLInterfaceType):
            return self.interface(named_type)
        if isinstance(named_type, GraphQLEnumType):
            values = {
                name: GraphQLEnumValue(name, item.description, item.deprecation_reason)
                for name, item in named_type.values.items()
            }
            return GraphQLEnumType(named_type.name, values, description=named_type.description)
        if isinstance(named_type, GraphQLScalarType) and named_type.name in SCALARS:
            return _passing(named_type)
        return super().convert_named(named_type)

    # Types

    def interface(self, named_type: GraphQLInterfaceType) -> GraphQLInterfaceType:
        """Return the copy of an interface, with the computed fields added to it."""
        name = RENAMED.get(named_type.name, named_type.name)
        kept = BLOCK_FIELDS if named_type.name == BLOCK_INTERFACE else named_type.fields

        def fields() -> dict[str, GraphQLField]:
            own = {
                field_name: GraphQLField(
                    self._block_id()
                    if named_type.name == BLOCK_INTERFACE
                    else self.wrapped(named_type.fields[field_name].type),
                    description=named_type.fields[field_name].description or BLOCK_ID,
                )
                for field_name in kept
            }
            return {**own, **self.additions.get(name, {})}

        block = named_type.name == BLOCK_INTERFACE
        return GraphQLInterfaceType(
            name,
            fields=fields,
            description=BLOCK_DESCRIPTION if block else named_type.description,
            resolve_type=lambda value, _info, _type: type_name_of(value),
        )

    def _block_id(self) -> Any:
        return GraphQLNonNull(GraphQLID)

    def object(self, named_type: GraphQLObjectType) -> GraphQLObjectType:
        """Return the copy of an object type: declared fields and computed ones."""
        name = named_type.name
        declared = self.authored.fields.get(name)
        names = list(named_type.fields) if declared is None else list(declared)
        if name in self.authored.blocks:
            names = [*BLOCK_FIELDS, *names]
        interfaces = [i for i in named_type.interfaces if i.name in INTERFACES]
        if name in self.authored.kinds:
            interfaces.insert(0, self.source.type_map["Node"])

        def fields() -> dict[str, GraphQLField]:
            own = {
                field_name: self.declared(name, field_name, named_type.fields[field_name])
                for field_name in names
                if get_named_type(named_type.fields[field_name].type).name != NOT_PUBLIC
            }
            for interface in interfaces:
                added = self.additions.get(RENAMED.get(interface.name, interface.name), {})
                # What a type declares itself, it answers from its own document.
                own = {**added, **own}
            if self.authored.kinds.get(name) in language_kinds():
                own.update(self.additions.get(extension.READ_IN_LANGUAGES, {}))
            return {**own, **self.additions.get(name, {})}

        return GraphQLObjectType(
            RENAMED.get(name, name),
            fields=fields,
            interfaces=[self.named(interface) for interface in interfaces],  # type: ignore[misc]
            description=self.authored.descriptions.get(name) or named_type.description,
        )

    # Fields

    def declared(self, type_name: str, field_name: str, field: GraphQLField) -> GraphQLField:
        """Return the copy of a declared field, answered from documents."""
        stored = self.describe(type_name, field_name, field)
        copy_type = self.wrapped(field.type)
        description = field.description
        if field_name == "id" and type_name in self.authored.blocks:
            copy_type, description = self._block_id(), BLOCK_ID
        elif stored.stores is Stores.LANGUAGE_ID:
            description = LANGUAGE_ID
        if type_name in self.authored.kinds and stored.stores is Stores.REFERENCE:
            copy_type = _nullable_single(copy_type)
        resolve = resolve_stored(self.shapes, stored)
        extensions = facts_of(field, stored)
        if field.resolve is not None and type_name not in self.authored.fields:
            computed = resolve_computed(field)
            resolve = resolve_either(resolve, computed)
            if self.answers_itself(type_name, field_name):
                resolve, extensions = computed, facts_of(field)
        return GraphQLField(
            copy_type,
            args=self.arguments(field),
            resolve=resolve,
            description=description,
            deprecation_reason=field.deprecation_reason,
            extensions=extensions,
        )

    def answers_itself(self, type_name: str, field_name: str) -> bool:
        """Say whether a type written by hand has a resolver of its own for a field."""
        graphene_type = getattr(self.source.type_map[type_name], "graphene_type", None)
        return hasattr(graphene_type, f"resolve_{to_snake_case(field_name)}")

    def computed(self, field: GraphQLField) -> GraphQLField:
        """Return the copy of a computed field."""
        return GraphQLField(
            self.wrapped(field.type),
            args=self.arguments(field),
            resolve=resolve_computed(field),
            description=field.description,
            deprecation_reason=field.deprecation_reason,
            extensions=facts_of(field),
        )

    def describe(self, type_name: str, field_name: str, field: GraphQLField) -> StoredField:
        """Say what the stored value of a field is, and remember it for look-ahead."""
        target = get_named_type(field.type)
        name = RENAMED.get(target.name, target.name)
        stored = StoredField(
            name=field_name,
            stores=self.stores_id(type_name) if field_name == "id" else self.stores(target),
            target=name,
            is_list=_is_list(field.type),
            is_required=is_non_null_type(field.type),
        )
        self.shapes.fields.setdefault(type_name, {})[field_name] = stored
        return stored

    def stores_id(self, type_name: str) -> Stores:
        """Say how the stored id of a type is answered."""
        if type_name in self.authored.blocks:
            return Stores.BLOCK_ID
        in_languages = self.authored.kinds.get(type_name) in language_kinds()
        return Stores.LANGUAGE_ID if in_languages else Stores.VALUE

    def stores(self, target: GraphQLNamedType) -> Stores:
        """Say what documents keep for values of a type."""
        if target.name == LOCALIZED:
            return Stores.LOCALIZED
        if target.name in extension.stored_types():
            return Stores.SPECIAL
        if target.name in self.authored.kinds or target.name in ("PageInterface", "Node"):
            return Stores.REFERENCE
        if isinstance(target, GraphQLObjectType | GraphQLInterfaceType):
            return Stores.PART
        return Stores.VALUE


def _is_list(graphql_type: Any) -> bool:
    return is_list_type(graphql_type.of_type if is_non_null_type(graphql_type) else graphql_type)


def _nullable_single(graphql_type: Any) -> Any:
    """Return a single reference as nullable: its target may be hidden at any time."""
    if is_non_null_type(graphql_type) and not is_list_type(graphql_type.of_type):
        return graphql_type.of_type
    return graphql_type


@cache
def public_schema() -> tuple[GraphQLSchema, Shapes]:
    """Build the public schema and what is known of its stored fields, once."""
    source = authored()
    shapes = Shapes()
    shapes.vanishing = extension.vanishing()
    copier = _Public(source, shapes)
    root = GraphQLObjectType(
        "Query",
        lambda: copier.additions.get("Query", {}),
        description="Everything that can be asked. Read-only: there are no mutations.",
    )
    types = [copier.named(source.schema.type_map[name]) for name in sorted(source.fields)]
    schema = GraphQLSchema(query=root, types=types)
    for name in source.kinds:
        shapes.tails[name] = tail_fields(name)
    return schema, shapes
