"""Write the TypeScript types of one operation: what it is sent with and what it is answered with."""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_non_null_type,
    type_from_ast,
)

from frontend_contract.type_text import type_text

STEP = "  "


def variables_type(operation: OperationDefinitionNode, schema: GraphQLSchema) -> str:
    """Return the type of an operation's variables; those with a default may be left out."""
    lines = []
    for variable in operation.variable_definitions or ():
        graphql_type: Any = type_from_ast(schema, variable.type)
        needed = is_non_null_type(graphql_type) and variable.default_value is None
        mark = "" if needed else "?"
        lines.append(f"{STEP}{variable.variable.name.value}{mark}: {type_text(graphql_type)};\n")
    return f"{{\n{''.join(lines)}}}" if lines else "Record<string, never>"


def answer_type(
    document: DocumentNode, operation: OperationDefinitionNode, schema: GraphQLSchema
) -> str:
    """Return the type of an operation's `data`."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    assert schema.query_type is not None
    return _Writer(schema, fragments).selection(
        [operation.selection_set], schema.query_type, indent=""
    )


@dataclass(slots=True)
class _Selected:
    """Hold the nodes that answer under one name; optional when a directive may leave them out."""

    nodes: list[FieldNode] = field(default_factory=list)
    is_optional: bool = True


class _Writer:
    """Write what selections are answered with."""

    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.schema = schema
        self.fragments = fragments

    def selection(self, selections: list[SelectionSetNode], named: Any, *, indent: str) -> str:
        """Return the answer to selections on a type: for an abstract one, a union of its members.

        Shape: members with the same answer share it, with their names as alternatives.
        """
        possible = [named]
        if is_abstract_type(named):
            possible = sorted(self.schema.get_possible_types(named), key=lambda one: one.name)
        alike: dict[str, list[str]] = {}
        for object_type in possible:
            text = self._object(selections, object_type, indent=indent)
            alike.setdefault(text, []).append(object_type.name)
        return " | ".join(
            text.replace("%TYPENAME%", " | ".join(f'"{name}"' for name in names))
            for text, names in alike.items()
        )

    def _object(
        self, selections: list[SelectionSetNode], object_type: GraphQLObjectType, *, indent: str
    ) -> str:
        found: dict[str, _Selected] = {}
        for selection in selections:
            self._collect(selection, object_type, found, is_optional=False)
        inner = indent + STEP
        lines = []
        for name, selected in found.items():
            mark = "?" if selected.is_optional else ""
            lines.append(f"{inner}{name}{mark}: {self._field(selected, object_type, inner)};\n")
        return f"{{\n{''.join(lines)}{indent}}}" if lines else "{}"

    def _field(self, selected: _Selected, object_type: GraphQLObjectType, indent: str) -> str:
        name = selected.nodes[0].name.value
        if name == "__typename":
            return "%TYPENAME%"
        graphql_type = object_type.fields[name].type
        named = get_named_type(graphql_type)
        if not is_composite_type(named):
            return type_text(graphql_type)
        below = [node.selection_set for node in selected.nodes if node.selection_set]
        return type_text(graphql_type, self.selection(below, named, indent=indent))

    def _collect(
        self,
        selections: SelectionSetNode,
        object_type: GraphQLObjectType,
        found: dict[str, _Selected],
        *,
        is_optional: bool,
    ) -> None:
        for node in selections.selections:
            conditional = is_optional or any(
                directive.name.value in ("skip", "include") for directive in node.directives or ()
            )
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                selected = found.setdefault(key, _Selected())
                selected.nodes.append(node)
                selected.is_optional = selected.is_optional and conditional
                continue
            inside, condition = self._fragment(node)
            if condition is None or self._applies(condition, object_type):
                self._collect(inside, object_type, found, is_optional=conditional)

    def _fragment(self, node: Any) -> tuple[SelectionSetNode, str | None]:
        if isinstance(node, FragmentSpreadNode):
            fragment = self.fragments[node.name.value]
            return fragment.selection_set, fragment.type_condition.name.value
        assert isinstance(node, InlineFragmentNode)
        condition: Any = node.type_condition
        return node.selection_set, None if condition is None else condition.name.value

    def _applies(self, condition: str, object_type: GraphQLObjectType) -> bool:
        named: Any = self.schema.type_map[condition]
        if named is object_type:
            return True
        return is_abstract_type(named) and self.schema.is_sub_type(named, object_type)
