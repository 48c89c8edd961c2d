"""Write log records as lines for people or as JSON for machines; each knows the request it belongs to.

What is logged at INFO and below holds no query, no variables and nothing about persons.
"""

import datetime as dt
import logging
import random
import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

import orjson

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
VALID_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
# Source: W3C Trace Context, version 00.
TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
# Of Wagtail's views; the user and the token follow.
RESET_PATH = "password_reset/confirm/"
RESET_LINK = re.compile(rf"({RESET_PATH})[^\s\"'?]+")
TEXT_MAX_CHARACTERS = 8_000


def request_id_of(environ: Mapping[str, Any]) -> str:
    """Return the id of a request: the one that came with it, else that of its trace, else a new one."""
    sent = environ.get("HTTP_X_REQUEST_ID")
    if sent and VALID_ID.fullmatch(sent):
        return str(sent)
    traceparent = environ.get("HTTP_TRACEPARENT")
    if traceparent and (found := TRACEPARENT.fullmatch(traceparent)):
        return found[1]
    # Nobody is let in for knowing it.
    return f"{random.getrandbits(64):016x}"


class KnowsItsRequest(logging.Filter):
    """Give every record `request_id`, "-" outside of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        record.request_id = REQUEST_ID.get() or "-"
        return True


class WithoutResetLinks(logging.Filter):
    """Take the token out of addresses that set a password: whoever reads it could use it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without a token."""
        message = record.getMessage()
        if RESET_PATH in message:
            record.msg, record.args = RESET_LINK.sub(r"\1…", message), ()
        return True


class WithoutRefusals(logging.Filter):
    """Leave out what Django says of requests that were refused for now: a flood would fill the disk."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let pass what is no answer, and answers but 429 and those marked by `is_busy`."""
        request = getattr(record, "request", None)
        return getattr(record, "status_code", 0) != 429 and not getattr(request, "is_busy", False)


class JsonLines(logging.Formatter):
    """Write one JSON object a line.

    Shape: `at`, `level`, `logger`, `message`, `request_id` in requests, `exception` where there is one,
           and whatever was given as `extra={"facts": {...}}`.
    Units: `at` is UTC.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage()[:TEXT_MAX_CHARACTERS],
        }
        request_id = getattr(record, "request_id", "-")
        if request_id != "-":
            line["request_id"] = request_id
        line.update(getattr(record, "facts", {}))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)[-TEXT_MAX_CHARACTERS:]
        return orjson.dumps(line, default=str).decode()
