"""Requests are traced where that is wanted, and only there."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from cms.api import tracing
from tests.page_factories import make_news, make_world

pytestmark = pytest.mark.django_db
QUERY = 'query Titles { news(first: 5) { nodes { title(as: "secret") } } }'.replace(
    '(as: "secret")', ""
)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracing.switch_on(exporter)
    # The connection of this test was made before.
    tracing._watch(connection)
    yield exporter
    connection.execute_wrappers.remove(tracing._traced)
    tracing.switch_off()


def post(client: Client, query: str = QUERY) -> Any:
    return client.post(
        "/graphql",
        {"query": query},
        content_type="application/json",
        headers={"traceparent": PARENT},
    )


def test_a_request_its_steps_and_its_statements_are_one_trace(
    client: Client, spans: InMemorySpanExporter
) -> None:
    make_news(make_world().news)
    spans.clear()

    answer = post(client)

    found = spans.get_finished_spans()
    (request,) = [span for span in found if span.parent and span.parent.is_remote]
    assert {f"{span.context.trace_id:032x}" for span in found if span.context} == {TRACE}
    assert request.name == "query Titles"
    assert dict(request.attributes or {}) == {
        "http.request.method": "POST",
        "url.path": "/graphql",
        "graphql.operation.type": "query",
        "graphql.operation.name": "Titles",
        "http.response.status_code": 200,
        "request.id": TRACE,
    }
    assert answer.headers["X-Request-Id"] == TRACE
    below = {span.name for span in found if span is not request}
    assert below == {"GraphQL Document Processing", "GraphQL Execution", "SELECT"}


def test_a_statement_is_told_without_what_was_asked(
    client: Client, spans: InMemorySpanExporter
) -> None:
    make_world()
    spans.clear()

    post(client, '{ route(path: "/very-secret/") { status } }')

    statements = [span for span in spans.get_finished_spans() if span.name == "SELECT"]
    assert statements
    for span in statements:
        attributes = dict(span.attributes or {})
        assert attributes["db.system.name"] == connection.vendor
        assert attributes["db.operation.name"] == "SELECT"
        assert "publishing_publisheditem" in str(attributes["db.query.text"])
    everything = str([span.to_json() for span in spans.get_finished_spans()])
    assert "very-secret" not in everything


def test_an_error_is_told_by_its_code(client: Client, spans: InMemorySpanExporter) -> None:
    post(client, "{ nosuch }")

    (request,) = [span for span in spans.get_finished_spans() if span.parent.is_remote]  # type: ignore[union-attr]
    assert (request.attributes or {})["error.type"] == "GRAPHQL_VALIDATION_FAILED"


def test_nothing_is_traced_by_default(client: Client) -> None:
    tracing.switch_on()

    assert tracing.request("", method="POST", path="/graphql") is tracing.span("any")
    assert tracing._traced not in connection.execute_wrappers


def test_who_wants_traces_without_what_sends_them_is_told_at_the_start(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRACES_URL = "http://127.0.0.1:4318/v1/traces"
    monkeypatch.setattr(tracing, "SENDER", "opentelemetry.nothing.of.the.kind")

    with pytest.raises(tracing.TracesUnavailable, match=r"requirements-otel\.txt"):
        tracing.switch_on()

    assert tracing._Tracer.tracer is None
