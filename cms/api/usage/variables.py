"""Say which members of the schema a request names in its variables: enum values, input fields."""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    NamedTypeNode,
    OperationDefinitionNode,
    TypeNode,
    get_named_type,
)

# So many values of one request are looked at; what the operations of frontends send has a tenth.
VALUES_MAX = 200
Telling = GraphQLEnumType | GraphQLInputObjectType


def names_in(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: dict[str, Any] | None
) -> tuple[str, ...]:
    """Return the schema coordinates that the variables of an operation name, sorted.

    Shape: by the declared types, and only what is in the schema: nothing else of what a client sent.
    """
    if not variables:
        return ()
    waiting: list[tuple[Telling, Any]] = []
    for node in operation.variable_definitions or ():
        value = variables.get(node.variable.name.value)
        named = schema.type_map.get(_named(node.type)) if value is not None else None
        if isinstance(named, Telling):
            waiting.append((named, value))
    return tuple(sorted(_named_by(waiting))) if waiting else ()


def _named(node: TypeNode) -> str:
    while not isinstance(node, NamedTypeNode):
        node = node.type  # type: ignore[attr-defined]  # lists and what is not null wrap another
    return node.name.value


def _named_by(waiting: list[tuple[Telling, Any]]) -> set[str]:
    found: set[str] = set()
    for _ in range(VALUES_MAX):
        if not waiting:
            break
        named, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(named, one) for one in value[:VALUES_MAX]]
        elif isinstance(named, GraphQLEnumType):
            if isinstance(value, str) and value in named.values:
                found.add(f"{named.name}.{value}")
        elif isinstance(value, dict):
            for name, declared in named.fields.items():
                if name in value:
                    found.add(f"{named.name}.{name}")
                    inner = get_named_type(declared.type)
                    if isinstance(inner, Telling):
                        waiting.append((inner, value[name]))
    return found
