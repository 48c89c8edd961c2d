"""Operations in the address: GET and HEAD, and what is wrong with an address."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.page_factories import World, make_news, make_world

RESPONSE = "application/graphql-response+json"
QUERY = "query Some($no: Boolean!) { news { totalCount nodes { title url @skip(if: $no) } } }"
ANSWER = b'{"data":{"news":{"totalCount":1,"nodes":[{"title":"One"}]}}}'


@pytest.fixture
def world(db: None) -> World:
    """Return a site with one news item."""
    world = make_world()
    make_news(world.news, title="One")
    return world


def _get(client: Client, **parameters: str) -> Any:
    return client.get("/graphql", parameters)


def _error(answer: Any) -> tuple[int, str, str]:
    (error,) = answer.json()["errors"]
    assert "data" not in answer.json()
    return answer.status_code, error["extensions"]["code"], error["message"]


@pytest.mark.usefixtures("world")
def test_an_operation_may_stand_in_the_address(client: Client) -> None:
    answer = _get(
        client, query=QUERY, variables='{"no": true}', operationName="Some", extensions="{}"
    )

    assert (answer.status_code, answer.content) == (200, ANSWER)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.usefixtures("world")
def test_head_says_what_get_would_say_without_saying_it(client: Client) -> None:
    parameters = {"query": QUERY, "variables": '{"no": true}'}

    full, head = client.get("/graphql", parameters), client.head("/graphql", parameters)

    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(full.headers) | {"X-Request-Id": head.headers["X-Request-Id"]}
    assert head.headers["Content-Length"] == str(len(ANSWER))


@pytest.mark.parametrize("empty", [{"operationName": ""}, {"variables": "null"}])
def test_what_is_left_empty_is_left_out(client: Client, empty: dict[str, str]) -> None:
    answer = _get(client, query="{ __typename }", **empty)

    assert answer.json() == {"data": {"__typename": "Query"}}


KNOWN = "`query`, `documentId`, `variables`, `operationName`, `extensions`"


@pytest.mark.parametrize(
    ("query_string", "message"),
    [
        ("", "Send `query`, the text of a document, or `documentId`."),
        ("query=", "`query` must be the text of a GraphQL document."),
        (
            "query={__typename}&utm_source=x",
            f"The address has an unknown parameter, `utm_source`. Known are {KNOWN}.",
        ),
        ("query={__typename}&query={__typename}", "The address has `query` twice."),
        ("query={__typename}&variables={}&variables={}", "The address has `variables` twice."),
        ("query={__typename}&variables=", "`variables` is not valid JSON."),
        ("query={__typename}&variables={", "`variables` is not valid JSON."),
        ("query={__typename}&variables=[]", "`variables` must be an object."),
        ("query={__typename}&extensions=1", "`extensions` must be an object."),
        (
            'query={__typename}&variables={"a":1,"a":2}',
            "`variables` has an object with the same key twice.",
        ),
        ("query=%ff", "The address is not UTF-8."),
        ("&".join(["a=1"] * 21), "The address has more than 20 parameters."),
    ],
)
def test_an_address_that_is_no_request_is_refused(
    client: Client, query_string: str, message: str
) -> None:
    answer = client.get(f"/graphql?{query_string}")

    assert _error(answer) == (400, "BAD_REQUEST", message)


def test_an_address_has_a_length(client: Client) -> None:
    answer = _get(client, query="{ __typename }".ljust(110_000))

    assert _error(answer)[:2] == (414, "BODY_TOO_LARGE")


@pytest.mark.parametrize("name", ["query", "documentId", "variables", "extensions"])
def test_a_request_is_in_the_address_or_in_the_body(client: Client, name: str) -> None:
    answer = client.post(
        f"/graphql?{urlencode({name: '{}'})}", {"query": "{ __typename }"}, "application/json"
    )

    message = f"`{name}` is in the address of a POST request; send it in the body alone."
    assert _error(answer) == (400, "BAD_REQUEST", message)


@pytest.mark.parametrize("accept", ["", RESPONSE])
@pytest.mark.parametrize("kind", ["mutation", "subscription"])
def test_get_writes_nothing_whatever_is_accepted(client: Client, accept: str, kind: str) -> None:
    answer = client.get(
        "/graphql", {"query": f"{kind} {{ __typename }}"}, headers={"accept": accept}
    )

    assert _error(answer) == (
        405,
        "OPERATION_NOT_SUPPORTED",
        "This API is read-only: it answers queries, nothing else.",
    )
    assert answer.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
