"""Copy a GraphQL schema while changing its types.

graphql-core has no transform of its own; this is the smallest one that serves both copies.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    is_list_type,
    is_non_null_type,
)


class Rewriter:
    """Convert types one by one; what a copy does differently, its `convert_named` says.

    Types are converted lazily, so that cycles are no trouble: a converter puts fields behind thunks.
    """

    def __init__(self, source: GraphQLSchema) -> None:
        self.source = source
        self._converted: dict[str, GraphQLNamedType] = {}

    def named(self, named_type: GraphQLNamedType) -> GraphQLNamedType:
        """Return the copy of a named type."""
        known = self._converted.get(named_type.name)
        if known is None:
            known = self._converted[named_type.name] = self.convert_named(named_type)
        return known

    def convert_named(self, named_type: GraphQLNamedType) -> GraphQLNamedType:
        """Make the copy of a named type; the default keeps scalars, enums and inputs."""
        if isinstance(named_type, GraphQLInputObjectType):
            return self._input(named_type)
        return named_type

    def wrapped(self, any_type: Any, named: Callable[[Any], Any] | None = None) -> Any:
        """Return the copy of a type with its lists and non-nulls kept."""
        if is_non_null_type(any_type):
            return GraphQLNonNull(self.wrapped(any_type.of_type, named))
        if is_list_type(any_type):
            return GraphQLList(self.wrapped(any_type.of_type, named))
        return (named or self.named)(any_type)

    def arguments(self, field: GraphQLField) -> dict[str, GraphQLArgument]:
        """Return the copies of a field's arguments."""
        copies = {}
        for name, argument in field.args.items():
            options = argument.to_kwargs()
            copies[name] = GraphQLArgument(**{**options, "type_": self.wrapped(argument.type)})
        return copies

    def _input(self, named_type: GraphQLInputObjectType) -> GraphQLInputObjectType:
        options: dict[str, Any] = dict(named_type.to_kwargs())

        def fields() -> dict[str, GraphQLInputField]:
            return {
                name: GraphQLInputField(**{**item.to_kwargs(), "type_": self.wrapped(item.type)})
                for name, item in named_type.fields.items()
            }

        return GraphQLInputObjectType(**{**options, "fields": fields})
