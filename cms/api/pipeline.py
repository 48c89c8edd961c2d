"""Answer one GraphQL request from HTTP to HTTP.

Reads top to bottom like a recipe: accept, parse, limit, look up, execute, shape errors, store, headers.
The stages know nothing of each other; only this file knows the order.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError

from cms.api import (
    documents,
    freshness,
    headers,
    limits,
    negotiate,
    observe,
    rates,
    spending,
    tracing,
)
from cms.api.accept import question_in, question_of
from cms.api.cache.answers import Made, Outcome, answers
from cms.api.cache.doorway import KEY, doorway
from cms.api.cache.kept import Kept
from cms.api.cache.keys import key_of
from cms.api.errors import Code, Refused, masked, shape
from cms.api.exchange import Asked, Facts, Headers, Question, Reply
from cms.api.parse import chosen, prepare
from cms.api.places import heal, places
from cms.api.schema import schema
from cms.api.usage.variables import names_in
from cms.gate import Busy
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

    Shape: `status` is that of `application/graphql-response+json`; `code` is that of the first error.
           `is_whole` when there is no error in it; `kept` when it is kept for anybody.
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    kept: Outcome | None = None
    is_whole: bool = False
    code: str = ""


def reply(asked: Asked, *, context: ReadContext | None = None) -> Reply:
    """Return the reply to an HTTP request; never raises.

    Shape: `context` is given for a reader who is known, or who previews; such a reply is nobody else's.
    """
    if asked.method == "OPTIONS":
        return headers.preflight(asked)
    facts = Facts(client=rates.client_of(asked, is_known=context is not None))
    with observe.Request(asked, facts) as request:
        return request.finished(_worked_out(asked, facts, context))


def _worked_out(asked: Asked, facts: Facts, context: ReadContext | None) -> Reply:
    try:
        rates.admit(facts.client)
        with places():
            facts.question = question_of(asked)
            return _replied(asked, _answered(facts.question, facts, context), facts)
    except Exception as error:  # noqa: BLE001 - a client is answered whatever goes wrong here
        answered = failed(error, facts)
        if answered.status == 400:
            rates.note(facts.client, rates.REFUSED_COST)
    return _replied(asked, answered, facts)


def _replied(asked: Asked, answered: Answer, facts: Facts) -> Reply:
    media = facts.question.media_type if facts.question else negotiate.JSON
    status = negotiate.status(answered.status, answered.code, media)
    if answered.code == Code.OPERATION_NOT_SUPPORTED and asked.method != "POST":
        status = 405
    more: Headers = list(answered.headers)
    finished = headers.finish(asked, Reply(status, answered.body, more))
    return _remembered(asked, finished, answered.kept, facts)


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
    kind = error.code if isinstance(error, Refused) else Code.INTERNAL_SERVER_ERROR
    if facts is not None:
        facts.code = kind
    if isinstance(error, Refused):
        code = str(error.errors[0]["extensions"]["code"])
        body = orjson.dumps({"errors": error.errors})
        return Answer(error.status, body, error.headers, code=code)
    body = orjson.dumps({"errors": [masked(error)]})
    return Answer(500, body, code=Code.INTERNAL_SERVER_ERROR)


def _answered(question: Question, facts: Facts, context: ReadContext | None) -> Answer:
    limits.check_variables(question.variables)
    documents.resolve(question)
    facts.document_id, facts.is_trusted = question.document_id, question.is_trusted
    with tracing.span("GraphQL Document Processing"):
        prepared = prepare(question.text, document_id=question.document_id)
    node = chosen(prepared, question.operation_name)
    facts.operation_name = node.name.value if node.name else ""
    plan = prepared.cost_plan(node)
    facts.cost = plan.within(question.variables)
    documents.register(question)
    facts.named = names_in(schema(), node, question.variables)
    facts.is_answered = True
    told = plan.told(question.extensions, question.variables)
    operation = Operation(prepared.document, question.operation_name)

    def execute(reader: ReadContext) -> Answer:
        rates.take(facts.client, facts.cost)
        reader.budget = spending.allowance()
        try:
            with tracing.span("GraphQL Execution"):
                return _executed(operation, question.variables, reader, facts, extensions=told)
        finally:
            facts.sql = reader.statement_count

    def find() -> Answer:
        # What is shown to one who is known, or who previews, is nobody else's.
        if context is not None:
            return execute(context)
        return _kept_or_made(key_of(question, node), execute, facts)

    try:
        return find()
    except UNREACHABLE:
        # The database was restarted, or dropped our connection, since the last request.
        if not heal():
            raise
        return find()


def _kept_or_made(
    key: bytes | None, execute: Callable[[ReadContext], Answer], facts: Facts
) -> Answer:
    """Return the answer that is kept under a key, or execute the operation and keep its answer."""
    cache = answers()
    if cache is None:
        return execute(ReadContext())

    def make() -> Made:
        fresh = ReadContext(moment=cache.clock.held())
        return _made(execute(fresh), fresh)

    outcome = cache.answer(key, make)
    facts.cached = outcome.found_in
    if outcome.made is not None:
        made: Answer = outcome.made.answer
        return replace(made, kept=outcome if outcome.kept else None)
    assert outcome.kept is not None
    rates.note(facts.client, rates.HIT_COST)
    return Answer(200, outcome.kept.body, kept=outcome)


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
    # What is asked a second time is kept by its bytes too; most of what is asked once never comes again.
    key, first = asked.environ.get(KEY), doorway() if kept.made is None else None
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
    code = ""
    if found:
        errors = [shape(error, fallback=Code.BAD_USER_INPUT) for error in found]
        facts.code = code = errors[0]["extensions"]["code"]
        data = b"}" if refused_outright else b"," + body[1:]
        body = b'{"errors":' + orjson.dumps(errors) + data
    if extensions:
        body = body[:-1] + b',"extensions":' + orjson.dumps(extensions) + b"}"
    status = 400 if found and refused_outright else 200
    return Answer(status, spending.check_answer(body), code=code, is_whole=not found)
