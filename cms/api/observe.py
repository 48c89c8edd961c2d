"""Note what operators want to know of each request: its id, how long, how much, who asked, how it ended.

The pipeline says when a request begins and how it ended; what answers before the pipeline says `hit`.
Nothing here waits for anything: numbers go to memory, and are written down outside of requests.
"""

import logging
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from django.conf import settings

from cms.api import tracing
from cms.api.exchange import Asked, Facts, Reply, document_id_of
from cms.api.tallies import EXECUTED, OK, TALLIES
from cms.api.usage.counting import COUNTING
from cms.logs import REQUEST_ID, request_id_of

logger = logging.getLogger("cms.api.requests")
HEADER = "X-Request-Id"


class Request:
    """Observe one request from its begin to its end, whatever happens in between."""

    __slots__ = ("_asked", "_facts", "_mark", "_span", "_tracing")

    def __init__(self, asked: Asked, facts: Facts) -> None:
        self._asked = asked
        self._facts = facts

    def __enter__(self) -> Self:
        """Give the request its id, which every line logged for it carries, and count it as begun."""
        asked, facts = self._asked, self._facts
        traceparent = asked.environ.get("HTTP_TRACEPARENT") or ""
        facts.request_id = request_id_of(asked.environ)
        self._mark = REQUEST_ID.set(facts.request_id)
        TALLIES.begin()
        self._tracing = tracing.request(traceparent, method=asked.method, path=asked.path)
        self._span = self._tracing.__enter__()
        return self

    def finished(self, reply: Reply) -> Reply:
        """Count the request as it was answered, and tell the client its id."""
        facts = self._facts
        seconds = time.perf_counter() - facts.started
        reply.headers.append((HEADER, facts.request_id))
        name = TALLIES.name(facts.operation_name, is_trusted=facts.is_trusted)
        key = (name, facts.code or OK, facts.cached or EXECUTED)
        TALLIES.count(key, seconds, cost=facts.cost, statements=facts.sql)
        if facts.is_answered:
            _count_use(self._asked, facts)
        _log(facts, seconds, status=reply.status)
        tracing.describe(self._span, facts, status=reply.status)
        return reply

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Let the request go."""
        TALLIES.end()
        self._tracing.__exit__(kind, raised, where)
        REQUEST_ID.reset(self._mark)


def hit(
    environ: Mapping[str, Any],
    *,
    operation_name: str,
    document_id: str,
    is_trusted: bool,
    cache: str,
    started: float,
    named: tuple[str, ...] = (),
) -> str:
    """Count an answer that a cache had before the pipeline began, and return the request's id.

    Shape: `cache` is a short word for which cache it was.
    Units: `started` is `time.perf_counter()`, seconds.
    """
    name = TALLIES.name(operation_name, is_trusted=is_trusted)
    TALLIES.count((name, OK, cache), time.perf_counter() - started)
    COUNTING.count(
        document_id=document_id,
        operation=operation_name,
        client=client_of(environ),
        is_trusted=is_trusted,
        is_cached=True,
    )
    if named:
        COUNTING.count_named(
            named,
            document_id=document_id,
            operation=operation_name,
            client=client_of(environ),
            is_trusted=is_trusted,
        )
    return request_id_of(environ)


def client_of(environ: Mapping[str, Any]) -> str:
    """Return the name that a client gives itself."""
    name: str = (
        environ.get("HTTP_GRAPHQL_CLIENT_NAME")
        or environ.get("HTTP_APOLLOGRAPHQL_CLIENT_NAME")
        or ""
    )
    return name


def _count_use(asked: Asked, facts: Facts) -> None:
    question = facts.question
    if question is None:
        return
    COUNTING.count(
        document_id=facts.document_id or document_id_of(question.text),
        operation=facts.operation_name,
        client=client_of(asked.environ),
        text=question.text,
        is_trusted=facts.is_trusted,
        is_cached=bool(facts.cached),
    )
    if facts.named:
        COUNTING.count_named(
            facts.named,
            document_id=facts.document_id or document_id_of(question.text),
            operation=facts.operation_name,
            client=client_of(asked.environ),
            is_trusted=facts.is_trusted,
        )


def _log(facts: Facts, seconds: float, *, status: int) -> None:
    most = settings.SLOW_OPERATION_MILLISECONDS
    if most and seconds * 1000 > most:
        told = _told(facts, seconds, status=status)
        logger.warning("slow operation: %s", _words(told), extra={"facts": told})
    elif facts.code and logger.isEnabledFor(logging.INFO):
        told = _told(facts, seconds, status=status)
        logger.info("answered with an error: %s", _words(told), extra={"facts": told})
    elif logger.isEnabledFor(logging.DEBUG):
        told = _told(facts, seconds, status=status)
        logger.debug("answered: %s", _words(told), extra={"facts": told})


def _told(facts: Facts, seconds: float, *, status: int) -> dict[str, str | int | float]:
    """Return what the log may hold of a request: never the query, its variables or who asked."""
    text = facts.question.text if facts.question else ""
    # A name that nobody registered is a client's own text: only its document is named.
    return {
        "operation": facts.operation_name if facts.is_trusted else "-",
        "document": facts.document_id or (document_id_of(text) if text else "-"),
        "status": status,
        "code": facts.code or OK,
        "duration_ms": round(seconds * 1000, 1),
        "sql": facts.sql,
        "cost": facts.cost,
        "cache": facts.cached or EXECUTED,
    }


def _words(told: dict[str, str | int | float]) -> str:
    return " ".join(f"{name}={value}" for name, value in told.items())
