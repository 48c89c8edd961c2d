"""Answer one GraphQL request from HTTP to HTTP.

Reads top to bottom like a recipe: accept, parse, limit, look up, execute, shape errors, store, headers.
The stages know nothing of each other; only this file knows the order.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError, connections

from cms.api import headers, observe, tracing
from cms.api.accept import question_in, question_of
from cms.api.errors import Code, Refused, masked, shape
from cms.api.exchange import Asked, Facts, Question, Reply
from cms.api.parse import chosen, prepare
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation, answer

UNREACHABLE = (InterfaceError, OperationalError)
UNREACHABLE_MESSAGE = "The content is not reachable at the moment. Try again in a few seconds."


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what a client is told: the HTTP status and the JSON body."""

    status: int
    body: bytes


def reply(asked: Asked, *, context: ReadContext | None = None) -> Reply:
    """Return the reply to an HTTP request; never raises.

    Shape: `context` is given for a reader who is known, or who previews; such a reply is nobody else's.
    """
    if asked.method == "OPTIONS":
        return headers.preflight(asked)
    facts = Facts()
    with observe.Request(asked, facts) as request:
        try:
            facts.question = question_of(asked)
            answered = _answered(facts.question, facts, context)
        except Exception as error:  # noqa: BLE001 - a client is answered whatever goes wrong here
            answered = failed(error, facts)
        return request.finished(headers.finish(asked, Reply(answered.status, answered.body)))


def respond(body: bytes, *, context: ReadContext | None = None) -> Answer:
    """Return the answer to the body of a request; never raises."""
    try:
        return _answered(question_in(body), Facts(), context)
    except Exception as error:  # noqa: BLE001 - as above
        return failed(error)


def failed(error: Exception, facts: Facts | None = None) -> Answer:
    """Return the answer to a request that is refused, or that we could not answer."""
    if isinstance(error, UNREACHABLE):
        error = Refused(Code.SERVICE_UNAVAILABLE, UNREACHABLE_MESSAGE, status=503)
    code = error.code if isinstance(error, Refused) else Code.INTERNAL_SERVER_ERROR
    if facts is not None:
        facts.code = code
    if isinstance(error, Refused):
        return Answer(error.status, orjson.dumps({"errors": error.errors}))
    return Answer(500, orjson.dumps({"errors": [masked(error)]}))


def let_go() -> None:
    """Give back connections that broke or are too old, as Django does at the end of a request."""
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()


def _answered(question: Question, facts: Facts, context: ReadContext | None) -> Answer:
    with tracing.span("GraphQL Document Processing"):
        prepared = prepare(question.text)
    node = chosen(prepared, question.operation_name)
    facts.operation_name = node.name.value if node.name else ""
    facts.is_answered = True
    operation = Operation(prepared.document, question.operation_name)
    context = context or ReadContext()
    try:
        return _executed(operation, question.variables, context, facts)
    finally:
        facts.sql = context.statements


def _executed(
    operation: Operation, variables: dict[str, Any] | None, context: ReadContext, facts: Facts
) -> Answer:
    with tracing.span("GraphQL Execution"):
        result = answer(operation, variables, context)
    for error in result.errors or ():
        if isinstance(error.original_error, UNREACHABLE):
            raise error.original_error
    errors = [shape(error, fallback=Code.BAD_USER_INPUT) for error in result.errors or ()]
    if errors:
        facts.code = errors[0]["extensions"]["code"]
    body: dict[str, Any] = {"errors": errors} if errors else {}
    body["data"] = result.data
    refused_outright = result.data is None and all(not error.path for error in result.errors or ())
    return Answer(400 if errors and refused_outright else 200, orjson.dumps(body, default=str))
