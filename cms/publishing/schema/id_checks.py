"""Check that one id never stands for two answers: clients keep what they read under it.

What is answered of a thing may depend on the language and the site of its own row. What depends on the
language in which it is read needs an id per language (`has_id_per_language`); nothing may depend on the
site for which it is read. Arguments do not count: caches keep a field under its arguments.

Source: docs/adr/0083-ids-per-language.md.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.core import checks
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema

from cms.publishing import kinds
from cms.publishing.reading.stored import StoredField, Stores
from cms.publishing.schema.authoring import authored
from cms.publishing.schema.projecting import BLOCK_INTERFACE
from cms.publishing.schema.public import INTERFACES, public_schema

BLOCK = INTERFACES[BLOCK_INTERFACE]
SITE, LANGUAGE = "site", "locale"


def register() -> None:
    """Register the check; called once, when the apps are ready."""
    checks.register(check_ids)


def check_ids(app_configs: Any, **_options: Any) -> list[checks.CheckMessage]:
    """Look at every type of the public schema that has an id."""
    schema, _shapes = public_schema()
    return [
        checks.Error(f"{name} {what}", hint=hint, id=f"publishing.E{number:03}")
        for name, what, hint, number in problems(schema)
    ]


Problem = tuple[str, str, str, int]


def problems(schema: GraphQLSchema) -> Iterator[Problem]:
    """Yield what is wrong with the ids of a public schema, by type and field."""
    for _name, found in sorted(schema.type_map.items()):
        if isinstance(found, GraphQLObjectType) and "id" in found.fields:
            yield from _problems_of(schema, found)


def _problems_of(schema: GraphQLSchema, found: GraphQLObjectType) -> Iterator[Problem]:
    model = authored().models.get(found.name)
    if model is None:
        if BLOCK not in {interface.name for interface in found.interfaces}:
            hint = "Call the field sourceId, or let the type be a Node."
            yield found.name, "has an id, and is neither a Node nor a Block.", hint, 1
        return
    in_languages = getattr(model, "has_id_per_language", False)
    if _is_placed(model, LANGUAGE):
        if in_languages:
            hint = "Leave has_id_per_language out: its id belongs to one language already."
            yield found.name, "has a language of its own and an id per language.", hint, 2
        return
    for name, field in found.fields.items():
        place = f"{found.name}.{name}"
        stored: StoredField | None = field.extensions.get("stored")
        if stored is not None and stored.target == BLOCK:
            hint = "Ids of blocks are made of their page's, which has one language."
            yield place, "is a body of something without a language of its own.", hint, 3
        if not in_languages and not _is_the_same(schema, field, frozenset()):
            hint = (
                "Set has_id_per_language on the model, or promise"
                ' @extension.independent_of("locale") for a computed field.'
            )
            yield place, "may depend on the language in which it is read.", hint, 4
        if not _is_placed(model, SITE) and not _keeps_promise(field, SITE):
            hint = 'Promise @extension.independent_of("site").'
            yield place, "may depend on the site for which it is read.", hint, 5


@cache
def _is_placed(model: Any, by: str) -> bool:
    """Say whether the rows of a model have a site or a language of their own."""
    is_page = kinds.kind_of(model) == kinds.PAGE
    return is_page or any(field.name == by for field in model._meta.get_fields())


def _is_the_same(schema: GraphQLSchema, field: GraphQLField, seen: frozenset[str]) -> bool:
    """Say whether a field is answered alike in all languages."""
    stored: StoredField | None = field.extensions.get("stored")
    if stored is None:
        return _keeps_promise(field, LANGUAGE)
    if stored.stores is Stores.VALUE:
        return True
    if stored.stores is Stores.REFERENCE:
        model = authored().models.get(stored.target)
        has_one_id = model is not None and not getattr(model, "has_id_per_language", False)
        return has_one_id and not _is_placed(model, LANGUAGE)
    if stored.stores is not Stores.PART or stored.target in seen:
        return stored.target in seen
    inner = schema.type_map[stored.target]
    return isinstance(inner, GraphQLObjectType) and all(
        _is_the_same(schema, below, seen | {stored.target}) for below in inner.fields.values()
    )


def _keeps_promise(field: GraphQLField, what: str) -> bool:
    """Say whether a field is stored, or its resolver promises to be independent of something."""
    if field.extensions.get("stored") is not None:
        return True
    return what in getattr(field.extensions.get("computed"), "is_independent_of", ())
