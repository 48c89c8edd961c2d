"""What the contract promises of the whole schema holds for every type, field, argument and value."""

import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
    specified_scalar_types,
)

from cms.api.schema import schema

# Every object type that is not a page, block or connection. A new one is added here by hand, after a
# look at what it exposes: nothing reaches the public because somebody imported a library.
OTHER_TYPES = {
    "Change", "ChangeList", "ClusterLabel", "Completeness", "Composition", "Cooperation", "Country",
    "Document", "Fact", "Feed", "FocalPoint", "GalleryPicture", "Image", "LinkTarget", "Menu",
    "MenuItem", "MissingField", "Money", "KeyFigure", "OpenCall", "Organisation", "PageInfo", "Person",
    "Picture", "Programme", "ProjectPartner", "ProjectResult", "Query", "Region", "Rendition",
    "Replacement", "RichText", "Route", "SearchBucket", "SearchFacet", "SearchResult", "Seo",
    "SiteSettings", "SocialLink", "Strategy", "SupportService", "TargetGroup", "Term",
    "Translation", "UsageRights", "Venue",
}  # fmt: skip
PAGES = {
    "ClusterPage", "EventIndexPage", "EventPage", "NewsIndexPage", "NewsPage", "ProjectIndexPage",
    "ProjectPage", "StandardPage",
}  # fmt: skip
BLOCKS = {
    "CallToActionBlock", "DocumentBlock", "EmbedBlock", "EventTeaserBlock", "FactListBlock",
    "GalleryBlock", "HeadingBlock", "ImageBlock", "LinkBlock", "ProjectTeaserBlock", "QuoteBlock",
    "TableBlock", "TextBlock",
}  # fmt: skip
CONNECTIONS = {"EventPage", "NewsPage", "ProjectPage", "Search"}
NOT_FOR_READERS = re.compile(
    r"interface|stub|raw_?value|grapple|wagtail|django|graphene|python|stream_?field|^_|__",
    re.IGNORECASE,
)
# Fields by which a thing of ours would reach the accounts of editors.
ACCOUNTS = re.compile(
    r"user|password|owner|account|session|permission|group|uploader|uploaded", re.IGNORECASE
)


def _types() -> list[GraphQLNamedType]:
    return [
        named
        for name, named in schema().type_map.items()
        if not name.startswith("__") and name not in specified_scalar_types
    ]


def _with_fields() -> Iterator[tuple[str, str, Any]]:
    for named in _types():
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in named.fields.items():
                yield named.name, name, field


def _output_fields() -> Iterator[tuple[str, str, Any]]:
    for named in _types():
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in named.fields.items():
                yield named.name, name, field


def _described() -> Iterator[tuple[str, str | None]]:
    for named in _types():
        yield named.name, named.description
        if isinstance(named, GraphQLEnumType):
            for name, value in named.values.items():
                yield f"{named.name}.{name}", value.description
    for owner, name, field in _with_fields():
        yield f"{owner}.{name}", field.description
        for argument_name, argument in getattr(field, "args", {}).items():
            yield f"{owner}.{name}({argument_name})", argument.description


def test_everything_has_a_description() -> None:
    assert [name for name, description in _described() if not (description or "").strip()] == []


def test_descriptions_speak_to_readers() -> None:
    of_libraries = re.compile(
        r"grapple|wagtail|django|graphene|python|queryset|foreign key", re.IGNORECASE
    )

    assert [name for name, text in _described() if of_libraries.search(text or "")] == []


def test_names_are_ours_and_for_readers() -> None:
    names = [named.name for named in _types()]
    fields = [f"{owner}.{name}" for owner, name, _field in _with_fields()]
    arguments = [
        f"{owner}.{name}.{argument}"
        for owner, name, field in _output_fields()
        for argument in field.args
    ]

    assert [name for name in names if NOT_FOR_READERS.search(name)] == []
    assert [name for name in [*fields, *arguments] if _offends(name)] == []


def _offends(dotted: str) -> bool:
    last = dotted.rpartition(".")[2]
    return bool(NOT_FOR_READERS.search(last)) or not re.fullmatch(r"[a-z][A-Za-z0-9]*", last)


# As many as there are ids, null for each that names nothing public; null when the ids cannot be used.
NULLABLE_LISTS = ["Query.nodes: [Node]"]


def test_every_field_of_the_root_may_be_null() -> None:
    query = schema().query_type
    assert query is not None

    assert [name for name, field in query.fields.items() if is_non_null_type(field.type)] == []


def test_lists_are_never_null_but_at_the_root_and_hold_no_null() -> None:
    offending = []
    for owner, name, field in _output_fields():
        if is_list_type(get_nullable_type(field.type)):
            inner = GraphQLNonNull(field.type) if owner == "Query" else field.type
            while True:
                if not is_non_null_type(inner):
                    offending.append(f"{owner}.{name}: {field.type}")
                    break
                if not is_list_type(inner.of_type):
                    break
                inner = inner.of_type.of_type

    assert offending == NULLABLE_LISTS


def test_lists_in_input_hold_no_null() -> None:
    offending = []
    for owner, name, field in _with_fields():
        for argument_name, argument in [("", field), *getattr(field, "args", {}).items()]:
            nullable = get_nullable_type(argument.type)
            if is_list_type(nullable) and not is_non_null_type(nullable.of_type):
                offending.append(f"{owner}.{name}{argument_name}: {argument.type}")

    assert offending == NULLABLE_LISTS


def test_ids_are_ids() -> None:
    found = {
        f"{owner}.id": str(field.type) for owner, name, field in _output_fields() if name == "id"
    }

    assert found
    assert set(found.values()) == {"ID!"}


def test_dates_and_instants_say_so_in_their_names() -> None:
    wrong = [
        f"{owner}.{name}: {field.type}"
        for owner, name, field in _output_fields()
        if (name.endswith("At") and get_named_type(field.type).name != "DateTime")
        or (name.endswith("On") and get_named_type(field.type).name != "Date")
    ]

    assert wrong == []


def test_blocks_can_be_selected_without_aliases() -> None:
    block = schema().type_map["Block"]
    assert isinstance(block, GraphQLInterfaceType)
    types: dict[str, set[str]] = {}
    for named in schema().get_possible_types(block):
        for name, field in named.fields.items():
            types.setdefault(name, set()).add(str(field.type))

    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_pages_can_be_selected_without_aliases() -> None:
    page = schema().type_map["Page"]
    assert isinstance(page, GraphQLInterfaceType)
    types: dict[str, set[str]] = {}
    for named in schema().get_possible_types(page):
        for name, field in named.fields.items():
            types.setdefault(name, set()).add(str(field.type))

    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_connections_have_their_four_parts() -> None:
    found = {
        name.removesuffix("Connection"): set(named.fields)
        for name, named in schema().type_map.items()
        if isinstance(named, GraphQLObjectType) and name.endswith("Connection")
    }

    assert set(found) == CONNECTIONS
    for name, fields in found.items():
        assert fields >= {"edges", "nodes", "pageInfo", "totalCount"}, name
        edge = schema().type_map[f"{name}Edge"]
        assert isinstance(edge, GraphQLObjectType)
        assert {"cursor", "node"} == set(edge.fields)


def test_connections_take_a_number_and_a_cursor_in_both_directions() -> None:
    window = {"first": "Int", "after": "String", "last": "Int", "before": "String"}
    for owner, name, field in _output_fields():
        if get_named_type(field.type).name.endswith("Connection"):
            arguments = {key: str(value.type) for key, value in field.args.items()}
            assert arguments.items() >= window.items(), (owner, name)
            # What refuses its arguments is null itself, not what it belongs to.
            assert not is_non_null_type(field.type), (owner, name)


def test_a_page_of_a_list_says_where_it_stands_as_relay_asks() -> None:
    page_info = schema().type_map["PageInfo"]
    assert isinstance(page_info, GraphQLObjectType)

    assert {name: str(field.type) for name, field in page_info.fields.items()} == {
        "hasNextPage": "Boolean!",
        "hasPreviousPage": "Boolean!",
        "startCursor": "String",
        "endCursor": "String",
    }


def test_only_types_that_somebody_looked_at_are_public() -> None:
    found = {named.name for named in _types() if isinstance(named, GraphQLObjectType)}
    of_connections = {f"{name}{part}" for name in CONNECTIONS for part in ("Connection", "Edge")}

    assert found == OTHER_TYPES | PAGES | BLOCKS | of_connections


def test_nothing_leads_to_the_accounts_of_editors() -> None:
    members = [f"{owner}.{name}" for owner, name, _field in _with_fields()]
    arguments = [a for _owner, _name, field in _output_fields() for a in field.args]

    reaching = [name for name in members if ACCOUNTS.search(name.rpartition(".")[2])]
    assert reaching == ["ProjectPage.targetGroup"]
    assert [name for name in arguments if ACCOUNTS.search(name)] == []
    assert [named.name for named in _types() if ACCOUNTS.search(named.name)] == ["TargetGroup"]


def test_no_text_of_a_client_orders_or_filters() -> None:
    suspicious = re.compile(r"order|sort|filter|search_?query|^where|lookup", re.IGNORECASE)
    found = {
        f"{owner}.{name}({argument_name})": get_named_type(argument.type)
        for owner, name, field in _output_fields()
        for argument_name, argument in field.args.items()
        if suspicious.search(argument_name)
    }

    assert found
    for where, argument_type in found.items():
        assert isinstance(argument_type, GraphQLEnumType | GraphQLInputObjectType), where


def test_there_is_nothing_to_write_and_nothing_to_subscribe_to() -> None:
    assert schema().mutation_type is None
    assert schema().subscription_type is None


def test_menu_entries_say_where_they_lead_once() -> None:
    entry = schema().type_map["MenuItem"]
    assert isinstance(entry, GraphQLObjectType)

    assert set(entry.fields) == {"label", "url", "path", "page", "children"}
