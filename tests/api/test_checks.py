"""What can stand in one place of an answer never gives one field name two types."""

import pytest
from graphql import build_schema

from cms.api import checks
from cms.api.checks import check_names_of_fields, clashes

ROOT = "type Query { node: Node thing: Thing }"


def found(members: str) -> list[str]:
    return [str(clash) for clash in clashes(build_schema(f"{ROOT} {members}"))]


UNION = "interface Node {{ id: ID! }} union Thing = A | B type A {{ {} }} type B {{ {} }}"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x: String", "x: Int"),
        ("x: String", "x: String!"),
        ("x: [String]", "x: String"),
        ("x: [String!]", "x: [String]"),
        ("x: [String!]!", "x: [String!]"),
        ("x: A", "x: B"),
    ],
)
def test_one_name_with_two_types_in_a_union_is_a_clash(first: str, second: str) -> None:
    one, two = first.removeprefix("x: "), second.removeprefix("x: ")

    assert found(UNION.format(first, second)) == [
        f"Where a Thing stands, `x` is {one} on A; {two} on B."
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x: String", "x: String"),
        ("x: [A!]!", "x: [A!]!"),
        ("x: Int", "y: String"),
        ("x(a: Int): Int", "x(b: String): Int"),
    ],
)
def test_one_type_or_two_names_are_none(first: str, second: str) -> None:
    assert found(UNION.format(first, second)) == []


def test_members_of_an_interface_are_compared_with_each_other_and_with_it() -> None:
    members = """
        interface Node { id: ID! title: String }
        union Thing = C
        type A implements Node { id: ID! title: String! size: Int }
        type B implements Node { id: ID! title: String size: Float }
        type C { size: String }
    """

    assert found(members) == [
        "Where a Node stands, `size` is Int on A; Float on B.",
        "Where a Node stands, `title` is String on Node, B; String! on A.",
    ]


def test_what_never_stands_in_one_place_may_differ() -> None:
    assert (
        found("interface Node { id: ID! } union Thing = A type A { x: Int } type B { x: ID }") == []
    )


def test_django_s_checks_name_the_types_and_the_field(monkeypatch: pytest.MonkeyPatch) -> None:
    small = build_schema(f"{ROOT} {UNION.format('x: Int', 'x: ID')}")
    monkeypatch.setattr(checks, "schema", lambda: small)

    (message,) = check_names_of_fields(None)

    assert (message.id, message.msg) == (
        "api.E001",
        "Where a Thing stands, `x` is Int on A; ID on B.",
    )


def test_the_public_schema_has_no_clash() -> None:
    assert check_names_of_fields(None) == []
