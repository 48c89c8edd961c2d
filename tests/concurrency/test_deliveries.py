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
    assert {name: result[name] for name in SETTLED} == SETTLED, f"SEED={result['seed']}"
    assert result["arrived"] > 0
    # Only what was on its way when a worker was killed comes twice.
    assert result["duplicates"] <= result["kills"] * AT_ONCE, f"SEED={result['seed']}"


@pytest.mark.deep
@pytest.mark.postgres
def test_killed_workers_lose_nothing_on_postgresql(on_postgres: Run) -> None:
    assert_nothing_is_lost(on_postgres("delivery_kills"))


@pytest.mark.deep
def test_killed_workers_lose_nothing_on_sqlite(on_sqlite: Run) -> None:
    assert_nothing_is_lost(on_sqlite("delivery_kills"))


@pytest.mark.slow
def test_a_portal_hears_of_each_publish_without_a_sweep(on_sqlite: Run) -> None:
    result = on_sqlite("each_publish_arrives")

    # How soon it does says `make bench-syndication`.
    assert result == {"drained": ["drained"], "titles": ["Title 1", "Title 2", "Title 3"]}


@pytest.mark.slow
def test_dead_portals_delay_nobody(on_sqlite: Run) -> None:
    result = on_sqlite("dead_portals")

    # Half of the four threads are for dead ones, and of these each has one message on its way. All
    # get what waits for them once they answer: five pages, and the one of before to the other portal.
    assert result == {
        "drained": ["drained"],
        "arrived": 8 * 5 + 1,
        "on_their_way_to_dead": 2,
        "dead_with_one_on_its_way": 2,
    }


@pytest.mark.slow
def test_a_worker_that_is_asked_to_end_finishes_what_it_is_sending(on_sqlite: Run) -> None:
    result = on_sqlite("stopped_while_sending")

    assert result == {
        "waits": True,
        "drained": "drained",
        "arrived": 1,
        "rows": [["DELIVERED", 1, ""]],
    }
