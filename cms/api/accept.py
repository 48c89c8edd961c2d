"""Take a GraphQL question out of an HTTP request, or say what is wrong with it."""

import json
from collections.abc import Mapping
from typing import Any

import orjson

from cms.api import limits
from cms.api.errors import Code, Refused
from cms.api.exchange import Asked, Question

JSON = "application/json"


def question_of(asked: Asked) -> Question:
    """Return what a request asks.

    Raises: Refused.
    """
    if asked.method != "POST":
        message = "Send the operation as a POST request with a JSON body."
        raise Refused(Code.METHOD_NOT_ALLOWED, message, status=405)
    if asked.header("content-type").partition(";")[0].strip().lower() != JSON:
        message = "Send the operation as `application/json`."
        raise Refused(Code.UNSUPPORTED_MEDIA_TYPE, message, status=415)
    if asked.content_length > limits.BODY_MAX_BYTES:
        message = f"The body has more than {limits.BODY_MAX_BYTES} bytes."
        raise Refused(Code.BODY_TOO_LARGE, message, status=413)
    return question_in(asked.read(limits.BODY_MAX_BYTES))


def question_in(body: bytes) -> Question:
    """Return what a JSON body asks.

    Raises: Refused.
    """
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
    extensions = content.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise Refused(Code.BAD_REQUEST, "`extensions` must be an object.")
    return Question(query, variables, name, extensions)


def _refuse_repeated_keys(body: bytes) -> None:
    """Refuse an object with the same key twice: who checks one of them may not be who uses the other."""
    try:
        json.loads(body, object_pairs_hook=_without_repetition)
    except RecursionError as error:
        raise Refused(Code.BAD_REQUEST, "The body nests too deeply.") from error


def _without_repetition(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _value in pairs}) < len(pairs):
        raise Refused(Code.BAD_REQUEST, "The body has an object with the same key twice.")
