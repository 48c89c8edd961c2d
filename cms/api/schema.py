"""Assemble the public schema."""

from functools import cache

from graphql import GraphQLSchema, lexicographic_sort_schema, print_schema

from cms.publishing.schema.public import public_schema


def schema() -> GraphQLSchema:
    """Return the public schema."""
    return public_schema()[0]


@cache
def sdl() -> str:
    """Return the public schema in its own language, sorted, ending in a newline."""
    return print_schema(lexicographic_sort_schema(schema())) + "\n"
