"""Strings from clients stay values: no error of ours, nothing of the inside, nothing more found."""

import re
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.test import Client

from cms.api.errors import Code
from cms.api.pipeline import respond
from tests.visibility.secret_world import SecretWorld

pytestmark = pytest.mark.django_db

STRINGS = [
    "owner__password",
    "-owner__password__startswith",
    "?",
    "*",
    "' OR '1'='1",
    '" OR 1=1 --',
    "'; DROP TABLE auth_user; --",
    "1 UNION SELECT password FROM auth_user",
    "%",
    "_",
    "%%%s",
    "%s%s%s",
    "{0.__class__}",
    "\\",
    "\\%",
    "\x00",
    "a\x00b",
    "\ud7ff\ufffd\U0010ffff",
    "\u202e\u200b",
    "İ",
    "../../etc/passwd",
    "/" * 2000,
    "9" * 400,
    "-1",
    "1e999",
    "NaN",
    "page:1",
    "term:1",
    "admin",
    "",
    " ",
]
INSIDE = re.compile(
    r"Traceback|Cannot resolve|has no attribute|SELECT |FROM |sqlite|psycopg|publishing_|auth_user"
    rf"|{re.escape(str(settings.PROJECT_DIR))}|\.py\b|wagtail|grapple|graphene|DataError|OperationalError|INTERNAL_SERVER_ERROR"
    r"|SERVICE_UNAVAILABLE",
)

CALLS = {
    "news by project": "query ($v: ID) { news(filter: {projectId: $v}) { totalCount nodes { id } } }",
    "news by topic": (
        "query ($v: String!) { news(filter: {topics: [$v]}) { totalCount nodes { id } } }"
    ),
    "projects by programme": (
        "query ($v: ID) { projects(filter: {programmeId: $v}) { totalCount nodes { id } } }"
    ),
    "projects by country": (
        "query ($v: String!) { projects(filter: {countries: [$v]}) { totalCount nodes { id } } }"
    ),
    "events by project": (
        "query ($v: ID) { events(filter: {projectId: $v}) { totalCount nodes { id } } }"
    ),
    "events by topic": (
        "query ($v: String!) { events(filter: {topics: [$v]}) { totalCount nodes { id } } }"
    ),
    "search by type": (
        'query ($v: String!) { search(text: "i", filter: {types: [$v]})'
        " { totalCount nodes { highlight } } }"
    ),
}
OTHER_CALLS = {
    "site": "query ($v: String) { news(site: $v) { totalCount } }",
    "cursor": "query ($v: String) { news(after: $v) { nodes { id } } }",
    "cursor of events": "query ($v: String) { events(after: $v) { nodes { id } } }",
    "cursor of changes": "query ($v: String) { changes(after: $v) { cursor } }",
    "id": "query ($v: ID!) { node(id: $v) { id } }",
    "ids": "query ($v: ID!) { nodes(ids: [$v]) { id } }",
    "path": "query ($v: String!) { route(path: $v) { status page { id } } }",
    "text": "query ($v: String!) { search(text: $v) { totalCount nodes { highlight } } }",
    "order": "query ($v: NewsOrder) { news(orderBy: $v) { totalCount } }",
    "locale": "query ($v: Locale) { news(locale: $v) { totalCount } }",
    "date": "query ($v: Date) { news(filter: {publishedOn: {from: $v}}) { totalCount } }",
    "instant": "query ($v: DateTime) { events(filter: {from: $v}) { totalCount } }",
}


def told(query: str, value: Any) -> tuple[int, Any]:
    answer = respond(orjson.dumps({"query": query, "variables": {"v": value}}))
    # A refusal may repeat what was sent.
    ours = answer.body.decode().replace(str(value), "")
    assert not INSIDE.search(ours), answer.body
    return answer.status, orjson.loads(answer.body)


@pytest.mark.parametrize("value", STRINGS)
def test_a_hostile_filter_finds_nothing(secret_world: SecretWorld, value: str) -> None:
    for name, query in CALLS.items():
        status, content = told(query, value)

        (found,) = content["data"].values()
        assert (name, status, found) == (name, 200, {"totalCount": 0, "nodes": []})


@pytest.mark.parametrize("value", STRINGS)
def test_a_hostile_argument_is_answered_or_refused_in_our_words(
    secret_world: SecretWorld, value: str
) -> None:
    for query in OTHER_CALLS.values():
        status, content = told(query, value)

        codes = {error["extensions"]["code"] for error in content.get("errors", ())}
        assert status in (200, 400)
        assert codes <= {Code.BAD_USER_INPUT.value}


@pytest.mark.parametrize("wildcard", ["%", "_", "%i%", "i_", "\\", "*", "?"])
def test_wildcards_are_letters_in_a_search(secret_world: SecretWorld, wildcard: str) -> None:
    query = "query ($v: String!) { search(text: $v) { totalCount facets { name } } }"

    assert told(query, wildcard)[1]["data"]["search"] == {"totalCount": 0, "facets": []}


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (OTHER_CALLS["date"], "0001-01-01"),
        (OTHER_CALLS["date"], "9999-12-31"),
        ("query ($v: Date) { news(filter: {publishedOn: {to: $v}}) { totalCount } }", "9999-12-31"),
        ("query ($v: Date) { news(filter: {publishedOn: {to: $v}}) { totalCount } }", "0001-01-01"),
        (OTHER_CALLS["instant"], "0001-01-01T00:00:00+14:00"),
        (OTHER_CALLS["instant"], "9999-12-31T23:59:59-12:00"),
        (OTHER_CALLS["instant"], "2026-01-01T00:00:00"),
        (
            "query ($v: DateTime) { events(filter: {to: $v}) { totalCount } }",
            "0001-01-01T00:00:00+14:00",
        ),
        ("query ($v: Int) { news(first: $v) { totalCount } }", 2**31 - 1),
        ("query ($v: Int) { news(first: $v) { totalCount } }", -(2**31)),
        ("query ($v: Int) { news(first: $v) { totalCount } }", 1e21),
        ("query ($v: Int) { news(first: $v) { totalCount } }", 0),
        ("query ($v: String!) { search(text: $v) { totalCount } }", "a " * 200),
        ("query ($v: String!) { search(text: $v) { totalCount } }", "x" * 5000),
    ],
)
def test_values_at_the_edge_are_answered_or_refused_in_our_words(
    secret_world: SecretWorld, query: str, value: Any
) -> None:
    status, content = told(query, value)

    assert status in (200, 400)
    assert {error["extensions"]["code"] for error in content.get("errors", ())} <= {
        Code.BAD_USER_INPUT.value
    }


@pytest.mark.parametrize(
    "cursor",
    [
        b'["SORT_AT_DESC", "0001-01-01T00:00:00+14:00", "x"]',
        b'["SORT_AT_DESC", "2026-01-01", "x"]',
        b'["SORT_AT_DESC", "2026-01-01T00:00:00", "\\u0000"]',
        b'["SORT_AT_DESC", null, "x"]',
        b'["TITLE_ASC", "x", "y"]',
        b'["SORT_AT_DESC"]',
        b"{}",
        b"[[[[[[[[",
        b"\xff\xfe",
    ],
)
def test_a_cursor_made_by_hand_is_answered_or_refused(
    secret_world: SecretWorld, cursor: bytes
) -> None:
    import base64

    status, content = told(OTHER_CALLS["cursor"], base64.urlsafe_b64encode(cursor).decode())

    assert status in (200, 400)
    assert {error["extensions"]["code"] for error in content.get("errors", ())} <= {
        Code.BAD_USER_INPUT.value
    }


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe\x00",
        b'{"query": 1}',
        b'{"query": "{"}',
        b'{"query": "{ nosuch }"}',
        b'{"query": "{ owner { password } }"}',
        b'{"query": "{ news(order: \\"owner__password\\") { totalCount } }"}',
        b'{"query": "{ cluster { owner { password } revisions { content } } }"}',
        b'{"query": "mutation { x }"}',
        b'{"query": "subscription { x }"}',
        b'{"query": "{ news { nodes { id } } }", "variables": []}',
        b'{"query": "query A { news { totalCount } }", "operationName": "B"}',
        b'{"query": "query ($v: Int!) { news(first: $v) { totalCount } }"}',
        b'{"query": "query ($v: User) { news { totalCount } }"}',
        b'{"query": "\\ud800"}',
        b'{"query": "{ __type(name: \\"User\\") { name } }"}',
    ],
)
def test_a_bad_request_is_refused_without_anything_of_the_inside(
    secret_world: SecretWorld, client: Client, body: bytes
) -> None:
    # The media type whose status says whether something was refused.
    headers = {"accept": "application/graphql-response+json"}

    answer = client.post("/graphql", body, content_type="application/json", headers=headers)

    assert answer.status_code in (200, 400)
    assert not INSIDE.search(answer.content.decode())
    if answer.status_code == 200:
        assert answer.json() == {"data": {"__type": None}}
