"""A thread keeps its database connection, and a broken one is replaced before anybody notices."""

import time
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connections

from cms.api import held
from cms.api.front import Front
from cms.publishing.reading.context import ReadContext
from tests.api.test_front import _told, _unreachable

GET = {"REQUEST_METHOD": "GET", "QUERY_STRING": "query={news{totalCount}}"}
ALIAS = settings.DELIVERY_DATABASE_ALIAS
# Nothing is written here: threads read the empty database of the tests, each over its own connection.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_shelf")]


@pytest.fixture
def empty_shelf() -> Iterator[None]:
    """Let no connection be kept before or after a test."""
    held._shelf.held.clear()
    yield
    for kept in held._shelf.held.values():
        kept.connection.close()
    held._shelf.held.clear()


def _in_thread(act: Callable[[], Any]) -> Any:
    """Act in a thread that has no connection yet, and end it."""
    found: list[Any] = []
    thread = Thread(target=lambda: found.append(act()))
    thread.start()
    thread.join()
    return found[0]


def _ask() -> tuple[int, bytes]:
    """Ask something that takes SQL; return the answer, which is the same every time."""
    status, _headers, body = _told(Front(_unreachable), **GET)
    assert b"INTERNAL" not in body
    return status, body


def test_a_thread_asks_again_over_the_same_connection() -> None:
    def twice() -> list[Any]:
        raw = []
        for _ in range(2):
            assert _ask()[0] == 200
            raw.append(connections[ALIAS].connection)
        return raw

    first, second = _in_thread(twice)

    assert first is second


@pytest.mark.postgres
def test_a_connection_that_broke_is_replaced_within_the_request() -> None:
    def broken_between() -> list[tuple[int, bytes]]:
        found = [_ask()]
        connections[ALIAS].connection.close()
        return [*found, _ask()]

    before, after = _in_thread(broken_between)

    assert before == after
    assert before[0] == 200


@pytest.mark.postgres
def test_a_connection_that_the_server_ended_is_replaced_within_the_request() -> None:
    def ended_between() -> list[tuple[int, bytes]]:
        found = [_ask()]
        mine = connections[ALIAS].connection.info.backend_pid
        assert _in_thread(lambda: _end(mine))
        return [*found, _ask()]

    before, after = _in_thread(ended_between)

    assert before == after
    assert before[0] == 200


def _end(pid: int) -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        ended = bool(cursor.fetchone()[0])
    connections["default"].close()
    time.sleep(0.1)
    return ended


def test_an_error_over_a_sound_connection_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = []

    def fail(*_arguments: Any) -> None:
        calls.append(1)
        raise OperationalError("canceling statement due to statement timeout")

    def act() -> int:
        connections[ALIAS].ensure_connection()
        return _ask()[0]

    monkeypatch.setattr(ReadContext, "query", fail)

    assert (_in_thread(act), len(calls)) == (503, 1)


def test_connections_of_threads_that_ended_or_sleep_are_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _in_thread(_ask)
    ((_key, kept),) = held._shelf.held.items()
    later = kept.used_at + held.IDLE_SECONDS + 1
    closed: list[str] = []
    close = kept.connection.close

    def note() -> None:
        closed.append(when)
        close()

    monkeypatch.setattr(kept.connection, "close", note)

    when: str = "at once"
    held.sweep(now=kept.used_at)
    when = "while busy"
    with kept.lock:
        held.sweep(now=later)
    when = "later"
    held.sweep(now=later)

    assert closed == ["later"]
    assert held._shelf.held == {}


@pytest.mark.postgres
def test_threads_leave_something_of_the_pool_to_others() -> None:
    most = settings.DATABASES[ALIAS]["OPTIONS"]["pool"]["max_size"]

    found = [_in_thread(_ask) for _ in range(most * 2)]

    assert {status for status, _body in found} == {200}
    assert len(held._shelf.held) == most - held.SPARE
