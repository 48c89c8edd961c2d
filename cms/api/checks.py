"""Check that what stands in one place of an answer never gives one field name two types.

A frontend that asks for a page of any type selects fields of all of them at once. GraphQL refuses the
document when two of these fields have one name and differ in type, be it only in what may be null.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core import checks
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    is_abstract_type,
)

from cms.api.schema import schema


class Clash(NamedTuple):
    """Hold a field that has several types in one place.

    Shape: `place` is an interface or union; `types` has the owners of the field by its type there.
    """

    place: str
    field: str
    types: dict[str, list[str]]

    def __str__(self) -> str:
        """Return it in words."""
        sides = (f"{kind} on {', '.join(owners)}" for kind, owners in self.types.items())
        return f"Where a {self.place} stands, `{self.field}` is {'; '.join(sides)}."


def register() -> None:
    """Register the check; called once, when the apps are ready."""
    checks.register(check_names_of_fields)


def check_names_of_fields(app_configs: Any, **_options: Any) -> list[checks.CheckMessage]:
    """Look at every interface and union of the public schema."""
    return [
        checks.Error(
            str(clash),
            hint="Give one of them another name, or all of them one type, nullability included.",
            id="api.E001",
        )
        for clash in clashes(schema())
    ]


def clashes(of: GraphQLSchema) -> list[Clash]:
    """Return the fields that have several types in one place, by place and name."""
    found = [
        Clash(name, field, types)
        for name, place in of.type_map.items()
        if is_abstract_type(place)
        for field, types in _fields(place, of)
        if len(types) > 1
    ]
    return sorted(found)


def _fields(place: Any, of: GraphQLSchema) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield each field of what can stand in a place, with its owners by type."""
    fields: dict[str, dict[str, list[str]]] = {}
    for owner in _owners(place, of):
        for name, field in owner.fields.items():
            fields.setdefault(name, {}).setdefault(str(field.type), []).append(owner.name)
    yield from fields.items()


def _owners(
    place: GraphQLInterfaceType | GraphQLUnionType, of: GraphQLSchema
) -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    """Yield the types whose fields are selected in one place: members, and interfaces of any."""
    members = of.get_possible_types(place)
    interfaces = {i.name: i for member in members for i in member.interfaces}
    if isinstance(place, GraphQLInterfaceType):
        interfaces[place.name] = place
    yield from interfaces.values()
    yield from members
