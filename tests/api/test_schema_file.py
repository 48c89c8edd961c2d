"""The schema for everybody, in its own language and by introspection; or for nobody."""

import gzip
from typing import Any

import pytest
from django.test import Client
from graphql import get_introspection_query

from cms.api.schema import sdl

PATH = "/graphql/schema.graphql"
RESPONSE = "application/graphql-response+json"


def _codes(client: Client, query: str, **variables: Any) -> tuple[int, list[str]]:
    body = {"query": query, "variables": variables}
    answer = client.post("/graphql", body, "application/json", headers={"accept": RESPONSE})
    errors = answer.json().get("errors", [])
    return answer.status_code, [error["extensions"]["code"] for error in errors]


def test_the_schema_is_answered_as_the_contract_has_it(client: Client) -> None:
    answer = client.get(PATH)

    assert (answer.status_code, answer.content.decode()) == (200, sdl())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_each_encoding_of_the_schema_has_a_tag_of_its_own(client: Client) -> None:
    plain = client.get(PATH)
    packed = client.get(PATH, headers={"accept-encoding": "gzip"})

    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_schema_is_not_sent_it_again(client: Client, form: str) -> None:
    tag = client.get(PATH).headers["ETag"]

    answer = client.get(PATH, headers={"if-none-match": form.format(tag)})
    other = client.get(PATH, headers={"if-none-match": '"other"'})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert other.status_code == 200


def test_the_schema_is_only_read(client: Client) -> None:
    head, posted = client.head(PATH), client.post(PATH)

    assert (head.status_code, head.content) == (200, b"")
    assert posted.status_code == 405
    assert client.options(PATH).status_code == 204


CLOSED = [
    get_introspection_query(),
    "{ __schema { description } }",
    '{ __typename t: __type(name: "Query") { name } }',
    "{ ...Part } fragment Part on Query { __schema { description } }",
    "{ ... on Query { ... @include(if: true) { __schema { description } } } }",
]


@pytest.mark.parametrize("query", CLOSED)
def test_a_closed_schema_is_not_told_by_introspection(
    client: Client, settings: Any, query: str
) -> None:
    open_ = _codes(client, query)

    settings.GRAPHQL_SCHEMA_PUBLIC = False

    assert open_ == (200, [])
    assert _codes(client, query) == (403, ["SCHEMA_NOT_PUBLIC"])


def test_a_closed_schema_is_not_told_as_a_file(client: Client, settings: Any) -> None:
    settings.GRAPHQL_SCHEMA_PUBLIC = False
    tag = client.get(PATH).headers.get("ETag")

    answer = client.get(PATH, headers={"if-none-match": "*"})

    assert tag is None
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["extensions"] == {"code": "SCHEMA_NOT_PUBLIC"}
    assert b"type Query" not in answer.content


def test_a_closed_schema_still_says_of_which_type_something_is(
    client: Client, settings: Any
) -> None:
    settings.GRAPHQL_SCHEMA_PUBLIC = False

    assert _codes(client, "{ __typename }") == (200, [])


ENUM = "query($o: NewsOrder) { news(orderBy: $o) { totalCount } }"
INPUT = "query($f: NewsFilter) { news(filter: $f) { totalCount } }"


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ newss { totalCount } }", {}),
        (ENUM, {"o": "TITLE_ASK"}),
        (INPUT, {"f": {"topics": []}}),
    ],
)
def test_a_closed_schema_suggests_nothing_even_in_development(
    client: Client, settings: Any, query: str, variables: dict[str, Any]
) -> None:
    settings.GRAPHQL_SCHEMA_PUBLIC = False
    settings.DEBUG = True

    answer = client.post("/graphql", {"query": query, "variables": variables}, "application/json")

    assert answer.json()["errors"]
    assert "Did you mean" not in answer.content.decode()
