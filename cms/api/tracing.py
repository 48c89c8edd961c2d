"""Trace requests with OpenTelemetry where a collector is named; elsewhere do nothing, at no cost.

Source: OpenTelemetry's semantic conventions for GraphQL servers, HTTP and databases. The document is
not among the attributes: it may hold what a person has typed.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created

from cms.api.exchange import Facts

SERVICE = "ict-cluster-cms"
SENDER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
_NOTHING: AbstractContextManager[None] = nullcontext()


class TracesUnavailable(Exception):
    """Say that traces are wanted, but what sends them is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "TRACES_URL is set: install deploy/requirements-otel.txt, or leave it empty."
        )


class _Tracer:
    """Hold the tracer of this process, None while traces are off."""

    tracer: Any = None


def switch_on(exporter: Any = None) -> None:
    """Send traces to TRACES_URL from now on; nothing when that is empty.

    Shape: `exporter` takes the spans instead, each at once.
    Raises: TracesUnavailable.
    """
    if exporter is None and not settings.TRACES_URL:
        return
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    except ImportError as error:
        raise TracesUnavailable from error
    provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
    if exporter is None:
        provider.add_span_processor(BatchSpanProcessor(_sender()))
    else:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    _Tracer.tracer = provider.get_tracer("cms.api")
    connection_created.connect(_watch, dispatch_uid="traces")


def switch_off() -> None:
    """Trace nothing any more."""
    _Tracer.tracer = None
    connection_created.disconnect(dispatch_uid="traces")


def _sender() -> Any:
    try:
        found = importlib.import_module(SENDER)
    except ImportError as error:
        raise TracesUnavailable from error
    return found.OTLPSpanExporter(endpoint=settings.TRACES_URL)


def request(traceparent: str, *, method: str, path: str) -> AbstractContextManager[Any]:
    """Trace a request, as part of the trace it came with."""
    if _Tracer.tracer is None:
        return _NOTHING
    return _request(traceparent, {"http.request.method": method, "url.path": path})


@contextmanager
def _request(traceparent: str, attributes: Mapping[str, str]) -> Iterator[Any]:
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    parent = TraceContextTextMapPropagator().extract({"traceparent": traceparent})
    with _Tracer.tracer.start_as_current_span(
        "GraphQL Operation", context=parent, kind=SpanKind.SERVER, attributes=attributes
    ) as span:
        yield span


def span(name: str) -> AbstractContextManager[Any]:
    """Trace one step of a request."""
    if _Tracer.tracer is None:
        return _NOTHING
    found: AbstractContextManager[Any] = _Tracer.tracer.start_as_current_span(name)
    return found


def describe(found: Any, facts: Facts, *, status: int) -> None:
    """Say of a request's span which operation it was and how it ended."""
    if found is None:
        return
    found.set_attribute("graphql.operation.type", "query")
    if facts.operation_name:
        found.update_name(f"query {facts.operation_name}")
        found.set_attribute("graphql.operation.name", facts.operation_name)
    if facts.code:
        found.set_attribute("error.type", str(facts.code))
    found.set_attribute("http.response.status_code", status)
    found.set_attribute("request.id", facts.request_id)


def _watch(connection: Any, **_kwargs: Any) -> None:
    if _traced not in connection.execute_wrappers:
        connection.execute_wrappers.append(_traced)


def _traced(
    execute: Callable[..., Any], statement: str, parameters: Any, many: bool, context: Any
) -> Any:
    if _Tracer.tracer is None:
        return execute(statement, parameters, many, context)
    verb = statement.split(None, 1)[0].upper()
    with _Tracer.tracer.start_as_current_span(verb) as started:
        started.set_attribute("db.system.name", context["connection"].vendor)
        started.set_attribute("db.operation.name", verb)
        # Without its parameters: those are what was asked.
        started.set_attribute("db.query.text", " ".join(statement.split()))
        return execute(statement, parameters, many, context)
