"""Declare the public face of a model or block.

Each function returns a wagtail-grapple `GraphQLField` for a class's `graphql_fields`. The declaration
is the single source of the schema: a field that is not declared cannot be answered.

    graphql_fields = [
        value("acronym", graphene.String, "Short name.", required=True),
        values("objectives", graphene.String, "What the project sets out to do."),
        reference("project", "projects.ProjectPage", "The project this belongs to."),
        references("topics", "content.Term", "What it is about."),
        parts("partners", "projects.ProjectPartner", "Who takes part."),
    ]
"""

from typing import Any, cast

import graphene
from django.apps import apps
from grapple.models import GraphQLField
from grapple.registry import registry


class LocalizedString(graphene.Scalar):
    """A text that is kept in several languages and answered in the reader's: `{"en": …, "bg": …}`."""

    @staticmethod
    def serialize(value: Any) -> Any:
        """Store the mapping as it is."""
        return value


class Stored(graphene.Scalar):
    """Data that is kept in the document for computed fields and is no field of the public schema."""

    @staticmethod
    def serialize(value: Any) -> Any:
        """Store the value as it is."""
        return value


def _model_type(label: str) -> Any:
    def resolve() -> Any:
        return registry.models[apps.get_model(label)]

    return resolve


def _type(graphql_type: Any) -> Any:
    return _model_type(graphql_type) if isinstance(graphql_type, str) else graphql_type


def value(
    name: str,
    graphql_type: Any,
    description: str,
    *,
    required: bool = False,
    source: str | None = None,
) -> GraphQLField:
    """Expose one value: a scalar, an enum, or an object made by a property or method of the model."""
    return GraphQLField(
        name, _type(graphql_type), required=required, source=source or name, description=description
    )


def values(
    name: str, graphql_type: Any, description: str, *, source: str | None = None
) -> GraphQLField:
    """Expose a list that is never null and holds no null."""
    item = graphene.NonNull(_type(graphql_type))
    return GraphQLField(
        name, graphene.List(item), required=True, source=source or name, description=description
    )


def reference(
    name: str, model: str, description: str, *, source: str | None = None, required: bool = False
) -> GraphQLField:
    """Expose a foreign key to another published thing: recorded, never followed.

    Shape: null while the target is hidden. With `required` the object that holds the reference
           disappears together with a hidden target, so use it on child rows and blocks only.
    """
    return value(name, model, description, required=required, source=source)


def references(
    name: str, model: str, description: str, *, source: str | None = None
) -> GraphQLField:
    """Expose several other published things; hidden ones are left out."""
    return values(name, model, description, source=source)


def parts(name: str, model: str, description: str, *, source: str | None = None) -> GraphQLField:
    """Expose child rows (ParentalKey) that belong to this document."""
    return values(name, model, description, source=source)


def stored(name: str, description: str, *, source: str | None = None) -> GraphQLField:
    """Keep data in the document for a computed field of the public schema."""
    return value(name, Stored, description, source=source)


def localized(
    name: str, description: str, *, source: str | None = None, required: bool = False
) -> GraphQLField:
    """Expose a text whose language follows the reader: the source yields `{language: text}`."""
    return cast(
        "GraphQLField",
        value(name, LocalizedString, description, source=source, required=required),
    )


def enum_type(choices: type[Any], description: str) -> Any:
    """Return the GraphQL enum of Django choices whose stored values equal their names.

    Shape: named exactly like the choices class (call it what the outside reader should read, for
           instance `NewsType`); each value is described by its label.
    Raises: ValueError when a stored value differs from its name, since documents hold names.
    """
    for member in choices:
        if member.value != member.name:
            raise ValueError(f"{choices.__name__}.{member.name} is stored as {member.value!r}")

    def describe(member: Any) -> str:
        return description if member is None else str(member.label)

    found = graphene.Enum.from_enum(choices, description=describe)
    _enums[choices.__name__] = found
    return found


_enums: dict[str, Any] = {}


def enum_named(name: str) -> Any:
    """Return, once the schema is built, an enum of a room that the caller may not import."""
    return lambda: _enums[name]
