"""Operators read numbers at /metrics; strangers find nothing there."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from cms import health, metrics
from cms.api import board
from cms.api.board import Board
from cms.api.tallies import Tallies
from cms.publishing.models import ContentClock
from cms.syndication import heartbeat
from tests.manual_clock import ManualClock

pytestmark = pytest.mark.django_db
LABELS = ("operation", "code", "cache", "le", "state")
NOON = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
TOKEN = "a-token-of-the-operators"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Let time pass only where a test says so, and the database be as slow as it likes."""
    clock = ManualClock()
    monkeypatch.setattr(metrics, "time", clock)
    monkeypatch.setattr(board, "time", clock)
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 30.0)
    return clock


@pytest.fixture(autouse=True)
def tallies(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Tallies:
    """Begin to count, and let whoever has the token read."""
    fresh = Tallies()
    monkeypatch.setattr(board, "TALLIES", fresh)
    metrics.STORED.forget()
    settings.METRICS_TOKEN = TOKEN
    settings.METRICS_ON_LOOPBACK = False
    return fresh


def read(client: Client) -> dict[tuple[str, ...], float]:
    """Return the samples by name and labels."""
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (
            sample.name,
            *(sample.labels[label] for label in LABELS if label in sample.labels),
        ): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_requests_are_told_by_operation_outcome_and_cache(client: Client, tallies: Tallies) -> None:
    tallies.count(("NewsList", "OK", "none"), 0.004, cost=20, statements=3)
    tallies.count(("NewsList", "OK", "none"), 7.0, cost=20, statements=3)
    tallies.count(("NewsList", "OK", "memory"), 0.0001)
    tallies.count(("other", "RATE_LIMITED", "none"), 0.001)
    tallies.begin()

    found = read(client)

    assert found["cms_graphql_requests_total", "NewsList", "OK", "none"] == 2
    assert found["cms_graphql_requests_total", "NewsList", "OK", "memory"] == 1
    assert found["cms_graphql_cost_total", "NewsList"] == 40
    assert found["cms_graphql_sql_statements_total", "NewsList"] == 6
    assert found["cms_graphql_cache_hits_total", "memory"] == 1
    assert found[("cms_graphql_rate_limited_total",)] == 1
    assert found[("cms_graphql_in_flight",)] == 1
    bucket = "cms_graphql_request_seconds_bucket"
    assert found[bucket, "NewsList", "none", "0.0025"] == 0
    assert found[bucket, "NewsList", "none", "0.005"] == 1
    assert found[bucket, "NewsList", "none", "+Inf"] == 2
    assert found["cms_graphql_request_seconds_sum", "NewsList", "none"] == pytest.approx(7.004)
    assert found[bucket, "other", "none", "0.001"] == 1


def test_the_clock_the_queue_and_the_worker_are_told(client: Client) -> None:
    ContentClock.objects.update(value=1_234)
    with time_machine.travel(NOON, tick=False) as now:
        heartbeat.beat()
        now.shift(7)
        found = read(client)

    assert found[("cms_database_up",)] == 1
    assert found[("cms_content_clock",)] == 1_234
    assert found["cms_deliveries", "pending"] == 0
    assert found[("cms_delivery_lag_changes",)] == 0
    assert found[("cms_worker_beat_seconds",)] == 7


def test_the_database_is_asked_now_and_then_only(client: Client, clock: ManualClock) -> None:
    first = read(client)
    ContentClock.objects.update(value=1_234)

    clock.now += metrics.KEPT_SECONDS - 1
    still = read(client)
    clock.now += 1
    later = read(client)

    told = [found[("cms_content_clock",)] for found in (first, still, later)]
    assert told[0] == told[1] != 1_234
    assert told[2] == 1_234


def test_a_database_that_is_gone_is_a_number_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> Any:
        raise DatabaseError

    monkeypatch.setattr(metrics, "last_beat", gone)

    found = read(client)

    assert found[("cms_database_up",)] == 0
    assert ("cms_content_clock",) not in found


def test_a_frozen_database_is_asked_nothing_more(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    frozen = health.Readiness()
    monkeypatch.setattr(frozen, "checks", lambda: {"database": health.SLOW})
    monkeypatch.setattr(health, "READINESS", frozen)

    with django_assert_num_queries(0):
        found = read(client)

    assert found[("cms_database_up",)] == 0


@pytest.mark.parametrize("sent", [{}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}])
def test_strangers_find_nothing(client: Client, sent: dict[str, str]) -> None:
    answer = client.get("/metrics", headers=sent)

    assert (answer.status_code, answer.content) == (404, b"")


def test_without_a_token_an_empty_one_lets_nobody_in(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_this_machine_may_read_where_it_is_allowed_and_not_through_a_proxy(
    client: Client, settings: Any
) -> None:
    settings.METRICS_ON_LOOPBACK = True

    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.5").status_code == 404
    assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.5"}).status_code == 404


def test_the_processes_of_a_server_add_up_also_those_that_ended(
    tmp_path: Path, settings: Any, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.METRICS_DIR = str(tmp_path)
    key = ("NewsList", "OK", "none")
    boards = [Board() for _ in range(3)]
    for number, one in enumerate(boards, 1):
        tallies = Tallies()
        tallies.begin()
        for _ in range(number):
            tallies.count(key, 0.5, cost=2, statements=1)
        monkeypatch.setattr(board, "TALLIES", tallies)
        one.write()
    for file in tmp_path.iterdir():
        os.utime(file, (clock.now, clock.now))

    clock.now += board.ALIVE_SECONDS - 1
    total = boards[2].sum()
    clock.now += 1
    later = boards[2].sum()

    assert (total.tallies[key].requests, total.tallies[key].cost) == (6, 12)
    assert (total.processes, total.in_flight) == (3, 3)
    assert total.resident_bytes > 3_000_000
    assert later.tallies[key].requests == 6
    assert (later.processes, later.in_flight) == (1, 1)


def test_without_a_folder_nothing_is_written(tmp_path: Path, settings: Any) -> None:
    settings.METRICS_DIR = ""

    Board().write()

    assert list(tmp_path.iterdir()) == []
