"""Let rooms add computed fields to public types, and say how special types are stored.

A computed field lives in its room's `schema.py` as a graphene type decorated with `@extend("TypeName")`.
Its resolver runs at read. It is a plain function of the parent, or a generator that yields loads
(`cms.publishing.reading.loads`) and receives their results, so that all loads of one level of an
operation become one statement:

    @extend("NewsPage")
    class NewsPageFields(graphene.ObjectType):
        translations = graphene.List(...)

        def resolve_translations(page, info):
            rows = yield Translations(page.translation_key, ...)
            return rows
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import graphene

ObjectType = TypeVar("ObjectType", bound=type[graphene.ObjectType])
# `@extend` with this adds to every type of which one row is read in several languages.
READ_IN_LANGUAGES = "<read in languages>"


@dataclass(frozen=True, slots=True)
class StoredAs:
    """Say how values of an object type are kept in documents.

    Shape: `project` turns the author-time value into JSON; `references` lists the keys that the
           stored value points at, which are then loaded before the type's resolvers run.
    """

    project: Callable[[Any], Any]
    references: Callable[[Any], Iterable[str]]


_extensions: dict[str, list[type[graphene.ObjectType]]] = {}
_stored: dict[str, StoredAs] = {}


def extend(target: str) -> Callable[[ObjectType], ObjectType]:
    """Add the fields of the decorated graphene type to the public type or interface `target`."""

    def register(extension: ObjectType) -> ObjectType:
        _extensions.setdefault(target, []).append(extension)
        return extension

    return register


def extensions() -> dict[str, list[type[graphene.ObjectType]]]:
    """Return the registered extension types by the name of what they extend."""
    return _extensions


def stored_as(
    graphene_type: type[graphene.ObjectType],
    *,
    project: Callable[[Any], Any],
    references: Callable[[Any], Iterable[str]] = lambda value: (),
) -> None:
    """Keep values of `graphene_type` in documents as `project` makes them.

    The type's own resolvers then run at read, on `reading.items.Part` whose value is the stored one.
    """
    _stored[graphene_type._meta.name] = StoredAs(project, references)


def stored_types() -> dict[str, StoredAs]:
    """Return how special object types are stored, by type name."""
    return _stored


Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def of_the_thing_alone(resolver: Resolver) -> Resolver:
    """Promise that a resolver looks at nothing but the thing, its language and its arguments.

    No other thing, no site and not the time: what it answers may be kept as long as the thing.
    """
    resolver.is_of_the_thing_alone = True  # type: ignore[attr-defined]
    return independent_of("site")(resolver)


def independent_of(*what: str) -> Callable[[Resolver], Resolver]:
    """Promise that a resolver answers alike whatever the `site` or the `locale` it is asked for.

    The check of ids asks for it (`schema.id_checks`), since clients keep answers by id.
    """

    def promised(resolver: Resolver) -> Resolver:
        before: frozenset[str] = getattr(resolver, "is_independent_of", frozenset())
        resolver.is_independent_of = before | set(what)  # type: ignore[attr-defined]
        return resolver

    return promised


_vanishing: dict[str, tuple[str, ...]] = {}


def vanishes_with(type_name: str, *fields: str) -> None:
    """Let an embedded object disappear when one of these references is set but hidden."""
    _vanishing[type_name] = fields


def vanishing() -> dict[str, tuple[str, ...]]:
    """Return by type the references that an embedded object disappears with."""
    return _vanishing


ASSUMED_SIZE = 10
_sizes: dict[tuple[str, str], int] = {}


def assume_sizes(type_name: str, **sizes: int) -> None:
    """Say how long lists are taken to be for which no size is asked, by the names of their fields."""
    _sizes.update({(type_name, name): size for name, size in sizes.items()})


def assumed_size(field_name: str, *, of: Iterable[str], otherwise: int = ASSUMED_SIZE) -> int:
    """Return how long a list is taken to be; `of` are its type and that type's interfaces."""
    found = (_sizes.get((type_name, field_name)) for type_name in of)
    return next((size for size in found if size is not None), otherwise)
