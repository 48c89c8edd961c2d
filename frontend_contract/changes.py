"""Find what breaks clients, and what may surprise them, between two schemas.

graphql-core finds most of it. Added here: a new type that implements an interface, defaults that were
added or belong to fields of inputs, and inputs that became required because their default went.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    is_required_argument,
    is_required_input_field,
)
from graphql.utilities import find_breaking_changes, find_dangerous_changes

from cms.api.usage.report import members_of


@dataclass(frozen=True, slots=True)
class Change:
    """Hold a breaking change.

    Shape: `removed` are the coordinates of the members that it takes away: one, or all members of a
           type that is gone. It is empty for every other change.
    """

    description: str
    removed: tuple[str, ...] = ()


def breaking_changes(before: GraphQLSchema, now: GraphQLSchema) -> list[Change]:
    """Return the changes that can make an operation fail."""
    removed = _removed_by_description(before, now)
    found = [change.description for change in find_breaking_changes(before, now)]
    found += _became_required(before, now)
    return [Change(description, removed.get(description, ())) for description in found]


def dangerous_changes(before: GraphQLSchema, now: GraphQLSchema) -> list[str]:
    """Return the changes that break no operation but may surprise the code of a client."""
    found = [change.description for change in find_dangerous_changes(before, now)]
    return [*found, *_new_members_of_interfaces(before, now), *_other_defaults(before, now)]


def _removed_by_description(
    before: GraphQLSchema, now: GraphQLSchema
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    all_of_type: dict[str, list[str]] = {}
    members = members_of(before)
    for coordinate in sorted(members):
        type_name, _, member = coordinate.partition(".")
        all_of_type.setdefault(type_name, []).append(coordinate)
        field_name, _, argument = member.partition("(")
        if argument:
            words = f"{type_name}.{field_name} arg {argument.removesuffix(':)')} was removed."
        elif isinstance(before.type_map[type_name], GraphQLEnumType):
            words = f"{member} was removed from enum type {type_name}."
        else:
            words = f"{coordinate} was removed."
        found[words] = (coordinate,)
    gone = before.type_map.keys() - now.type_map.keys()
    return found | {f"{name} was removed.": tuple(all_of_type.get(name, ())) for name in gone}


def _new_members_of_interfaces(before: GraphQLSchema, now: GraphQLSchema) -> Iterator[str]:
    for name, named in now.type_map.items():
        if name not in before.type_map and isinstance(named, GraphQLObjectType):
            for interface in named.interfaces:
                if interface.name in before.type_map:
                    yield f"{name} was added to interface {interface.name}."


def _other_defaults(before: GraphQLSchema, now: GraphQLSchema) -> Iterator[str]:
    for name, older, newer in _shared_inputs(before, now):
        is_argument = "(" in name
        if older.default_value == newer.default_value:
            continue
        # graphql-core tells of arguments that had a default.
        if older.default_value is Undefined:
            yield f"{name} has a default value now."
        elif not is_argument and newer.default_value is Undefined:
            yield f"{name} has no default value any more."
        elif not is_argument:
            yield f"{name} has another default value."


def _became_required(before: GraphQLSchema, now: GraphQLSchema) -> Iterator[str]:
    for name, older, newer in _shared_inputs(before, now):
        is_required: Any = is_required_argument if "(" in name else is_required_input_field
        if str(older.type) == str(newer.type) and is_required(newer) and not is_required(older):
            yield f"{name} became required."


def _shared_inputs(before: GraphQLSchema, now: GraphQLSchema) -> Iterator[tuple[str, Any, Any]]:
    """Yield the arguments and fields of inputs that both schemas have, with their coordinates."""
    older = dict(_inputs(before))
    for name, newer in _inputs(now):
        if name in older:
            yield name, older[name], newer


def _inputs(schema: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    for type_name, named in schema.type_map.items():
        if type_name.startswith("__"):
            continue
        if isinstance(named, GraphQLInputObjectType):
            yield from ((f"{type_name}.{name}", value) for name, value in named.fields.items())
        elif isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in named.fields.items():
                for argument, value in field.args.items():
                    yield f"{type_name}.{name}({argument}:)", value
