"""A supervisor learns whether requests can be answered, quickly, and nothing of the inside."""

import datetime as dt
import threading
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client

from cms import health
from cms.publishing.models import ContentClock
from cms.syndication import heartbeat
from tests.manual_clock import ManualClock

pytestmark = pytest.mark.django_db
# Only turns a hang into a failure.
HANG_SECONDS = 30.0
NOON = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
WELL = dict.fromkeys(("database", "delivery", "migrations", "clock", "worker"), "ok")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Let time pass only where a test says so."""
    clock = ManualClock()
    monkeypatch.setattr(health, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def afresh(monkeypatch: pytest.MonkeyPatch) -> health.Readiness:
    """Remember nothing of another test, and look from this thread, which sees its transaction."""
    readiness = health.Readiness(look_at=lambda: health.look())
    monkeypatch.setattr(readiness, "_may_freeze", lambda: False)
    monkeypatch.setattr(health, "READINESS", readiness)
    monkeypatch.setattr(health, "MIGRATIONS", health.Migrations())
    return readiness


def ask(client: Client, address: str = "/readyz") -> tuple[int, dict[str, Any]]:
    answer = client.get(address)
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.status_code, answer.json()


@time_machine.travel(NOON, tick=False)
def test_all_is_well_with_a_worker(client: Client) -> None:
    heartbeat.beat()

    assert ask(client) == (200, {"status": "ready", "checks": WELL})
    assert ask(client, "/readyz?strict")[0] == 200


def test_without_a_worker_requests_are_answered_and_who_is_strict_is_told(client: Client) -> None:
    expected = {"status": "degraded", "checks": WELL | {"worker": "missing"}}

    assert ask(client) == (200, expected)
    assert ask(client, "/readyz?strict") == (503, expected | {"status": "not ready"})


def test_a_worker_that_was_silent_for_long_is_late(client: Client, clock: ManualClock) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        heartbeat.beat()
        now.shift(30)
        in_time = ask(client)[1]["checks"]["worker"]
        now.shift(1)
        clock.now += health.KEPT_SECONDS
        later = ask(client)[1]["checks"]["worker"]

    assert (in_time, later) == ("ok", "late")


def test_a_database_that_is_gone_is_a_503_without_details(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: Any) -> Any:
        raise DatabaseError("secret host name")

    monkeypatch.setattr(health, "_ask", gone)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    unknown = dict.fromkeys(WELL, "unknown")
    assert answer.json() == {"status": "not ready", "checks": unknown | {"database": "gone"}}
    assert b"secret" not in answer.content


def test_a_migration_that_is_missing_is_a_503(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'api'")

    status, told = ask(client)

    assert (status, told["checks"]["migrations"]) == (503, "missing")


def test_a_clock_that_is_missing_is_a_503(client: Client) -> None:
    ContentClock.objects.all().delete()

    status, told = ask(client)

    assert (status, told["checks"]["clock"]) == (503, "missing")


def test_the_database_is_asked_once_a_second_however_often_somebody_asks(
    client: Client, clock: ManualClock, django_assert_num_queries: Any
) -> None:
    ask(client)

    with django_assert_num_queries(0):
        for _ in range(20):
            ask(client)

    clock.now += health.KEPT_SECONDS
    with django_assert_num_queries(4):
        ask(client)


def test_a_database_that_is_frozen_keeps_nobody_waiting(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    thaw, looks, waits = threading.Event(), [], []

    def frozen() -> dict[str, str]:
        looks.append(1)
        assert thaw.wait(HANG_SECONDS)
        return WELL

    def join(_thread: threading.Thread, timeout: float) -> None:
        waits.append(timeout)
        clock.now += timeout

    readiness = health.Readiness(look_at=frozen)
    monkeypatch.setattr(readiness, "_may_freeze", lambda: True)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "join", join)
        found = [readiness.checks()["database"] for _ in range(5)]
    thaw.set()
    assert readiness._thread is not None
    readiness._thread.join(HANG_SECONDS)

    assert found == ["slow"] * 5
    assert waits == [health.PATIENCE_SECONDS, 0, 0, 0, 0]
    assert len(looks) == 1
    assert readiness.checks() == WELL
