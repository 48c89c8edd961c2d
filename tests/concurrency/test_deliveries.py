"""Workers are killed while they deliver: everything arrives, in order, and nothing is left stuck."""

from typing import Any

import pytest

from cms.syndication.breaker import AT_ONCE
from tests.concurrency.conftest import Run

SETTLED = {
    "drained": ["drained", "drained"],
    "not_delivered": 0,
    "lost": [],
    "outdated": [],
    "shared_ids": [],
    "out_of_order": [],
}


def assert_nothing_is_lost(result: dict[str, Any]) -> None:
    assert {name: result[name] for name in SETTLED} == SETTLED
    assert result["arrived"] > result["kills"]
    # Only what was on its way when a worker was killed comes twice.
    assert result["duplicates"] <= result["kills"] * AT_ONCE


@pytest.mark.postgres
@pytest.mark.slow
def test_killed_workers_lose_nothing_on_postgresql(on_postgres: Run) -> None:
    assert_nothing_is_lost(on_postgres("delivery_kills"))


@pytest.mark.slow
def test_killed_workers_lose_nothing_on_sqlite(on_sqlite: Run) -> None:
    assert_nothing_is_lost(on_sqlite("few_delivery_kills"))


@pytest.mark.slow
def test_a_portal_hears_of_a_publish_at_once(on_sqlite: Run) -> None:
    result = on_sqlite("webhook_latency")

    # How quick it is says `make bench-syndication`; this fails when it waits for a sweep.
    assert result["median_seconds"] < 5


@pytest.mark.slow
def test_dead_portals_delay_nobody(on_sqlite: Run) -> None:
    result = on_sqlite("dead_portals")

    assert (result["drained"], result["arrived"]) == (["drained"], 5)
    assert result["longest_seconds"] < 5


@pytest.mark.slow
def test_a_worker_that_is_asked_to_end_finishes_what_it_is_sending(on_sqlite: Run) -> None:
    result = on_sqlite("stopped_while_sending")

    assert result == {"drained": ["drained"], "arrived": 1, "rows": [["DELIVERED", 1, ""]]}
