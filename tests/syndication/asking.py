"""Ask as a portal does, and count what it costs."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import icalendar
import orjson
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

# It comes without types.
etree: Any = import_module("lxml.etree")


@dataclass(frozen=True)
class Told:
    """Hold an answer and the statements it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    statements: list[str]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def xml(self) -> Any:
        assert self.body.startswith(b"<?xml ")
        return etree.fromstring(self.body)

    @property
    def calendar(self) -> icalendar.Calendar:
        return icalendar.Calendar.from_ical(self.body)

    @property
    def events(self) -> list[Any]:
        return list(self.calendar.walk("VEVENT"))


def get(address: str, /, method: str = "GET", **headers: str) -> Told:
    """Send a request without a body."""
    client = Client()
    with CaptureQueriesContext(connections[settings.DELIVERY_DATABASE_ALIAS]) as captured:
        answer = client.generic(method, address, headers=headers)
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
    statements = [query["sql"] for query in captured.captured_queries]
    return Told(answer.status_code, dict(answer.headers), answer.content, statements)


def refused(address: str, /) -> str:
    """Send a request that cannot be answered, and return why."""
    told = get(address)
    error = orjson.loads(told.body)["error"]
    assert (told.status, error["code"]) == (400, "BAD_REQUEST")
    assert told.headers["Content-Type"] == "application/json"
    message: str = error["message"]
    return message


def settle() -> None:
    """Let happen what PostgreSQL does at commit: it numbers the changes."""
    connection.check_constraints()
