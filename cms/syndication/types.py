"""Know the types of things in the stream of changes, and all that is said of each.

From the public schema one operation is made that selects everything a copy should hold: every stored
field, references as ids, addresses computed. What needs an argument that only a reader can choose is
left out; pictures come in the preset HERO. Mirrors hold things with texts in several languages once:
these have no language here, and every `id` is the source id (`ReadContext.source_ids`).
"""

from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    parse,
)

from cms.publishing import kinds
from cms.publishing.public_ids import language_kinds
from cms.publishing.reading.stored import StoredField, Stores
from cms.publishing.schema.authoring import authored
from cms.publishing.schema.public import public_schema
from cms.syndication.stream import FILE_KINDS, KINDS

# Computed fields of things that depend on nothing but their own rows.
COMPUTED = {"url", "path", "locale", "status", "projectStatus", "calendarUrl"}
# Things that are not in the stream themselves come with what is needed to show them.
WITH_OWNER = {
    "Image": "__typename id credit rendition(preset: HERO) { url width height format }",
    "Document": "__typename id title url fileExtension sizeBytes",
    "LinkTarget": "url",
}
# Fields with arguments of things that a portal asks for by themselves.
ALONE = {"Image": "rendition(preset: HERO) { url width height format }"}
REFERENCE = "__typename ... on Node { id }"
DEEPEST = 6
OPERATION = """
query Sync($after: String, $first: Int!, $filter: ChangeFilter) {
  changes(after: $after, first: $first, filter: $filter) {
    cursor
    hasMore
    nodes {
      id: sourceId version type kind reason changedAt url locale replacement { id: sourceId url }
      item { %s } }
  }
}
"""


@cache
def stream_types() -> frozenset[str]:
    """Return the names of the types that a stream may be asked for."""
    models: Any = kinds.projected_models()
    named = (model.__name__ for kind in KINDS for model in models[kind])
    return frozenset((*named, *FILE_KINDS))


@cache
def everything() -> DocumentNode:
    """Return the operation that reads the stream with all that is said of each thing."""
    schema, _shapes = public_schema()
    parts = [
        f"... on {name} {{ {_selection(schema, schema.type_map[name], 0)} {ALONE.get(name, '')} }}"
        for name in sorted(stream_types())
        if name in schema.type_map
    ]
    return parse(OPERATION % " ".join(["__typename", *parts]))


def _selection(schema: GraphQLSchema, named_type: Any, depth: int) -> str:
    """Return everything to select of an object type, or of all types of an interface."""
    if isinstance(named_type, GraphQLInterfaceType):
        types = sorted(schema.get_possible_types(named_type), key=lambda member: member.name)
        parts = [f"... on {t.name} {{ {_selection(schema, t, depth)} }}" for t in types]
        return " ".join(["__typename", *parts])
    assert isinstance(named_type, GraphQLObjectType)
    fields = [
        _field(schema, name, field, depth)
        for name, field in named_type.fields.items()
        if name != "locale" or authored().kinds.get(named_type.name) not in language_kinds()
    ]
    return " ".join(["__typename", *filter(None, fields)])


def _field(schema: GraphQLSchema, name: str, field: GraphQLField, depth: int) -> str:
    stored: StoredField | None = field.extensions.get("stored")
    target: Any = get_named_type(field.type)
    is_own = stored is not None or name in COMPUTED or (depth > 0 and is_leaf_type(target))
    if field.args or not is_own:
        return ""
    if is_leaf_type(target):
        return name
    if target.name in WITH_OWNER:
        return f"{name} {{ {WITH_OWNER[target.name]} }}"
    if stored is not None and stored.stores is Stores.REFERENCE:
        return f"{name} {{ {REFERENCE} }}"
    if depth == DEEPEST:
        return ""
    return f"{name} {{ {_selection(schema, target, depth + 1)} }}"
