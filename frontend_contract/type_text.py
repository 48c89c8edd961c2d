"""Write GraphQL types as TypeScript types."""

from typing import Any

from graphql import GraphQLNamedType, get_nullable_type, is_list_type, is_non_null_type

# How scalars travel in JSON. Ours get a name of their own, so that a reader sees what the text holds.
BUILT_IN = {
    "ID": "string",
    "String": "string",
    "Int": "number",
    "Float": "number",
    "Boolean": "boolean",
}
OURS = {"Date": "DateText", "DateTime": "DateTimeText", "Decimal": "DecimalText"}


def type_name(named: GraphQLNamedType) -> str:
    """Return what a type is called in TypeScript."""
    return BUILT_IN.get(named.name) or OURS.get(named.name) or named.name


def type_text(graphql_type: Any, inner: str | None = None) -> str:
    """Return a type with its lists and nulls; `inner` stands for its innermost type."""
    nullable = get_nullable_type(graphql_type)
    if is_list_type(nullable):
        text = f"Array<{type_text(nullable.of_type, inner)}>"
    else:
        text = inner or type_name(nullable)
    return text if is_non_null_type(graphql_type) else f"{text} | null"
