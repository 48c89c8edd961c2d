"""Answer one GraphQL request: accept, parse, limit, execute, shape errors.

Reads top to bottom like a recipe. The stages know nothing of each other; only this file knows the order.
Looking up and storing whole answers will stand around `_executed`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)
from graphql.validation.rules import overlapping_fields_can_be_merged as overlapping

from cms.api import limits
from cms.api.errors import Code, Refused, masked, shape
from cms.api.schema import schema
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation, answer

# Comparing fields that might clash is quadratic; 500,000 comparisons are graphql-core's default.
overlapping.MAX_COMPLEXITY_BUDGET = 20_000
UNREACHABLE = (InterfaceError, OperationalError)
UNREACHABLE_MESSAGE = "The content is not reachable at the moment. Try again in a few seconds."


@dataclass(frozen=True, slots=True)
class Request:
    """Hold what a client asked."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what a client is told: the HTTP status and the JSON body."""

    status: int
    body: bytes


def respond(body: bytes, *, context: ReadContext | None = None) -> Answer:
    """Return the answer to the body of a request; never raises."""
    try:
        request = _accept(body)
        operation = Operation(_parse(request.query), request.operation_name)
        _choose(operation)
        return _executed(operation, request, context or ReadContext())
    except Refused as refused:
        return refusal(refused)
    except UNREACHABLE:
        return refusal(Refused(Code.SERVICE_UNAVAILABLE, UNREACHABLE_MESSAGE, status=503))
    except Exception as error:  # noqa: BLE001 - a client is answered whatever goes wrong here
        return Answer(500, orjson.dumps({"errors": [masked(error)]}))


def refusal(refused: Refused) -> Answer:
    """Return the answer to a request that is refused."""
    return Answer(refused.status, orjson.dumps({"errors": refused.errors}))


def _accept(body: bytes) -> Request:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(Code.BAD_REQUEST, "The body is not valid JSON.") from error
    _refuse_repeated_keys(body)
    if isinstance(content, list):
        raise Refused(Code.BAD_REQUEST, "Send one operation a request; lists are not answered.")
    if not isinstance(content, Mapping):
        raise Refused(Code.BAD_REQUEST, "The body must be a JSON object with `query`.")
    query, variables = content.get("query"), content.get("variables")
    name = content.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise Refused(Code.BAD_REQUEST, "`query` must be the text of a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise Refused(Code.BAD_REQUEST, "`variables` must be an object.")
    if name is not None and not isinstance(name, str):
        raise Refused(Code.BAD_REQUEST, "`operationName` must be text.")
    return Request(query, variables, name)


def _refuse_repeated_keys(body: bytes) -> None:
    """Refuse an object with the same key twice: who checks one of them may not be who uses the other."""
    try:
        json.loads(body, object_pairs_hook=_without_repetition)
    except RecursionError as error:
        raise Refused(Code.BAD_REQUEST, "The body nests too deeply.") from error


def _without_repetition(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _value in pairs}) < len(pairs):
        raise Refused(Code.BAD_REQUEST, "The body has an object with the same key twice.")


@lru_cache(maxsize=512)
def _parse(query: str) -> DocumentNode:
    """Return the parsed and valid document of a query; kept, because clients send few different ones."""
    if len(query) > limits.CHARACTERS_MAX:
        message = f"The document has more than {limits.CHARACTERS_MAX} characters."
        raise Refused(Code.DOCUMENT_TOO_LARGE, message)
    try:
        document = parse(
            query,
            max_lexical_tokens=limits.TOKENS_MAX,
            max_comments=limits.COMMENTS_MAX,
            max_source_length=limits.CHARACTERS_MAX,
        )
    except GraphQLSyntaxError as error:
        raise _refused([error], _parse_code(error)) from error
    limits.check(document)
    errors = validate(
        schema(),
        document,
        max_errors=limits.ERRORS_MAX,
        hide_suggestions=not settings.DEBUG,
    )
    if errors:
        raise _refused(errors[: limits.ERRORS_MAX], Code.GRAPHQL_VALIDATION_FAILED)
    return document


def _parse_code(error: GraphQLSyntaxError) -> Code:
    """Tell a document beyond the parser's own limits, which only its words say, from a mistake."""
    if not error.message.endswith("Parsing aborted."):
        return Code.GRAPHQL_PARSE_FAILED
    return Code.DOCUMENT_TOO_DEEP if "nested" in error.message else Code.DOCUMENT_TOO_LARGE


def _refused(errors: list[GraphQLError], code: Code) -> Refused:
    shaped = [shape(error, fallback=code) for error in errors]
    return Refused(code, "The document cannot be answered.", errors=shaped)


def _choose(operation: Operation) -> None:
    """Refuse a request that does not say which operation it means, or means one that writes."""
    found = [
        node for node in operation.document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    if operation.name is not None:
        found = [node for node in found if node.name and node.name.value == operation.name]
    if len(found) != 1:
        raise Refused(Code.BAD_REQUEST, "`operationName` must name one operation of the document.")
    if found[0].operation is not OperationType.QUERY:
        raise Refused(
            Code.OPERATION_NOT_SUPPORTED, "This API is read-only: it answers queries, nothing else."
        )


def _executed(operation: Operation, request: Request, context: ReadContext) -> Answer:
    result = answer(operation, request.variables, context)
    for error in result.errors or ():
        if isinstance(error.original_error, UNREACHABLE):
            raise error.original_error
    errors = [shape(error, fallback=Code.BAD_USER_INPUT) for error in result.errors or ()]
    body: dict[str, Any] = {"errors": errors} if errors else {}
    body["data"] = result.data
    refused_outright = result.data is None and all(not error.path for error in result.errors or ())
    return Answer(400 if errors and refused_outright else 200, orjson.dumps(body, default=str))
