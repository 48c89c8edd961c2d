"""Decide, once for an operation, what look-ahead does with each selected field of a type.

A list of a hundred items selects the same fields a hundred times. What does not depend on the item is
worked out once: the fields behind fragments and directives, arguments, and whether anything at all has
to be loaded.
"""

import inspect
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.error import GraphQLError
from graphql.execution.collect_fields import collect_fields
from graphql.execution.execute import ExecutionContext
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

from cms.publishing.reading.selection import names_in
from cms.publishing.reading.stored import PLAIN, Shapes, StoredField, Stores

# What remembers a field's value beside its parent: type, name, which of the fields with that name.
FieldName = tuple[str, str, int]


def field_name(type_name: str, name: str, node: FieldNode | None = None) -> FieldName:
    """Return by which a field's value is remembered, beside its parent.

    Shape: the type is part of it, because one item may answer for several: a page is its own `Seo`.
           `node` is the first of a computed field, whose resolver looks at its arguments and at what is
           selected below it: two fields with the same arguments may need different things.
    """
    return type_name, name, id(node) if node is not None else 0


def answers_at_once(field: GraphQLField) -> bool:
    """Say whether a computed field needs no look-ahead: it loads nothing and nothing is below it."""
    is_leaf = is_leaf_type(get_named_type(field.type))
    return is_leaf and not inspect.isgeneratorfunction(field.resolve)


def facts_of(field: GraphQLField, stored: StoredField | None = None) -> dict[str, Any]:
    """Return what look-ahead has to know of a field of the schema, as the field's extensions.

    Shape: `computed` is its resolver, `stored` is there for fields of documents, and `at_once` says that
           look-ahead may pass it by.
    """
    at_once = answers_at_once(field) and (stored is None or stored.stores in PLAIN)
    found: dict[str, Any] = {"computed": field.resolve, "at_once": at_once}
    return {**found, "stored": stored} if stored is not None else found


@dataclass(slots=True)
class Step:
    """Say what to do with one selected field.

    Shape: `stored` for fields of documents, `resolve` with `info` for computed ones; a few are either,
           by their parent. `needs_tail` when the things it points at are asked for their long half.
    """

    field: FieldName
    stored: StoredField | None
    resolve: Any
    arguments: dict[str, Any]
    info: GraphQLResolveInfo | None
    below: list[SelectionSetNode]
    is_list: bool
    target: GraphQLNamedType
    needs_tail: bool


class Plan:
    """Know the steps of every selection of one operation."""

    def __init__(self, execution: ExecutionContext, *, shapes: Shapes) -> None:
        self.execution = execution
        self.tail_names = shapes.tail_names
        self._steps: dict[tuple[str, int], list[Step]] = {}

    def steps(self, object_type: GraphQLObjectType, selection: SelectionSetNode) -> list[Step]:
        """Return the steps for an object of a type, in the order of its fields."""
        key = (object_type.name, id(selection))
        found = self._steps.get(key)
        if found is None:
            found = self._steps[key] = self._make(object_type, selection)
        return found

    def _make(self, object_type: GraphQLObjectType, selection: SelectionSetNode) -> list[Step]:
        execution = self.execution
        fields = collect_fields(
            execution.schema,
            execution.fragments,
            execution.variable_values,
            object_type,
            selection,
        )
        steps = (self._step(object_type, nodes) for nodes in fields.values())
        return [step for step in steps if step is not None]

    def _step(self, object_type: GraphQLObjectType, nodes: list[FieldNode]) -> Step | None:
        """Return what to do with a field; None when it is answered from what is there already."""
        name = nodes[0].name.value
        definition = object_type.fields.get(name)
        if definition is None:
            return None
        stored: StoredField | None = definition.extensions.get("stored")
        if definition.extensions.get("at_once"):
            return None
        resolve = definition.extensions.get("computed", definition.resolve)
        below = [node.selection_set for node in nodes if node.selection_set]
        arguments: dict[str, Any] = {}
        if definition.args:
            try:
                values = self.execution.variable_values
                arguments = get_argument_values(definition, nodes[0], values)
            except GraphQLError:
                return None
        points = stored is not None and stored.stores is Stores.REFERENCE
        is_part = stored is not None and stored.stores is Stores.PART
        return Step(
            field=field_name(object_type.name, name, None if is_part else nodes[0]),
            stored=stored,
            resolve=resolve,
            arguments=arguments,
            info=self._info(object_type, definition, nodes) if resolve is not None else None,
            below=below,
            is_list=_is_list(definition.type),
            target=get_named_type(definition.type),
            needs_tail=points and bool(names_in(below, self.execution.fragments) & self.tail_names),
        )

    def _info(
        self, object_type: GraphQLObjectType, definition: GraphQLField, nodes: list[FieldNode]
    ) -> GraphQLResolveInfo:
        path = Path(None, nodes[0].name.value, object_type.name)
        return self.execution.build_resolve_info(definition, nodes, object_type, path)


def _is_list(graphql_type: Any) -> bool:
    return is_list_type(graphql_type.of_type if is_non_null_type(graphql_type) else graphql_type)
