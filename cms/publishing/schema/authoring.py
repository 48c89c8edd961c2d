"""Collect the generated types of everything exposed into one graphene schema.

`grapple.schema` is never imported: it would mount grapple's root queries and switch off a validation
rule for the whole process, and `create_schema()` would replace our blocks with grapple's of those names.
"""

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import graphene
from django.apps import apps
from django.utils.module_loading import module_has_submodule
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLSchema
from grapple.registry import registry

from cms.publishing import extension, kinds


@dataclass(frozen=True)
class Authored:
    """Hold the authoring schema and what is known of the types in it.

    Shape: `fields` is the allow-list, type name → {public field name: source attribute}; `kinds` is
           type name → kind for things; `models` type name → model.
    """

    schema: GraphQLSchema
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    models: dict[str, Any] = field(default_factory=dict)
    blocks: frozenset[str] = frozenset()
    descriptions: dict[str, str] = field(default_factory=dict)


class _NoQuery(graphene.ObjectType):
    """Stand in for a root, which only the public copy has."""

    nothing = graphene.Boolean()


def declared_fields(cls: Any) -> dict[str, str]:
    """Return the public field names of an exposed model or block, with their source attributes."""
    found = {}
    for declaration in getattr(cls, "graphql_fields", ()):
        declared = declaration() if callable(declaration) else declaration
        found[to_camel_case(declared.field_name)] = declared.field_source or declared.field_name
    return found


def exposed_blocks() -> dict[Any, Any]:
    """Return our own blocks and their generated types."""
    return {
        cls: node
        for cls, node in registry.streamfield_blocks.items()
        if isinstance(cls, type) and hasattr(cls, "graphql_fields")
    }


def exposed_models() -> dict[Any, Any]:
    """Return the models that declare a public face, and their generated types."""
    return {
        model: node
        for model, node in registry.class_models.items()
        if isinstance(model, type) and "graphql_fields" in _attributes(model)
    }


def _attributes(cls: type) -> set[str]:
    return {name for base in cls.__mro__ for name in vars(base)}


def import_extensions() -> None:
    """Import each room's `schema` module, where computed fields are registered."""
    for config in apps.get_app_configs():
        if config.name == "cms.publishing" or not module_has_submodule(config.module, "schema"):
            continue
        if config.name.split(".")[0] in ("cms", "home", "projects", "news", "search"):
            import_module(f"{config.name}.schema")


@cache
def authored() -> Authored:
    """Build the authoring schema once."""
    import_extensions()
    exposed = {**exposed_models(), **exposed_blocks()}
    extra = [node for nodes in extension.extensions().values() for node in nodes]
    schema = graphene.Schema(query=_NoQuery, types=[*exposed.values(), *extra]).graphql_schema
    result = Authored(
        schema=schema,
        blocks=frozenset(node._meta.name for node in exposed_blocks().values()),
    )
    for cls, node in exposed.items():
        name = node._meta.name
        result.fields[name] = declared_fields(cls)
        result.descriptions[name] = getattr(cls, "graphql_description", "")
        kind = kinds.kind_of(cls) if hasattr(cls, "_meta") else None
        if kind and hasattr(cls, "published_kind"):
            result.kinds[name] = kind
            result.models[name] = cls
    return result
