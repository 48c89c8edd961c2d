"""Send operations as frontends do, and count what it costs."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.db import connections
from django.test.utils import CaptureQueriesContext

from cms.api.pipeline import respond
from cms.publishing.reading.context import ReadContext
from frontend_contract.check import ROOT
from frontend_contract.operations import read
from tests.contract.whole_world import NOW

TEXTS = {operation.name: operation.text for operation in read(ROOT)}


@dataclass(frozen=True)
class Told:
    """Hold an answer and the statements it took."""

    status: int
    content: dict[str, Any]
    statements: list[str]


def ask(text: str, /, *, at: dt.datetime = NOW, **variables: Any) -> Told:
    """Send a document at an instant; `text` may be the name of one of the frontends' operations."""
    body = {"query": TEXTS.get(text, text), "variables": variables}
    connection = connections[settings.DELIVERY_DATABASE_ALIAS]
    with CaptureQueriesContext(connection) as captured:
        answer = respond(orjson.dumps(body), context=ReadContext(now=at))
    statements = [query["sql"] for query in captured.captured_queries]
    return Told(answer.status, orjson.loads(answer.body), statements)


def data(text: str, /, *, at: dt.datetime = NOW, **variables: Any) -> dict[str, Any]:
    """Send a document and return its data, which must have come without errors."""
    told = ask(text, at=at, **variables)
    assert told.status == 200, told.content
    assert "errors" not in told.content, told.content["errors"]
    answered: dict[str, Any] = told.content["data"]
    return answered


def refused(text: str, /, **variables: Any) -> tuple[str, str]:
    """Send a document that is not answered, and return the code and the message of its one error."""
    (error,) = ask(text, **variables).content["errors"]
    return error["extensions"]["code"], error["message"]
