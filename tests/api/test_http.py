"""The door of the API: what is taken in, what is turned away, and that nobody is recognised."""

import gzip
from typing import Any

import orjson
import pytest
from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.api.limits import BODY_MAX_BYTES
from cms.publishing.reading.context import ReadContext
from tests.page_factories import World, make_news, make_world

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
QUERY = "{ news { totalCount nodes { title } } }"


@pytest.fixture
def world(db: None) -> World:
    """Return a site with one news item."""
    world = make_world()
    make_news(world.news, title="One")
    return world


def _post(client: Client, body: Any = None, **options: Any) -> Any:
    content = body if isinstance(body, bytes) else orjson.dumps(body or {"query": QUERY})
    return client.post("/graphql", content, **{"content_type": JSON, **options})


def _error(answer: Any) -> tuple[int, str, str]:
    (error,) = answer.json()["errors"]
    assert "data" not in answer.json()
    return answer.status_code, error["extensions"]["code"], error["message"]


def _headers(answer: Any) -> dict[str, str]:
    """Return the headers that are the same for everybody: the request's id is each one's own."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}


@pytest.mark.usefixtures("world")
def test_an_operation_is_answered_as_json_that_anybody_may_read(client: Client) -> None:
    answer = _post(client)

    assert answer.status_code == 200
    assert answer.content == b'{"data":{"news":{"totalCount":1,"nodes":[{"title":"One"}]}}}'
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Credentials": None,
    "Cache-Control": "no-store",
    "Set-Cookie": None,
    "Vary": "Accept",
}


@pytest.mark.usefixtures("world")
def test_a_charset_may_be_named(client: Client) -> None:
    assert _post(client, content_type="application/json; charset=utf-8").status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_an_operation_is_sent_with_get_or_post(client: Client, method: str) -> None:
    answer = getattr(client, method)("/graphql")

    assert answer.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert _error(answer) == (
        405,
        "METHOD_NOT_ALLOWED",
        f"Send the operation with GET or POST, not {method.upper()}.",
    )


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
        "application/json; charset=utf-16",
        "application/jsonp",
    ],
)
def test_only_json_is_taken_in(client: Client, content_type: str) -> None:
    answer = _post(client, content_type=content_type)

    assert _error(answer) == (
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "Send the operation as `application/json`, in UTF-8.",
    )


def test_a_body_is_sent_as_it_is(client: Client) -> None:
    body = gzip.compress(orjson.dumps({"query": QUERY}))

    answer = _post(client, body, headers={"content-encoding": "gzip"})

    message = "Send the body as it is, without `Content-Encoding`."
    assert _error(answer) == (415, "UNSUPPORTED_MEDIA_TYPE", message)


@pytest.mark.usefixtures("world")
def test_a_body_may_have_so_many_bytes_and_no_more(client: Client) -> None:
    body = orjson.dumps({"query": QUERY})

    full = _post(client, body.ljust(BODY_MAX_BYTES))
    over = _post(client, body.ljust(BODY_MAX_BYTES + 1))

    assert full.status_code == 200
    assert _error(over) == (413, "BODY_TOO_LARGE", "The body has more than 102400 bytes.")


NOT_JSON = "The body is not valid JSON."
NO_QUERY = "`query` must be the text of a GraphQL document."
NOTHING = "Send `query`, the text of a document, or `documentId`."
NO_OBJECT = "The body must be a JSON object with `query` or `documentId`."
NO_VARIABLES = "`variables` must be an object."
TWICE = "The body has an object with the same key twice."


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", NOT_JSON),
        (b'{"query": "{a}"} {}', NOT_JSON),
        (b'{"query": NaN}', NOT_JSON),
        (b'{"query": "\xff"}', NOT_JSON),
        (b'{"query": "\\ud800"}', NOT_JSON),
        (b"[" * 5_000, NOT_JSON),
        (b'[{"query": "{__typename}"}]', "Send one operation a request; lists are not answered."),
        (b"[]", "Send one operation a request; lists are not answered."),
        (b"1", NO_OBJECT),
        (b"null", NO_OBJECT),
        (b"{}", NOTHING),
        (b'{"query": null}', NOTHING),
        (b'{"query": "{__typename}", "extensions": []}', "`extensions` must be an object."),
        (b'{"documentId": 1}', "`documentId` must be text."),
        (b'{"query": 1}', NO_QUERY),
        (b'{"query": "  "}', NO_QUERY),
        (b'{"query": "{__typename}", "variables": []}', NO_VARIABLES),
        (b'{"query": "{__typename}", "variables": "{}"}', NO_VARIABLES),
        (b'{"query": "{__typename}", "variables": 0}', NO_VARIABLES),
        (b'{"query": "{__typename}", "operationName": 1}', "`operationName` must be text."),
        (b'{"query": "{__typename}", "query": "{news{totalCount}}"}', TWICE),
        (b'{"query": "{__typename}", "variables": {"a": 1, "a": 2}}', TWICE),
        (b'{"query": "{__typename}", "variables": {"a": [{"b": 1, "\\u0062": 2}]}}', TWICE),
    ],
)
def test_a_body_that_is_no_request_is_refused(client: Client, body: bytes, message: str) -> None:
    assert _error(_post(client, body)) == (400, "BAD_REQUEST", message)


def test_a_body_may_nest_as_deeply_as_it_likes(client: Client) -> None:
    nested = b"[" * 1_000 + b"]" * 1_000
    body = b'{"query": "{__typename}", "variables": {"a": ' + nested + b"}}"

    assert _post(client, body).status_code in (200, 400)


def test_null_stands_for_what_is_left_out(client: Client) -> None:
    body: dict[str, Any] = {
        "query": "{ __typename }",
        "variables": None,
        "operationName": None,
        "extensions": {},
    }

    answer = _post(client, body)

    assert answer.json() == {"data": {"__typename": "Query"}}


BOTH = "query One { one: __typename } query Two { two: __typename }"


@pytest.mark.parametrize("name", [None, "", "Three"])
def test_which_of_several_operations_is_meant_must_be_said(
    client: Client, name: str | None
) -> None:
    refused = _post(client, {"query": BOTH, "operationName": name})
    answered = _post(client, {"query": BOTH, "operationName": "Two"})

    message = "`operationName` must name one operation of the document."
    assert _error(refused) == (200, "OPERATION_UNKNOWN", message)
    assert answered.json() == {"data": {"two": "Query"}}


def test_a_document_without_an_operation_is_refused(client: Client) -> None:
    answer = _post(client, {"query": "fragment Part on Query { __typename }"})

    assert _error(answer)[:2] == (200, "GRAPHQL_VALIDATION_FAILED")


@pytest.mark.parametrize("kind", ["mutation", "subscription"])
def test_nothing_can_be_written(client: Client, kind: str) -> None:
    answer = _post(client, {"query": f"{kind} {{ anything }}"}, headers={"accept": RESPONSE})

    assert _error(answer) == (
        400,
        "OPERATION_NOT_SUPPORTED",
        "This API is read-only: it answers queries, nothing else.",
    )


def test_another_origin_may_ask_what_it_may_send(client: Client) -> None:
    answer = client.options("/graphql", headers={"origin": "https://portal.example"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS"
    assert answer.headers["Access-Control-Allow-Headers"].startswith("Accept, Content-Type, ")
    assert answer.headers["Access-Control-Max-Age"] == "86400"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Vary" not in answer.headers


@pytest.mark.usefixtures("world")
def test_an_administrator_is_answered_like_a_stranger(client: Client) -> None:
    stranger = _post(client)
    administrator = Client(enforce_csrf_checks=True)
    administrator.force_login(get_user_model().objects.create_superuser("chief"))

    with CaptureQueriesContext(connection) as captured:
        answer = _post(administrator)

    assert (answer.status_code, answer.content) == (stranger.status_code, stranger.content)
    assert _headers(answer) == _headers(stranger)
    assert not answer.cookies
    assert [q["sql"] for q in captured if "session" in q["sql"] or "auth_user" in q["sql"]] == []


@pytest.mark.usefixtures("world")
def test_cookies_that_mean_nothing_change_nothing(client: Client) -> None:
    stranger = _post(client)
    client.cookies.load({"sessionid": "x", "csrftoken": "y", "messages": "z"})

    answer = _post(client)

    assert (answer.content, _headers(answer)) == (stranger.content, _headers(stranger))
    assert "Set-Cookie" not in answer.serialize_headers().decode()
    assert {name: morsel.value for name, morsel in client.cookies.items()} == {
        "sessionid": "x",
        "csrftoken": "y",
        "messages": "z",
    }


def test_the_host_decides_nothing(client: Client, world: World) -> None:
    for host in ("testserver", "cms.test", "files.test"):
        answer = _post(client, {"query": "{ siteSettings { key } }"}, headers={"host": host})

        assert answer.json() == {"data": {"siteSettings": {"key": world.settings.site_key}}}


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_said_to_be_away(
    client: Client, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    def fail(*_arguments: Any) -> None:
        raise kind("could not connect to secret-host")

    monkeypatch.setattr(ReadContext, "query", fail)

    answer = _post(client)

    message = "The content is not reachable at the moment. Try again in a few seconds."
    assert _error(answer) == (503, "SERVICE_UNAVAILABLE", message)
    assert answer.headers["Retry-After"] == "5"
    assert b"secret" not in answer.content
