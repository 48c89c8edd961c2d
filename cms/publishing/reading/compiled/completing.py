"""Complete the values that resolvers and documents give, as graphql-core does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLEnumType,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLScalarType,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.pyutils import Undefined

from cms.publishing.reading.compiled.run import Complete, Json, NotCovered, Run

if TYPE_CHECKING:
    from cms.publishing.reading.compiled.selections import Selection

# Scalars whose text is answered as it is.
TEXTS = frozenset({"String", "ID", "Date", "DateTime", "Decimal"})
INT_MIN, INT_MAX = -(2**31), 2**31 - 1

Leaf = Callable[[Any], Json]


def leaf_of(leaf_type: Any) -> Leaf:
    """Return what makes the answer of a value that is not None."""
    serialize = leaf_type.serialize

    def leaf(value: Any) -> Json:
        if isinstance(value, Exception):
            raise NotCovered
        found = serialize(value)
        if found is None or found is Undefined:
            raise NotCovered
        return found

    return leaf


def is_as_it_is(leaf_type: Any) -> str | None:
    """Return the test, of a value `v`, by which a leaf is known to be answered as it is."""
    if isinstance(leaf_type, GraphQLEnumType):
        names = leaf_type.values
        plain = all(value.value == name for name, value in names.items())
        return "type(v) is str and v in {names}" if plain else None
    if isinstance(leaf_type, GraphQLScalarType):
        if leaf_type.name in TEXTS:
            return "type(v) is str"
        if leaf_type.name == "Boolean":
            return "v is True or v is False"
        if leaf_type is GraphQLInt or leaf_type.name == "Int":
            return f"type(v) is int and {INT_MIN} <= v <= {INT_MAX}"
    return None


def completer(graphql_type: Any, selection: Selection | None) -> Complete:
    """Return what completes the values of a type; `selection` is given for objects."""
    inner = _nullable(get_nullable_type(graphql_type), selection)
    must_be = isinstance(graphql_type, GraphQLNonNull)

    def complete(value: Any, place: dict[str, Json], run: Run) -> Json:
        if value is None or value is Undefined:
            if must_be:
                run.spoil(place)
            return None
        return inner(value, place, run)

    return complete


def _nullable(graphql_type: Any, selection: Selection | None) -> Complete:
    if is_list_type(graphql_type):
        return _list(graphql_type.of_type, selection)
    if is_leaf_type(graphql_type):
        leaf = leaf_of(graphql_type)
        return lambda value, _place, _run: leaf(value)
    assert selection is not None
    build = selection.build
    return lambda value, _place, run: build(value, run)


def _list(item_type: Any, selection: Selection | None) -> Complete:
    if selection is not None and not is_list_type(get_nullable_type(item_type)):
        build, must_be = selection.build, is_non_null_type(item_type)

        def objects(value: Any, place: dict[str, Json], run: Run) -> Json:
            _check_list(value)
            if None in value:
                if must_be:
                    run.spoil(place)
                return [None if item is None else build(item, run) for item in value]
            return [build(item, run) for item in value]

        return objects
    complete = completer(item_type, selection)

    def values(value: Any, place: dict[str, Json], run: Run) -> Json:
        _check_list(value)
        return [complete(item, place, run) for item in value]

    return values


def _check_list(value: Any) -> None:
    if not isinstance(value, list | tuple):
        raise NotCovered
