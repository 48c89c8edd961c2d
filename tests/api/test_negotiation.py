"""The form of an answer: media type, status, encoding, and which pages may read it."""

import gzip
from typing import Any

import pytest
from django.test import Client

from cms.api.negotiate import accepts_gzip, media_type

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
LONG = "{ " + " ".join(f"a{n}: __typename" for n in range(30)) + " }"
LONGER = "{ __schema { types { name description } } }"


def _post(client: Client, query: str = "{ __typename }", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/graphql", {"query": query}, "application/json", headers=named)


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("", JSON),
        (" ", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"{RESPONSE};q=0.8, {JSON};q=0.9", JSON),
        (f"{JSON}, {RESPONSE}", RESPONSE),
        (f"{JSON}, */*", JSON),
        (f"{RESPONSE}, */*", RESPONSE),
        (f"{RESPONSE};q=0.5, */*;q=0.4", RESPONSE),
        (f"{JSON};q=0, */*", RESPONSE),
        (f"{JSON};q=0, {RESPONSE};q=0", ""),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("APPLICATION/GraphQL-Response+JSON; Charset=UTF-8", RESPONSE),
        (f'{RESPONSE};charset="utf-8"', RESPONSE),
        (f"{RESPONSE};charset=iso-8859-1, {JSON};q=0.1", JSON),
        (f"{JSON};q=none", ""),
        (f"{JSON};q=7", ""),
        (f"{JSON};q=nan", ""),
        ("text/html", ""),
        ("nonsense;;;=,,", ""),
    ],
)
def test_the_media_type_that_is_wanted_most_is_chosen(accept: str, found: str) -> None:
    assert media_type(accept) == found


@pytest.mark.parametrize(("accept", "found"), [(JSON, JSON), (RESPONSE, RESPONSE), ("*/*", JSON)])
def test_an_answer_is_of_the_media_type_that_is_accepted(
    client: Client, accept: str, found: str
) -> None:
    answer = _post(client, accept=accept)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{found}; charset=utf-8"
    assert answer.headers["Vary"] == "Accept"


def test_who_accepts_neither_is_told_what_there_is(client: Client) -> None:
    answer = _post(client, accept="text/html")

    (error,) = answer.json()["errors"]
    assert answer.status_code == 406
    assert answer.headers["Content-Type"] == f"{JSON}; charset=utf-8"
    assert error == {
        "message": f"Answers are `{JSON}` or `{RESPONSE}`; `Accept` allows neither.",
        "extensions": {"code": "NOT_ACCEPTABLE"},
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($id: ID!) { __typename @skip(if: $id) }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($a: Boolean!) { __typename @skip(if: $a) }", "BAD_USER_INPUT"),
        ("query A { __typename } query B { __typename }", "OPERATION_UNKNOWN"),
        ("mutation { __typename }", "OPERATION_NOT_SUPPORTED"),
    ],
)
def test_what_is_wrong_with_the_document_has_a_status_in_the_newer_media_type_alone(
    client: Client, query: str, code: str
) -> None:
    plain, newer = _post(client, query, accept=JSON), _post(client, query, accept=RESPONSE)

    assert (plain.status_code, newer.status_code) == (200, 400)
    assert plain.content == newer.content
    assert plain.json()["errors"][0]["extensions"]["code"] == code
    assert "data" not in plain.json()
    assert plain.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
def test_a_refusal_has_its_status_in_both(client: Client, accept: str) -> None:
    answer = _post(client, "{ " + "__typename " * 501 + "}", accept=accept)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_TOO_COMPLEX"


@pytest.mark.parametrize(
    ("accept_encoding", "is_accepted"),
    [
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("gzip;q=0.5, identity", False),
        ("br", False),
    ],
)
def test_gzip_is_sent_to_who_would_rather_have_it(
    accept_encoding: str, *, is_accepted: bool
) -> None:
    assert accepts_gzip(accept_encoding) is is_accepted


def test_a_long_answer_is_compressed_and_says_so(client: Client) -> None:
    plain, packed = _post(client, LONGER), _post(client, LONGER, accept_encoding="gzip, br")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 3
    assert packed.headers["Content-Length"] == str(len(packed.content))
    assert "Content-Encoding" not in plain.headers
    assert (plain.headers["Vary"], packed.headers["Vary"]) == ("Accept, Accept-Encoding",) * 2
    assert _post(client, LONGER, accept_encoding="gzip").content == packed.content


def test_a_short_answer_stays_as_it_is(client: Client) -> None:
    answer = _post(client, LONG, accept_encoding="gzip")

    assert len(answer.content) < 1024
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept"


def test_pages_of_any_origin_may_read_answers_and_their_headers(client: Client) -> None:
    answer = _post(client, origin="https://any.example")

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Expose-Headers"] == "Age, ETag, Retry-After, X-Request-Id"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://site.example", "https://site.example"),
        ("https://other.example", None),
        ("http://site.example", None),
        ("null", None),
        ("", None),
    ],
)
def test_origins_may_be_named(
    client: Client, settings: Any, origin: str, allowed: str | None
) -> None:
    settings.GRAPHQL_CORS_ORIGINS = ["https://site.example"]

    answer = _post(client, origin=origin)
    asked = client.options("/graphql", headers={"origin": origin})

    assert answer.status_code == 200
    assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    assert asked.headers.get("Access-Control-Allow-Origin") == allowed
    assert (answer.headers["Vary"], asked.headers["Vary"]) == ("Accept, Origin", "Origin")
