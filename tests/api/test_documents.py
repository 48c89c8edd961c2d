"""Documents by their hash: the trusted ones of the contract, and those that clients register."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from cms.api import documents
from cms.api.exchange import document_id_of
from frontend_contract.check import ROOT
from frontend_contract.operations import read

# What clients register is kept in the cache.
pytestmark = pytest.mark.services
TRUSTED = "query Kind { __typename }\n"
OTHER = "query Other { other: __typename }"
BOTH_WAYS = pytest.mark.parametrize("method", ["GET", "POST"])
NOT_TRUSTED = "Only documents that are registered in the contract with frontends are answered."


@pytest.fixture(autouse=True)
def registry(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Trust one document."""
    entry = {"id": document_id_of(TRUSTED), "name": "Kind", "type": "query", "body": TRUSTED}
    settings.GRAPHQL_DOCUMENTS_FILE = tmp_path / "documents.json"
    settings.GRAPHQL_DOCUMENTS_FILE.write_text(json.dumps({"operations": [entry]}))
    documents.forget()
    yield
    documents.forget()


def _ask(client: Client, method: str = "POST", **parameters: Any) -> Any:
    if method == "POST":
        return client.post("/graphql", parameters, "application/json")
    flat = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in parameters.items()
    }
    return client.get("/graphql", flat)


def _persisted(text: str, **others: Any) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": document_id_of(text), **others}}


def _error(answer: Any) -> tuple[int, str, str]:
    (error,) = answer.json()["errors"]
    assert "data" not in answer.json()
    return answer.status_code, error["extensions"]["code"], error["message"]


@BOTH_WAYS
@pytest.mark.parametrize("prefix", ["", "sha256:"])
def test_a_trusted_document_is_named_by_its_id(client: Client, method: str, prefix: str) -> None:
    answer = _ask(client, method, documentId=prefix + document_id_of(TRUSTED))

    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})


@BOTH_WAYS
def test_a_trusted_document_is_named_as_apollo_names_it(client: Client, method: str) -> None:
    answer = _ask(client, method, extensions=_persisted(TRUSTED))

    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})


def test_every_operation_of_the_contract_is_trusted(settings: Any) -> None:
    found = documents.trusted(ROOT / "generated" / "documents.json")

    assert found == {document_id_of(entry.text): entry.text for entry in read(ROOT)}


@BOTH_WAYS
def test_a_document_that_nobody_knows_is_told_apart(client: Client, method: str) -> None:
    by_id = _ask(client, method, documentId=document_id_of(OTHER))
    as_apollo = _ask(client, method, extensions=_persisted(OTHER))

    message = "There is no document of this id. Send its text as `query`."
    assert _error(by_id) == (404, "DOCUMENT_UNKNOWN", message)
    assert _error(as_apollo) == (200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    assert as_apollo.headers["Cache-Control"] == "no-store"


@BOTH_WAYS
def test_a_client_registers_a_document_by_sending_it_with_its_hash(
    client: Client, method: str
) -> None:
    first = _ask(client, method, query=OTHER, extensions=_persisted(OTHER))
    again = _ask(client, method, extensions=_persisted(OTHER))
    by_id = _ask(client, method, documentId=document_id_of(OTHER))

    assert [answer.json() for answer in (first, again, by_id)] == [{"data": {"other": "Query"}}] * 3


def test_other_processes_know_it_by_the_cache(client: Client) -> None:
    _ask(client, query=OTHER, extensions=_persisted(OTHER))
    documents.forget()

    shared = _ask(client, extensions=_persisted(OTHER))
    cache.clear()
    own = _ask(client, extensions=_persisted(OTHER))

    assert shared.json() == own.json() == {"data": {"other": "Query"}}


def test_the_shared_cache_is_not_believed(client: Client) -> None:
    _ask(client, query=OTHER, extensions=_persisted(OTHER))
    place = documents._place(document_id_of(OTHER))
    documents.forget()
    cache.set(place, "{ __schema { description } }")

    answer = _ask(client, extensions=_persisted(OTHER))

    assert _error(answer)[1] == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "text",
    ["{", "{ nothing }", "mutation { __typename }", "{ " + "__typename " * 501 + "}"],
    ids=["no document", "not valid", "writes", "too large"],
)
def test_a_document_that_is_not_answered_is_not_kept(client: Client, text: str) -> None:
    _ask(client, query=text, extensions=_persisted(text))

    answer = _ask(client, extensions=_persisted(text))

    assert _error(answer)[1] == "PERSISTED_QUERY_NOT_FOUND"
    assert cache.get(documents._place(document_id_of(text))) is None


def test_a_document_sent_without_its_hash_is_not_kept(client: Client) -> None:
    _ask(client, query=OTHER)

    assert _error(_ask(client, documentId=document_id_of(OTHER)))[0] == 404


ID = "A document's id is its SHA-256: 64 digits of `0-9a-f`, or `sha256:` and these."
ONE = "Send one of `query`, `documentId` and `extensions.persistedQuery`."
SHAPE = "`extensions.persistedQuery` must be an object with `version` 1 and `sha256Hash`."


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"documentId": "Kind"}, ID),
        ({"documentId": "SHA256:" + "a" * 64}, ID),
        ({"documentId": "a" * 65}, ID),
        ({"documentId": "a" * 64, "query": OTHER}, ONE),
        ({"documentId": "a" * 64, "extensions": _persisted(OTHER)}, ONE),
        (
            {"query": TRUSTED, "extensions": _persisted(OTHER)},
            "`sha256Hash` is not the SHA-256 of `query`.",
        ),
        ({"extensions": {"persistedQuery": {"version": 1}}}, ID),
        ({"extensions": _persisted(OTHER, sha256Hash=1)}, ID),
        ({"extensions": _persisted(OTHER, version=2)}, SHAPE),
        ({"extensions": _persisted(OTHER, version="1")}, SHAPE),
        ({"extensions": {"persistedQuery": []}}, SHAPE),
    ],
)
def test_an_id_that_is_none_is_refused(
    client: Client, parameters: dict[str, Any], message: str
) -> None:
    assert _error(_ask(client, **parameters)) == (400, "BAD_REQUEST", message)


def test_what_is_kept_is_bounded_by_number_and_never_costs_a_trusted_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "KEPT_MAX", 3)
    texts = [f"{{ a{number}: __typename }}" for number in range(5)]

    for text in texts:
        _ask(client, query=text, extensions=_persisted(text))
    _ask(client, extensions=_persisted(texts[2]))
    _ask(client, query=OTHER, extensions=_persisted(OTHER))

    kept = documents._kept
    assert list(kept.texts.values()) == [texts[4], texts[2], OTHER]
    assert kept.size_bytes == sum(len(text) for text in kept.texts.values())
    assert _ask(client, documentId=document_id_of(TRUSTED)).status_code == 200


def test_what_is_kept_is_bounded_by_bytes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "KEPT_MAX_BYTES", 60)
    texts = [f"{{ ж{number} }}".replace("ж", "a" * 10) for number in range(5)]

    for text in texts:
        documents._kept.put(document_id_of(text), text)

    assert documents._kept.size_bytes <= 60
    assert list(documents._kept.texts.values()) == texts[-4:]


def test_what_is_shared_has_so_many_places_and_no_more() -> None:
    places = {documents._place(document_id_of(str(number))) for number in range(20_000)}

    assert len(places) == documents.SHARED_PLACES


@BOTH_WAYS
def test_where_only_trusted_documents_are_allowed_others_are_refused(
    client: Client, settings: Any, method: str
) -> None:
    _ask(client, query=OTHER, extensions=_persisted(OTHER))
    settings.GRAPHQL_TRUSTED_ONLY = True

    refused = [
        _ask(client, method, query=OTHER),
        _ask(client, method, query=OTHER, extensions=_persisted(OTHER)),
        _ask(client, method, extensions=_persisted(OTHER)),
        _ask(client, method, documentId=document_id_of(OTHER)),
    ]
    answered = [
        _ask(client, method, query=TRUSTED),
        _ask(client, method, extensions=_persisted(TRUSTED)),
        _ask(client, method, documentId=document_id_of(TRUSTED)),
    ]

    assert {_error(answer) for answer in refused} == {(403, "DOCUMENT_NOT_TRUSTED", NOT_TRUSTED)}
    assert {answer.status_code for answer in answered} == {200}


def test_graphiql_says_that_only_trusted_documents_are_allowed(
    client: Client, settings: Any
) -> None:
    settings.GRAPHIQL_ENABLED = True
    settings.GRAPHQL_TRUSTED_ONLY = True

    assert "GRAPHQL_TRUSTED_ONLY is set" in client.get("/graphiql").content.decode()
