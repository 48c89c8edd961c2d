"""Prepare the calls of resolvers: what does not depend on the request is worked out once."""

from __future__ import annotations

from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    VariableNode,
)
from graphql.execution.values import get_argument_values

from cms.publishing.reading.compiled.run import Run
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.selection import known_names


class Info:
    """Be to resolvers what graphql-core's `GraphQLResolveInfo` is, as far as ours use it."""

    __slots__ = ("context", "field_name", "field_nodes", "fragments", "known", "operation",
                 "parent_type", "return_type", "schema")  # fmt: skip

    def __init__(self, call: Call, context: ReadContext | None) -> None:
        self.context = context
        self.field_name = call.nodes[0].name.value
        self.field_nodes = call.nodes
        self.fragments = call.operation.fragments
        self.operation = call.operation.node
        self.parent_type = call.parent_type
        self.return_type = call.definition.type
        self.schema = call.operation.schema
        self.known: tuple[frozenset[str], frozenset[str]] | None = None


class OperationFacts:
    """Hold what is the same everywhere in one operation."""

    __slots__ = ("fragments", "node", "schema")

    def __init__(
        self,
        schema: GraphQLSchema,
        node: OperationDefinitionNode,
        fragments: dict[str, FragmentDefinitionNode],
    ) -> None:
        self.schema, self.node, self.fragments = schema, node, fragments


class Call:
    """Be one selected field whose resolver is called.

    Shape: `constant` has the arguments when no variable is among them.
    """

    __slots__ = ("constant", "definition", "known", "nodes", "operation", "parent_type")

    def __init__(
        self,
        operation: OperationFacts,
        parent_type: GraphQLObjectType,
        definition: GraphQLField,
        nodes: list[FieldNode],
    ) -> None:
        self.operation, self.parent_type = operation, parent_type
        self.definition, self.nodes = definition, nodes
        self.known: tuple[frozenset[str], frozenset[str]] | None = None
        self.constant: dict[str, Any] | None = None
        if not any(has_variable(argument) for argument in nodes[0].arguments):
            self.constant = self.arguments_with({})

    def info(self, context: ReadContext) -> Info:
        """Return the info that resolvers get."""
        made = Info(self, context)
        if self.known is None:
            self.known = known_names(made)  # type: ignore[arg-type]
        made.known = self.known
        return made

    def arguments_with(self, variables: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments with some variables."""
        return get_argument_values(self.definition, self.nodes[0], variables)

    def resolve(self, resolver: Any, parent: Any, run: Run) -> Any:
        """Return what a resolver says of a parent."""
        arguments = self.constant
        if arguments is None:
            arguments = run.arguments(self)
        return resolver(parent, run.info(self), **arguments)


def has_variable(node: Any) -> bool:
    """Say whether there is a variable in an argument or a value."""
    if isinstance(node, VariableNode):
        return True
    if isinstance(node, ListValueNode):
        return any(has_variable(value) for value in node.values)
    if isinstance(node, ObjectValueNode):
        return any(has_variable(field.value) for field in node.fields)
    return isinstance(node, ArgumentNode) and has_variable(node.value)
