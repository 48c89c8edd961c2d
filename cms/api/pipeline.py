"""Answer one GraphQL request from HTTP to HTTP.

Reads top to bottom like a recipe: accept, parse, limit, look up, execute, shape errors, store, headers.
The stages know nothing of each other; only this file knows the order.
"""

import functools
import time
from dataclasses import dataclass, replace
from typing import Any

import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from cms.api import freshness, headers, limits, observe, rates, spending, tracing
from cms.api.accept import question_in, question_of
from cms.api.cache.answers import Made, Outcome, answers
from cms.api.cache.doorway import KEY, doorway
from cms.api.cache.kept import Kept
from cms.api.cache.keys import document_id_of, key_of
from cms.api.errors import Code, Refused, masked, shape
from cms.api.exchange import Asked, Facts, Headers, Question, Reply
from cms.api.parse import chosen, prepare
from cms.gate import Busy, Gate
from cms.publishing.reading.answering import answer_bytes
from cms.publishing.reading.budget import BudgetSpent
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.dependencies import tags_of
from cms.publishing.reading.execute import Operation

UNREACHABLE = (InterfaceError, OperationalError)
NO_DATA = b'{"data":null}'
UNREACHABLE_MESSAGE = "The content is not reachable at the moment. Try again in a few seconds."


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what a client is told: the HTTP status and the JSON body.

    Shape: `is_whole` when there is no error in it; `kept` when it is kept for anybody.
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    kept: Outcome | None = None
    is_whole: bool = False


def reply(asked: Asked, *, context: ReadContext | None = None) -> Reply:
    """Return the reply to an HTTP request; never raises.

    Shape: `context` is given for a reader who is known, or who previews; such a reply is nobody else's.
    """
    if asked.method == "OPTIONS":
        return headers.preflight(asked)
    facts = Facts(client=rates.client_of(asked, is_known=context is not None))
    with observe.Request(asked, facts) as request:
        try:
            rates.admit(facts.client)
            facts.question = question_of(asked)
            answered = _answered(facts.question, facts, context)
        except Exception as error:  # noqa: BLE001 - a client is answered whatever goes wrong here
            answered = failed(error, facts)
            if answered.status == 400:
                rates.note(facts.client, rates.REFUSED_COST)
        more: Headers = list(answered.headers)
        finished = headers.finish(asked, Reply(answered.status, answered.body, more))
        return request.finished(_remembered(asked, finished, answered.kept, facts))


def respond(body: bytes, *, context: ReadContext | None = None) -> Answer:
    """Return the answer to the body of a request; never raises."""
    try:
        return _answered(question_in(body), Facts(), context)
    except Exception as error:  # noqa: BLE001 - as above
        return failed(error)


def failed(error: Exception, facts: Facts | None = None) -> Answer:
    """Return the answer to a request that is refused, or that we could not answer."""
    if isinstance(error, (*UNREACHABLE, Busy)):
        error = Refused(Code.SERVICE_UNAVAILABLE, UNREACHABLE_MESSAGE, status=503)
    if isinstance(error, BudgetSpent):
        error = spending.overspent(error)
    code = error.code if isinstance(error, Refused) else Code.INTERNAL_SERVER_ERROR
    if facts is not None:
        facts.code = code
    if isinstance(error, Refused):
        return Answer(error.status, orjson.dumps({"errors": error.errors}), error.headers)
    return Answer(500, orjson.dumps({"errors": [masked(error)]}))


def let_go() -> None:
    """Give back connections that broke or are too old, as Django does at the end of a request."""
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()


def _answered(question: Question, facts: Facts, context: ReadContext | None) -> Answer:
    limits.check_variables(question.variables)
    question.document_id = question.document_id or document_id_of(question.text)
    facts.document_id = question.document_id
    with tracing.span("GraphQL Document Processing"):
        prepared = prepare(question.text, document_id=question.document_id)
    node = chosen(prepared, question.operation_name)
    facts.operation_name = node.name.value if node.name else ""
    plan = prepared.cost_plan(node)
    facts.cost = plan.within(question.variables)
    facts.is_answered = True
    told = plan.told(question.extensions, question.variables)
    operation = Operation(prepared.document, question.operation_name)
    cache = answers()

    def execute(reader: ReadContext) -> Answer:
        rates.take(facts.client, facts.cost)
        reader.budget = spending.allowance()
        try:
            with _gate(), tracing.span("GraphQL Execution"):
                return _executed(operation, question.variables, reader, facts, extensions=told)
        finally:
            facts.sql = reader.statements

    if context is not None or cache is None:
        # What is shown to one who is known, or who previews, is nobody else's.
        return execute(context or ReadContext())

    def make() -> Made:
        fresh = ReadContext()
        return _made(execute(fresh), fresh)

    outcome = cache.answer(key_of(question, node), make)
    facts.cached = outcome.found_in
    if outcome.made is not None:
        made: Answer = outcome.made.answer
        return replace(made, kept=outcome if outcome.kept else None)
    assert outcome.kept is not None
    return Answer(200, outcome.kept.body, kept=outcome)


@functools.cache
def _gate() -> Gate:
    """Return the places in which operations are executed."""
    return Gate(settings.REQUESTS_AT_ONCE, patience_seconds=spending.DEADLINE_SECONDS)


def _made(made: Answer, context: ReadContext) -> Made:
    """Return an answer with what the cache must know to keep it; one with errors is not kept."""
    if not made.is_whole:
        return Made(made)
    clock = (context.clock, context.epoch) if context.results else None
    return Made(made, Kept(made.body, tags_of(context)), clock)


def _remembered(asked: Asked, reply: Reply, kept: Outcome | None, facts: Facts) -> Reply:
    """Return a reply that says how it may be kept, and let the doorway keep it."""
    if kept is None or kept.kept is None or kept.moment is None:
        return freshness.mark(asked, reply, None, now=0.0)
    truth = freshness.Truth(kept.moment.ends_at, kept.kept.tags, kept.made is None)
    marked = freshness.mark(asked, reply, truth, now=time.time())
    key, first = asked.environ.get(KEY), doorway()
    if key is not None and first is not None:
        first.keep(key, marked, moment=kept.moment, facts=facts)
    return freshness.conditional(asked, marked)


def _executed(
    operation: Operation,
    variables: dict[str, Any] | None,
    context: ReadContext,
    facts: Facts,
    *,
    extensions: dict[str, Any],
) -> Answer:
    body, found = answer_bytes(operation, variables, context)
    for error in found:
        if isinstance(error.original_error, (*UNREACHABLE, BudgetSpent)):
            raise error.original_error
    refused_outright = body == NO_DATA and all(not error.path for error in found)
    if found:
        errors = [shape(error, fallback=Code.BAD_USER_INPUT) for error in found]
        facts.code = errors[0]["extensions"]["code"]
        body = b'{"errors":' + orjson.dumps(errors) + b"," + body[1:]
    if extensions:
        body = body[:-1] + b',"extensions":' + orjson.dumps(extensions) + b"}"
    status = 400 if found and refused_outright else 200
    return Answer(status, spending.check_answer(body), is_whole=not found)
