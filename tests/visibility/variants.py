"""Vary the arguments of root fields: every enum value, both languages, every site, hidden ids."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from graphql.type import GraphQLArgument, GraphQLInputField

from cms.publishing import kinds
from cms.publishing.models import PublishedItem
from tests.visibility.secret_world import ELSEWHERE, SecretWorld
from tests.visibility.walker import roots

SITES = (None, "main", "other")
# Asked for by a site that is not public, or is none at all.
NO_SITES = ("secret", "default", "")
WIDE = {"from": "1900-01-01", "to": "2100-01-01"}
PUBLIC_WORDS = ("i", ELSEWHERE)


# Lists of things of any type: other roots lead to the same things, and deeper.
OF_ANYTHING = ("node", "nodes", "pages")


def depth_of(root: str, wanted: int) -> int:
    """Return how many references a walk from a root follows."""
    return 0 if root in OF_ANYTHING else wanted


def base(root: str, world: SecretWorld) -> list[dict[str, Any]]:
    """Return the calls of a root with every site and language, as wide as they go."""
    field = roots()[root]
    fixed: dict[str, Any] = {"first": 100} if "first" in field.args else {}
    found = [fixed]
    if "site" in field.args:
        found = []
        locales = _enum_values(field.args["locale"]) if "locale" in field.args else []
        for site in SITES:
            for locale in (None, *locales):
                place = {"site": site, "locale": locale}
                found.append({**fixed, **{k: v for k, v in place.items() if v is not None}})
    one_of_each = one_of_each_type()
    wide: dict[str, Any] = {
        "path": _public_paths(world),
        "text": PUBLIC_WORDS,
        "id": one_of_each,
        "ids": [one_of_each],
    }
    required = [
        [(name, value) for value in wide.get(name) or values_of(name, argument, world)]
        for name, argument in field.args.items()
        if str(argument.type).endswith("!")
    ]
    for choices in required:
        found = [{**call, name: value} for call in found for name, value in choices]
    return found


def varied(root: str, world: SecretWorld) -> Iterator[dict[str, Any]]:
    """Yield calls of a root that differ from a plain one in one argument, for each of its values."""
    plain = base(root, world)[0]
    for name, argument in roots()[root].args.items():
        for value in values_of(name, argument, world):
            call = {**plain, name: value}
            if name == "last":
                call.pop("first", None)
            yield call
    if "site" in roots()[root].args:
        for site in NO_SITES:
            yield {**plain, "site": site}


def values_of(
    name: str, argument: GraphQLArgument | GraphQLInputField, world: SecretWorld
) -> list[Any]:
    """Return the values that the walk gives an argument."""
    named = get_named_type(argument.type)
    if isinstance(named, GraphQLEnumType):
        values: list[Any] = _enum_values(argument)
    elif isinstance(named, GraphQLInputObjectType):
        if named.name == "DateRange":
            return [WIDE]
        return [
            {field: value}
            for field, inner in named.fields.items()
            for value in values_of(field, inner, world)
        ]
    else:
        values = _plain_values(name, named.name, world)
    kind: Any = argument.type
    is_list = is_list_type(get_nullable_type(kind))
    return [[value] for value in values] if is_list else values


def _enum_values(argument: Any) -> list[str]:
    named: Any = get_named_type(argument.type)
    return list(named.values)


def _plain_values(name: str, type_name: str, world: SecretWorld) -> list[Any]:
    terms = world.hidden.things.terms.values()
    known: dict[str, list[Any]] = {
        "site": [site for site in SITES if site],
        "first": [1, 100],
        "last": [1, 100],
        "after": [],
        "before": [],
        "path": [*_public_paths(world), *world.hidden_paths, *_old_paths(world)],
        "text": [*PUBLIC_WORDS, *world.say.planted],
        "topics": [*(term.code for term in terms), world.hidden.things.expiring_term.code],
        "countries": ["BG", "MT", "CY"],
        "types": ["NewsPage", "ClusterPage", "Person", "Redirect"],
        "newsTypes": ["NEWS"],
    }
    if type_name == "ID":
        return [*world.hidden_ids, *_public_ids(world)]
    if type_name == "DateTime":
        return ["1900-01-01T00:00:00Z", "2100-01-01T00:00:00Z"]
    return known[name]


def _public_paths(world: SecretWorld) -> list[str]:
    again = [f"/again-{model.__name__.lower()}/" for model in kinds.page_models()]
    pages = ["/", "/bg/", "/about/", "/news/", "/events/", "/projects/", "/news/article/", *again]
    return [*pages, "/projects/project-0/", "/events/event-0/", "/bg/novini/statiya/", "/moved"]


def _old_paths(world: SecretWorld) -> list[str]:
    old = [f"/old-{number}" for number in range(len(world.hidden.pages))]
    words = [word for word, place in world.say.planted.items() if place.startswith("old address")]
    return [*old, *(f"/{word}" for word in words)]


def one_of_each_type() -> list[str]:
    """Return the id of one public thing of each type, of which there is most to say."""
    rows = PublishedItem.objects.filter(visible=True).order_by("key")
    richest_last = sorted(rows, key=lambda row: len(row.head) + len(row.tail))
    return list({row.type: row.public_id for row in richest_last}.values())


def _public_ids(world: SecretWorld) -> list[str]:
    whole = world.whole
    return [
        str(whole.projects[0].public_id),
        str(whole.pool.programmes[0].public_id),
        str(whole.pool.organisations[0].public_id),
    ]
