"""A place keeps its database connection, and a broken one is replaced before anybody notices."""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connections

from cms.api import places as module
from cms.api.front import Front
from cms.api.places import Places
from cms.gate import Busy
from cms.publishing.reading.context import ReadContext
from tests.api.test_front import _told, _unreachable

GET = {"REQUEST_METHOD": "GET", "QUERY_STRING": "query={news{totalCount}}"}
ALIAS = settings.DELIVERY_DATABASE_ALIAS
# Only turns a hang into a failure.
HANG_MILLISECONDS = 30_000
# Nothing is written here: threads read the empty database of the tests, each over its own connection.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_place")]


@pytest.fixture
def one_place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let there be one place, whose connection nobody has opened."""
    one = Places(1, patience_seconds=0.05)
    monkeypatch.setattr("cms.api.pipeline.places", lambda: one)
    monkeypatch.setattr(module, "places", lambda: one)
    # However slow the database is to answer, a sound connection is not taken for a broken one.
    monkeypatch.setattr(module, "CHECK_SECONDS", 30.0)
    yield
    one.close()


def _raw() -> Any:
    """Return the open connection of the only place."""
    return module.places().all[0].connection.connection


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


def test_threads_ask_over_the_connection_of_the_place() -> None:
    def raw() -> Any:
        assert _ask()[0] == 200
        return _raw()

    assert _in_thread(raw) is _in_thread(raw) is not None


def test_a_thread_keeps_nothing_of_a_place() -> None:
    def left_over() -> list[Any]:
        assert _ask()[0] == 200
        return list(connections.all(initialized_only=True))

    assert _in_thread(left_over) == []


def test_a_thread_goes_on_with_its_own_open_connection() -> None:
    def same() -> bool:
        own = connections[ALIAS]
        own.ensure_connection()
        with module.places():
            is_own = connections[ALIAS] is own
        found = is_own and connections[ALIAS] is own and own.connection is not None
        own.close()
        return found

    assert _in_thread(same)


def test_a_thread_gets_its_own_closed_connection_back() -> None:
    def same() -> bool:
        own = connections[ALIAS]
        with module.places():
            is_another = connections[ALIAS] is not own
        return is_another and connections[ALIAS] is own

    assert _in_thread(same)


def test_who_finds_no_place_is_told_to_come_again() -> None:
    with module.places():
        status, _body = _in_thread(_ask)
        assert _in_thread(lambda: _in_place(1)) is None

    assert status == 503
    assert _in_thread(_ask)[0] == 200


def test_a_place_is_free_while_its_thread_waits_for_another() -> None:
    with module.places():
        with module.places().left():
            assert _in_thread(lambda: _in_place(1)) == 1
        assert _in_thread(lambda: _in_place(2)) is None

    with module.places().left():
        assert _in_place(3) == 3


def _in_place(number: int) -> int | None:
    try:
        with module.places():
            return number
    except Busy:
        return None


@pytest.mark.postgres
def test_a_connection_that_broke_is_replaced_within_the_request() -> None:
    def broken_between() -> list[tuple[int, bytes]]:
        found = [_ask()]
        _raw().close()
        return [*found, _ask()]

    before, after = _in_thread(broken_between)

    assert before == after
    assert before[0] == 200


@pytest.mark.postgres
def test_a_connection_that_the_server_ended_is_replaced_within_the_request() -> None:
    def ended_between() -> list[tuple[int, bytes]]:
        found = [_ask()]
        mine = _raw().info.backend_pid
        assert _in_thread(lambda: _end(mine))
        return [*found, _ask()]

    before, after = _in_thread(ended_between)

    assert before == after
    assert before[0] == 200


def _end(pid: int) -> bool:
    """End a process of the server; whether it is gone, for which the server waits."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, %s)", [pid, HANG_MILLISECONDS])
        is_gone = bool(cursor.fetchone()[0])
    connections["default"].close()
    return is_gone


def test_an_error_over_a_sound_connection_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = []

    def fail(*_arguments: Any) -> None:
        calls.append(1)
        raise OperationalError("canceling statement due to statement timeout")

    def act() -> int:
        module.places().all[0].connection = connection = connections.create_connection(ALIAS)
        connection.inc_thread_sharing()
        connection.ensure_connection()
        return _ask()[0]

    monkeypatch.setattr(ReadContext, "query", fail)

    assert (_in_thread(act), len(calls)) == (503, 1)
