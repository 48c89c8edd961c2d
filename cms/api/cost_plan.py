"""Make the cost plan of an operation: one look at its fields for each type that they are asked of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    value_from_ast_untyped,
)
from graphql.execution.execute import get_field_def

from cms.api.cost import ONE, CostPlan, Count, Size, bounded, counted
from cms.api.errors import Code, Refused
from cms.publishing.extension import ASSUMED_SIZE, assumed_size
from cms.publishing.reading.listing import FIRST_DEFAULT, FIRST_MAX

# Fields looked at for one operation. One that fragments, types and levels multiply is not worth it.
WORK_MAX = 20_000
# What the schema says of itself, in round numbers.
SCHEMA_SIZES = {
    "types": 150,
    "directives": 5,
    "fields": 10,
    "inputFields": 5,
    "enumValues": 5,
    "args": 2,
    "interfaces": 2,
    "possibleTypes": 10,
}
PASSED_ON = frozenset({"nodes", "edges"})
SIZES = frozenset({"first", "last"})

Fields = dict[str, list[FieldNode]]


def cost_plan(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> CostPlan:
    """Return the plan of an operation of a valid document.

    Raises: Refused when working it out would be too much.
    """
    planner = _Planner(schema, document, operation)
    query = schema.query_type
    if query is None:
        return CostPlan((), ())
    counts = planner.counts(query, [operation.selection_set], passed=None)
    # `__schema` and `__type` are named so in the answer unless they have an alias.
    about_schema = tuple(c for c in counts if c.name in planner.schema_keys)
    return CostPlan(tuple(c for c in counts if c not in about_schema), about_schema)


class _Planner:
    """Walk the selections of one operation, remembering what the same fields of the same type make."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        self.schema = schema
        self.fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self.defaults = {
            definition.variable.name.value: value_from_ast_untyped(definition.default_value)
            for definition in operation.variable_definitions or ()
            if definition.default_value is not None
        }
        self.schema_keys: set[str] = set()
        self.work = 0
        self._known: dict[tuple[str, tuple[int, ...]], tuple[tuple[Count, ...], ...]] = {}
        self._counts: dict[tuple[str, Size, int], Count] = {}

    def counts(
        self,
        owner: GraphQLObjectType,
        selections: Iterable[SelectionSetNode],
        *,
        passed: Size | None,
    ) -> tuple[Count, ...]:
        """Return the counts of what is selected of an object type."""
        fields: Fields = {}
        self._collect(owner, selections, fields, set())
        found = (self._count(owner, key, nodes, passed) for key, nodes in fields.items())
        return tuple(count for count in found if count is not None)

    def _count(
        self, owner: GraphQLObjectType, key: str, nodes: list[FieldNode], passed: Size | None
    ) -> Count | None:
        definition: Any = get_field_def(self.schema, owner, nodes[0])
        if definition is None:
            return None
        target = get_named_type(definition.type)
        if is_leaf_type(target):
            return None
        if nodes[0].name.value in {"__schema", "__type"}:
            self.schema_keys.add(key)
        asked = self._asked(owner, definition, nodes[0])
        is_list = _is_list(definition)
        size = ONE
        if is_list:
            name = nodes[0].name.value
            known = asked or _as_many_as_ids(definition, nodes[0])
            size = known or (passed if name in PASSED_ON else None) or _assumed(owner, name)
        options = self._options(target, nodes, None if is_list else asked)
        same = (key, size, id(options))
        if same not in self._counts:
            self._counts[same] = counted(key, size, options)
        return self._counts[same]

    def _options(
        self, target: GraphQLNamedType, nodes: list[FieldNode], passed: Size | None
    ) -> tuple[tuple[Count, ...], ...]:
        """Return what is below a field, for each object type it may answer with."""
        known = (target.name, tuple(id(node) for node in nodes))
        if known not in self._known:
            below = [node.selection_set for node in nodes if node.selection_set]
            options = [self.counts(owner, below, passed=passed) for owner in self._types(target)]
            self._known[known] = tuple(dict.fromkeys(option for option in options if option))
        return self._known[known]

    def _types(self, target: GraphQLNamedType) -> list[GraphQLObjectType]:
        if isinstance(target, GraphQLInterfaceType | GraphQLUnionType):
            return list(self.schema.get_possible_types(target))
        return [target] if isinstance(target, GraphQLObjectType) else []

    # Fields

    def _collect(
        self,
        owner: GraphQLObjectType,
        selections: Iterable[SelectionSetNode],
        fields: Fields,
        spread: set[str],
    ) -> None:
        waiting = list(selections)
        while waiting:
            for selection in waiting.pop(0).selections:
                self._spend()
                if _is_left_out(selection):
                    continue
                if isinstance(selection, FieldNode):
                    key = (selection.alias or selection.name).value
                    fields.setdefault(key, []).append(selection)
                    continue
                part: Any = selection
                if isinstance(selection, FragmentSpreadNode):
                    name = selection.name.value
                    if name in spread or name not in self.fragments:
                        continue
                    spread.add(name)
                    part = self.fragments[name]
                if self._applies(part.type_condition, owner):
                    waiting.append(part.selection_set)

    def _applies(self, condition: Any, owner: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == owner.name:
            return True
        found = self.schema.get_type(condition.name.value)
        return bool(is_abstract_type(found) and self.schema.is_sub_type(found, owner))  # type: ignore[arg-type]

    def _spend(self) -> None:
        self.work += 1
        if self.work > WORK_MAX:
            raise Refused(
                Code.DOCUMENT_TOO_COMPLEX,
                "The document combines too many fragments, types and levels. Ask for fewer levels,"
                " or in several requests.",
            )

    # Sizes

    def _asked(
        self, owner: GraphQLObjectType, definition: GraphQLField, node: FieldNode
    ) -> Size | None:
        """Return the size that `first` or `last` gives, None for a field without such arguments."""
        argument = definition.args.get("first")
        if argument is None:
            return None
        default = argument.default_value
        if not isinstance(default, int):
            default = _assumed(owner, node.name.value, otherwise=FIRST_DEFAULT).otherwise
        written: list[int] = []
        variables: list[tuple[str, int | None]] = []
        for given in node.arguments or ():
            if given.name.value not in SIZES:
                continue
            if isinstance(given.value, IntValueNode):
                # Longer numbers are no integers of GraphQL's.
                digits = given.value.value
                written.append(bounded(int(digits)) if len(digits) < 12 else FIRST_MAX)
            elif isinstance(given.value, VariableNode):
                name = given.value.name.value
                fallback = self.defaults.get(name)
                variables.append((name, None if fallback is None else bounded(fallback)))
        return Size(max(written, default=default), tuple(variables))


def _assumed(owner: GraphQLObjectType, name: str, *, otherwise: int = ASSUMED_SIZE) -> Size:
    if owner.name.startswith("__"):
        return Size(SCHEMA_SIZES[name])
    owners = (owner.name, *(interface.name for interface in owner.interfaces))
    return Size(assumed_size(name, of=owners, otherwise=otherwise))


def _as_many_as_ids(definition: GraphQLField, node: FieldNode) -> Size | None:
    """Return the size that a field's `ids` give, None for a field that has no such argument."""
    if "ids" not in definition.args:
        return None
    value = next((given.value for given in node.arguments if given.name.value == "ids"), None)
    if isinstance(value, VariableNode):
        return Size(FIRST_MAX, ((value.name.value, FIRST_MAX),))
    # One id may stand in the place of a list of one.
    return Size(min(len(value.values), FIRST_MAX) if isinstance(value, ListValueNode) else 1)


def _is_list(definition: GraphQLField) -> bool:
    inner: Any = definition.type
    return is_list_type(inner.of_type if is_non_null_type(inner) else inner)


def _is_left_out(selection: Any) -> bool:
    """Say whether a directive with a value written out leaves a selection out."""
    for directive in selection.directives or ():
        wanted = {"skip": True, "include": False}.get(directive.name.value)
        for argument in directive.arguments or ():
            value = getattr(argument.value, "value", None)
            if wanted is not None and argument.name.value == "if" and value is wanted:
                return True
    return False
