"""What an operation could return is worked out before it is executed, and told to who asks."""

from typing import Any

import orjson
import pytest
from graphql import get_introspection_query

from cms.api.parse import chosen, prepare
from cms.api.pipeline import respond
from tests.contract.asking import TEXTS, ask, refused

EXPENSIVE = "QUERY_TOO_EXPENSIVE"
RELAY = "query($f: Int, $l: Int) { news(first: $f, last: $l) { nodes { url } } }"


def cost(text: str, **variables: Any) -> int:
    """Return the cost of a document's only operation."""
    prepared = prepare(TEXTS.get(text, text))
    return prepared.cost_plan(chosen(prepared, None)).within(variables)


@pytest.mark.parametrize(
    ("document", "nodes"),
    [
        ("{ __typename }", 0),
        ("{ news { totalCount } }", 1),
        ("{ news { nodes { title types } } }", 1 + 20),
        ("{ news(first: 5) { nodes { title } } }", 1 + 5),
        ("{ news(last: 5) { nodes { title } } }", 1 + 5),
        ("{ news(first: null) { nodes { title } } }", 1 + 20),
        ("{ projects(first: 2) { nodes { news(last: 5) { nodes { id } } } } }", 1 + 2 * (2 + 5)),
        ("{ news(first: 5) { edges { node { title } } pageInfo { endCursor } } }", 1 + 5 + 5 + 1),
        ("{ news(first: 5) { nodes { topics { code } author { name } } } }", 1 + 5 * (1 + 10 + 1)),
        ("{ news(first: 5) { nodes { breadcrumbs { url } } } }", 1 + 5 * (1 + 5)),
        ("{ news(first: 5) { nodes { related(first: 3) { url } } } }", 1 + 5 * (1 + 3)),
        ('{ node(id: "x") { id ... on NewsPage { topics { code } } } }', 1 + 10),
        ('{ nodes(ids: ["x", "y"]) { id } one: nodes(ids: "x") { id } }', 2 + 1),
        ("{ a: news(first: 5) { nodes { id } } b: news(first: 6) { nodes { id } } }", 6 + 7),
    ],
)
def test_objects_count_and_lists_multiply(document: str, nodes: int) -> None:
    assert cost(document) == nodes


def test_the_same_field_counts_once_however_many_fragments_ask_for_it() -> None:
    document = (
        "{ news(first: 5) { nodes { ...A ...B author { name } } } }"
        " fragment A on NewsPage { author { role } } fragment B on NewsPage { author { email } }"
    )

    assert cost(document) == 1 + 5 * (1 + 1)


def test_of_several_types_the_dearest_counts() -> None:
    document = (
        '{ route(path: "/") { page { ... on NewsPage { topics { code } }'
        " ... on ProjectPage { partners { role organisation { name } } } } } }"
    )

    assert cost(document) == 1 + 1 + 10 * 2


def test_variables_say_how_long_a_list_is() -> None:
    document = "query($n: Int! = 7) { news(first: $n) { nodes { related(first: $n) { url } } } }"

    assert cost(document) == 1 + 7 * (1 + 7)
    assert cost(document, n=2) == 1 + 2 * (1 + 2)
    assert cost(document, n=3.0) == 1 + 3 * (1 + 3)


def test_a_variable_with_ids_says_how_many_things_there_are() -> None:
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    assert cost(document, ids=["x"] * 7) == 7
    assert cost(document, ids=["x"] * 1_000) == 100


@pytest.mark.parametrize(
    ("document", "variables", "size"),
    [
        ("query($n: Int = 7) { news(last: $n) { nodes { url } } }", {}, 7),
        ("query($n: Int) { news(last: $n) { nodes { url } } }", {"n": 9}, 9),
        ("query($n: Int) { news(first: $n) { nodes { url } } }", {"n": None}, 20),
        ('query($n: Int) { search(text: "a", last: $n) { nodes { highlight } } }', {}, 10),
        ("query($n: Int) { changes(first: $n) { nodes { sourceId } } }", {"n": None}, 100),
        (RELAY, {}, 20),
        (RELAY, {"f": 5}, 5),
        (RELAY, {"l": 6}, 6),
        (RELAY, {"f": 5, "l": None}, 5),
        (RELAY, {"f": None, "l": 100}, 100),
    ],
)
def test_a_list_has_the_size_that_either_end_is_asked_for(
    document: str, variables: dict[str, Any], size: int
) -> None:
    assert cost(document, **variables) == 1 + size


@pytest.mark.parametrize("value", ["5", True, -5, [], float("inf"), 10**30])
def test_a_size_that_is_none_does_no_harm(value: Any) -> None:
    document = "query($n: Int! = 7) { news(first: $n) { nodes { url } } }"

    assert cost(document, n=value) in {1, 101}


def test_what_is_left_out_for_certain_costs_nothing() -> None:
    inner = "news(first: 9) %s { nodes { url } }"

    def of(directive: str) -> int:
        declared = "($yes: Boolean = false)" if "$" in directive else ""
        return cost(f"query{declared} {{ __typename {inner % directive} }}")

    assert of("@include(if: false)") == 0
    assert of("@skip(if: true)") == 0
    assert of("@include(if: $yes)") == 10
    assert of("@skip(if: false)") == 10


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_what_frontends_send_is_far_from_the_limit(name: str) -> None:
    assert cost(name, first=100) < 5_000


def test_the_usual_introspection_is_within_its_own_limit() -> None:
    full = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        input_object_one_of=True,
    )

    assert 10_000 < cost(full) < 100_000


DEAR = "{ news(first: 100) { nodes { related(first: 100) { url } } } }"


@pytest.mark.django_db
def test_what_could_return_too_much_is_refused_before_it_is_executed() -> None:
    told = ask(DEAR)

    assert (told.status, told.statements) == (400, [])
    assert refused(DEAR) == (
        EXPENSIVE,
        (
            "The operation could return 10101 nodes; at most 10000 are answered. Most come from"
            " `news.nodes.related`: ask for fewer with `first`, or for fewer lists inside lists."
        ),
    )


@pytest.mark.django_db
def test_variables_can_make_an_operation_too_expensive() -> None:
    document = "query($n: Int!) { news(first: $n) { nodes { related(first: 100) { url } } } }"

    assert refused(document, n=100)[0] == EXPENSIVE
    assert ask(document, n=2).status == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "is_told"), [({"cost": True}, True), ({"cost": 1}, False)])
def test_the_cost_and_what_it_is_made_of_is_told_to_who_asks(
    asked: dict[str, Any], is_told: bool
) -> None:
    query = "{ news(first: 5) { nodes { title topics { code } } } }"

    answer = respond(orjson.dumps({"query": query, "extensions": asked}))

    expected = {
        "total": 56,
        "limit": 10_000,
        "fields": [
            {"path": "news.nodes.topics", "nodes": 50},
            {"path": "news.nodes", "nodes": 5},
            {"path": "news", "nodes": 1},
        ],
    }
    found = orjson.loads(answer.body).get("extensions")
    assert found == ({"cost": expected} if is_told else None)
