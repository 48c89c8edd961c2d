"""Take a GraphQL question out of an HTTP request, or say what is wrong with it.

Source: GraphQL over HTTP, Request.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from cms.api import limits
from cms.api.errors import Code, Refused
from cms.api.exchange import METHODS, Asked, Question
from cms.api.negotiate import JSON, OFFERED, is_utf8, media_type

PARAMETERS = ("query", "documentId", "variables", "operationName", "extensions")
_PARAMETERS_MAX = 20


def question_of(asked: Asked) -> Question:
    """Return what a request asks.

    Raises: Refused.
    """
    if asked.method not in METHODS:
        message = f"Send the operation with GET or POST, not {asked.method[:20]}."
        raise Refused(Code.METHOD_NOT_ALLOWED, message, status=405)
    wanted = media_type(asked.header("accept"))
    if not wanted:
        message = f"Answers are `{'` or `'.join(OFFERED)}`; `Accept` allows neither."
        raise Refused(Code.NOT_ACCEPTABLE, message, status=406)
    question = _posted(asked) if asked.method == "POST" else question_in_address(asked.query_string)
    question.media_type = wanted
    return question


def _posted(asked: Asked) -> Question:
    _check_content_type(asked)
    doubled = [name for name, _value in _pairs(asked.query_string) if name in PARAMETERS]
    if doubled:
        message = f"`{doubled[0]}` is in the address of a POST request; send it in the body alone."
        raise Refused(Code.BAD_REQUEST, message)
    most = limits.BODY_MAX_BYTES
    # Nothing is read of a body that says it is too large; one that does not say is read so far.
    body = asked.read(most + 1) if asked.content_length <= most else b""
    if asked.content_length > most or len(body) > most:
        message = f"The body has more than {most} bytes."
        raise Refused(Code.BODY_TOO_LARGE, message, status=413)
    return question_in(body)


def _check_content_type(asked: Asked) -> None:
    name, *parameters = asked.header("content-type").split(";")
    pairs = dict(part.strip().lower().partition("=")[::2] for part in parameters)
    if name.strip().lower() != JSON or not is_utf8(pairs.get("charset", "")):
        message = "Send the operation as `application/json`, in UTF-8."
        raise Refused(Code.UNSUPPORTED_MEDIA_TYPE, message, status=415)
    if asked.header("content-encoding").strip().lower() not in {"", "identity"}:
        message = "Send the body as it is, without `Content-Encoding`."
        raise Refused(Code.UNSUPPORTED_MEDIA_TYPE, message, status=415)


def question_in(body: bytes) -> Question:
    """Return what a JSON body asks.

    Raises: Refused.
    """
    content = _json(body, what="The body")
    if isinstance(content, list):
        raise Refused(Code.BAD_REQUEST, "Send one operation a request; lists are not answered.")
    if not isinstance(content, Mapping):
        message = "The body must be a JSON object with `query` or `documentId`."
        raise Refused(Code.BAD_REQUEST, message)
    return _question(content)


def question_in_address(query_string: str) -> Question:
    """Return what the address of a GET request asks.

    Shape: `variables` and `extensions` are JSON; an empty `operationName` is none.
    Raises: Refused.
    """
    if len(query_string) > limits.BODY_MAX_BYTES:
        message = f"The address has more than {limits.BODY_MAX_BYTES} bytes."
        raise Refused(Code.BODY_TOO_LARGE, message, status=414)
    found: dict[str, Any] = {}
    for name, value in _pairs(query_string):
        if name not in PARAMETERS:
            known = ", ".join(f"`{known}`" for known in PARAMETERS)
            message = f"The address has an unknown parameter, `{name[:50]}`. Known are {known}."
            raise Refused(Code.BAD_REQUEST, message)
        if name in found:
            raise Refused(Code.BAD_REQUEST, f"The address has `{name}` twice.")
        found[name] = value
    for name in ("variables", "extensions"):
        if name in found:
            found[name] = _json(found[name].encode(), what=f"`{name}`")
    found["operationName"] = found.get("operationName") or None
    return _question(found)


def _pairs(query_string: str) -> list[tuple[str, str]]:
    if not query_string:
        return []
    try:
        return parse_qsl(
            query_string, keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS_MAX
        )
    except UnicodeDecodeError as error:
        raise Refused(Code.BAD_REQUEST, "The address is not UTF-8.") from error
    except ValueError as error:
        message = f"The address has more than {_PARAMETERS_MAX} parameters."
        raise Refused(Code.BAD_REQUEST, message) from error


def _question(content: Mapping[str, Any]) -> Question:
    query, document_id = content.get("query"), content.get("documentId")
    variables, extensions = content.get("variables"), content.get("extensions")
    name = content.get("operationName")
    if query is not None and not (isinstance(query, str) and query.strip()):
        raise Refused(Code.BAD_REQUEST, "`query` must be the text of a GraphQL document.")
    if document_id is not None and not isinstance(document_id, str):
        raise Refused(Code.BAD_REQUEST, "`documentId` must be text.")
    if variables is not None and not isinstance(variables, dict):
        raise Refused(Code.BAD_REQUEST, "`variables` must be an object.")
    if name is not None and not isinstance(name, str):
        raise Refused(Code.BAD_REQUEST, "`operationName` must be text.")
    if extensions is not None and not isinstance(extensions, dict):
        raise Refused(Code.BAD_REQUEST, "`extensions` must be an object.")
    return Question(query or "", variables, name, extensions, document_id or "")


def _json(text: bytes, *, what: str) -> Any:
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused(Code.BAD_REQUEST, f"{what} is not valid JSON.") from error
    _refuse_repeated_keys(text, what=what)
    return content


def _refuse_repeated_keys(text: bytes, *, what: str) -> None:
    """Refuse an object with the same key twice: who checks one of them may not be who uses the other."""

    def without_repetition(pairs: list[tuple[str, Any]]) -> None:
        if len({name for name, _value in pairs}) < len(pairs):
            raise Refused(Code.BAD_REQUEST, f"{what} has an object with the same key twice.")

    try:
        json.loads(text, object_pairs_hook=without_repetition)
    except RecursionError as error:
        raise Refused(Code.BAD_REQUEST, f"{what} nests too deeply.") from error
