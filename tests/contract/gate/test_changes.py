"""What breaks clients is found, and what may surprise them is announced."""

import pytest
from graphql import build_schema

from frontend_contract.changes import Change, breaking_changes, dangerous_changes

BEFORE = """
type Query { node(id: ID!): Node any: Any list(first: Int = 20, kind: Kind, by: Order): Int }
interface Node { id: ID! }
type Person implements Node { id: ID! }
type Place { name: String }
union Any = Person | Place
enum Kind { A B }
input Order { field: Int = 1 isReversed: Boolean! = false other: Int }
"""


@pytest.mark.parametrize(
    ("old", "new", "announced"),
    [
        (
            "union Any",
            "type Event implements Node { id: ID! } union Any",
            ["Event was added to interface Node."],
        ),
        (
            "type Place {",
            "type Place implements Node { id: ID!",
            ["Node added to interfaces implemented by Place."],
        ),
        (
            "union Any = Person",
            "type Event { a: Int } union Any = Event | Person",
            ["Event was added to union type Any."],
        ),
        ("enum Kind { A B", "enum Kind { A B C", ["C was added to enum type Kind."]),
        (
            "kind: Kind",
            "kind: Kind, last: Int",
            ["An optional arg last on Query.list was added."],
        ),
        (
            "input Order {",
            "input Order { extra: Int",
            ["An optional field extra on input type Order was added."],
        ),
        (
            "first: Int = 20",
            "first: Int = 10",
            ["Query.list arg first has changed defaultValue from 20 to 10."],
        ),
        (
            "first: Int = 20",
            "first: Int",
            ["Query.list arg first defaultValue was removed."],
        ),
        ("kind: Kind", "kind: Kind = A", ["Query.list(kind:) has a default value now."]),
        ("other: Int", "other: Int = 2", ["Order.other has a default value now."]),
        ("field: Int = 1", "field: Int = 2", ["Order.field has another default value."]),
        ("field: Int = 1", "field: Int", ["Order.field has no default value any more."]),
    ],
)
def test_what_may_surprise_is_announced_and_breaks_nothing(
    old: str, new: str, announced: list[str]
) -> None:
    before, now = build_schema(BEFORE), build_schema(BEFORE.replace(old, new))

    assert dangerous_changes(before, now) == announced
    assert breaking_changes(before, now) == []


def test_a_new_interface_of_new_types_surprises_nobody() -> None:
    now = build_schema(
        f"{BEFORE} interface New {{ a: Int }} type Event implements New {{ a: Int }}"
    )

    assert dangerous_changes(build_schema(BEFORE), now) == []


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (
            "isReversed: Boolean! = false",
            "isReversed: Boolean!",
            Change("Order.isReversed became required."),
        ),
        ("name: String", "name: Int", Change("Place.name changed type from String to Int.")),
        (" B }", " }", Change("B was removed from enum type Kind.", ("Kind.B",))),
        (", by: Order", "", Change("Query.list arg by was removed.", ("Query.list(by:)",))),
        (" other: Int", "", Change("Order.other was removed.", ("Order.other",))),
        ("any: Any", "", Change("Query.any was removed.", ("Query.any",))),
        (
            "type Person implements Node {",
            "type Person {",
            Change("Person no longer implements interface Node."),
        ),
    ],
)
def test_what_breaks_is_found_with_the_member_that_it_removes(
    old: str, new: str, change: Change
) -> None:
    before = build_schema(BEFORE)

    assert change in breaking_changes(before, build_schema(BEFORE.replace(old, new)))


def test_an_argument_that_lost_its_default_became_required() -> None:
    before = build_schema("type Query { list(first: Int! = 20): Int }")
    now = build_schema("type Query { list(first: Int!): Int }")

    assert breaking_changes(before, now) == [Change("Query.list(first:) became required.")]


def test_a_type_that_is_gone_takes_all_its_members_along() -> None:
    before = build_schema("type Query { a: Int b: T } type T { c(d: Int): Int e: Int }")

    assert breaking_changes(before, build_schema("type Query { a: Int }")) == [
        Change("T was removed.", ("T.c", "T.c(d:)", "T.e")),
        Change("Query.b was removed.", ("Query.b",)),
    ]
