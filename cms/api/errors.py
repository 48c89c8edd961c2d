"""Shape what clients are told when something goes wrong: a code, a sentence, a path.

Every message is either written by us for readers or replaced by one that says nothing of the inside;
what really happened is in the log under the same id.
"""

import enum
import logging
import secrets
from typing import Any

from graphql import GraphQLError

from cms.logs import REQUEST_ID

logger = logging.getLogger(__name__)

MESSAGE_MAX_CHARACTERS = 400


class Code(enum.StrEnum):
    """The closed list of codes in `extensions.code`."""

    BAD_REQUEST = "BAD_REQUEST"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    DOCUMENT_UNKNOWN = "DOCUMENT_UNKNOWN"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    SCHEMA_NOT_PUBLIC = "SCHEMA_NOT_PUBLIC"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    DOCUMENT_TOO_LARGE = "DOCUMENT_TOO_LARGE"
    DOCUMENT_TOO_DEEP = "DOCUMENT_TOO_DEEP"
    DOCUMENT_TOO_COMPLEX = "DOCUMENT_TOO_COMPLEX"
    VARIABLES_TOO_LARGE = "VARIABLES_TOO_LARGE"
    QUERY_TOO_EXPENSIVE = "QUERY_TOO_EXPENSIVE"
    TOO_MANY_STATEMENTS = "TOO_MANY_STATEMENTS"
    ANSWER_TOO_LARGE = "ANSWER_TOO_LARGE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    OPERATION_UNKNOWN = "OPERATION_UNKNOWN"
    OPERATION_NOT_SUPPORTED = "OPERATION_NOT_SUPPORTED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    CURSOR_TOO_OLD = "CURSOR_TOO_OLD"
    KEY_REFUSED = "KEY_REFUSED"
    OUTSIDE_SCOPE = "OUTSIDE_SCOPE"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


class Refused(Exception):
    """Refuse a request before any of it is executed."""

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        status: int = 400,
        errors: list[Any] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.headers = headers
        self.errors = errors or [{"message": message, "extensions": {"code": code.value}}]


def shape(error: GraphQLError, *, fallback: Code) -> dict[str, Any]:
    """Return what a client is told of an error.

    Shape: message, locations and path as the specification has them, and `extensions.code`. An error
           that a resolver did not raise for clients is masked, and logged with the id that is shown.
    """
    formatted: dict[str, Any] = {"message": _shortened(error.message)}
    if error.locations:
        formatted["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        formatted["path"] = error.path
    code = (error.extensions or {}).get("code")
    if code in Code.__members__:
        formatted["extensions"] = {"code": code}
    elif error.original_error is not None and _is_ours(error):
        where = ".".join(str(step) for step in error.path or ())
        formatted.update(masked(error.original_error, where=where))
    else:
        formatted["extensions"] = {"code": fallback.value}
    return formatted


def _shortened(message: str) -> str:
    """Return a message that does not send back the whole of what was sent."""
    most = MESSAGE_MAX_CHARACTERS
    return message if len(message) <= most else f"{message[: most - 1]}…"


def _is_ours(error: GraphQLError) -> bool:
    """Tell our own mistakes from an asker's.

    A scalar or enum that cannot answer a value raises an error of GraphQL's own, which quotes the value.
    It knows no place in the document; errors about arguments do, and those about variables have no path.
    """
    cause = error.original_error
    if not isinstance(cause, GraphQLError):
        return True
    return error.path is not None and cause.nodes is None


def masked(error: Exception, *, where: str = "") -> dict[str, Any]:
    """Log an error of ours, and return what a client is told of it: an id by which we find it."""
    identity = REQUEST_ID.get() or secrets.token_hex(8)
    kind = type(error).__name__
    logger.error("error %s at %s: %s", identity, where or "-", kind, exc_info=error)
    return {
        "message": "Something went wrong on our side.",
        "extensions": {"code": Code.INTERNAL_SERVER_ERROR.value, "id": identity},
    }
