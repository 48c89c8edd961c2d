"""Answer one GraphQL request from HTTP to HTTP.

Reads top to bottom like a recipe: accept, parse, limit, look up, execute, shape errors, store, headers.
The stages know nothing of each other; only this file knows the order.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError

from cms.api import documents, headers, negotiate
from cms.api.accept import question_in, question_of
from cms.api.errors import Code, Refused, masked, shape
from cms.api.exchange import Asked, Facts, Question, Reply
from cms.api.held import heal
from cms.api.parse import chosen, prepare
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation, answer

UNREACHABLE = (InterfaceError, OperationalError)
UNREACHABLE_MESSAGE = "The content is not reachable at the moment. Try again in a few seconds."


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what a client is told: the HTTP status and the JSON body.

    Shape: `status` is that of `application/graphql-response+json`; `code` is that of the first error.
    """

    status: int
    body: bytes
    code: str = ""


def reply(asked: Asked, *, context: ReadContext | None = None) -> Reply:
    """Return the reply to an HTTP request; never raises.

    Shape: `context` is given for a reader who is known, or who previews; such a reply is nobody else's.
    """
    if asked.method == "OPTIONS":
        return headers.preflight(asked)
    facts = Facts()
    try:
        facts.question = question_of(asked)
        answered = _answered(facts.question, facts, context)
    except Exception as error:  # noqa: BLE001 - a client is answered whatever goes wrong here
        answered = failed(error)
    media = facts.question.media_type if facts.question else negotiate.JSON
    status = negotiate.status(answered.status, answered.code, media)
    if answered.code == Code.OPERATION_NOT_SUPPORTED and asked.method != "POST":
        status = 405
    return headers.finish(asked, Reply(status, answered.body))


def respond(body: bytes, *, context: ReadContext | None = None) -> Answer:
    """Return the answer to the body of a request; never raises."""
    try:
        return _answered(question_in(body), Facts(), context)
    except Exception as error:  # noqa: BLE001 - as above
        return failed(error)


def failed(error: Exception) -> Answer:
    """Return the answer to a request that is refused, or that we could not answer."""
    if isinstance(error, UNREACHABLE):
        error = Refused(Code.SERVICE_UNAVAILABLE, UNREACHABLE_MESSAGE, status=503)
    if isinstance(error, Refused):
        code = str(error.errors[0]["extensions"]["code"])
        return Answer(error.status, orjson.dumps({"errors": error.errors}), code=code)
    body = orjson.dumps({"errors": [masked(error)]})
    return Answer(500, body, code=Code.INTERNAL_SERVER_ERROR)


def _answered(question: Question, facts: Facts, context: ReadContext | None) -> Answer:
    documents.resolve(question)
    facts.document_id, facts.is_trusted = question.document_id, question.is_trusted
    prepared = prepare(question.text)
    chosen(prepared, question.operation_name)
    documents.register(question)
    operation = Operation(prepared.document, question.operation_name)
    try:
        return _executed(operation, question.variables, context or ReadContext())
    except UNREACHABLE:
        # The database was restarted, or dropped our connection, since the last request.
        if not heal():
            raise
        return _executed(operation, question.variables, context or ReadContext())


def _executed(
    operation: Operation, variables: dict[str, Any] | None, context: ReadContext
) -> Answer:
    result = answer(operation, variables, context)
    for error in result.errors or ():
        if isinstance(error.original_error, UNREACHABLE):
            raise error.original_error
    errors = [shape(error, fallback=Code.BAD_USER_INPUT) for error in result.errors or ()]
    body: dict[str, Any] = {"errors": errors} if errors else {}
    refused_outright = result.data is None and all(not error.path for error in result.errors or ())
    if not refused_outright:
        body["data"] = result.data
    code = errors[0]["extensions"]["code"] if errors else ""
    status = 400 if errors and refused_outright else 200
    return Answer(status, orjson.dumps(body, default=str), code=code)
