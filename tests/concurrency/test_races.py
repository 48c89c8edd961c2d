"""Several processes publish at once: order, agreement, no deadlock; and what a kill leaves behind."""

from typing import Any

import pytest

from tests.concurrency.actors import SETTLED
from tests.concurrency.conftest import Run


def remainder(result: dict[str, Any]) -> dict[str, Any]:
    """Return what must hold after a race, without what it counted."""
    return {name: result[name] for name in SETTLED}


@pytest.mark.postgres
def test_a_reader_misses_nothing_while_four_publish(on_postgres: Run) -> None:
    result = on_postgres("publish")

    assert result["errors"] == []
    assert result["done"] == 100
    assert result["missed"] == []
    assert remainder(result) == SETTLED


@pytest.mark.postgres
def test_two_hundred_races_end_without_a_deadlock(on_postgres: Run) -> None:
    result = on_postgres("mixed")

    assert result["errors"] == []
    assert result["done"] == 200
    assert result["missed"] == []
    assert remainder(result) == SETTLED


@pytest.mark.postgres
def test_mirrors_that_page_while_four_write_end_without_a_difference(on_postgres: Run) -> None:
    result = on_postgres("follow")

    assert result["errors"] == []
    assert result["done"] == 120
    assert result["differences"] == [[], [], []]
    # They did read while others wrote: far more pages than one load takes.
    assert min(result["read"]) > 30, result["read"]
    assert remainder(result) == SETTLED


@pytest.mark.postgres
def test_a_child_published_while_its_parent_goes_is_never_left_visible(on_postgres: Run) -> None:
    result = on_postgres("skews")

    whole = {"results": ["done", "done"], "visible": False, **SETTLED}
    assert result == [whole] * 4


@pytest.mark.postgres
def test_thirty_kills_leave_page_row_and_clock_agreed(on_postgres: Run) -> None:
    result = on_postgres("kills")

    assert result == {"kills": 30, "bad": []}


def test_four_writers_take_turns_on_sqlite(on_sqlite: Run) -> None:
    result = on_sqlite("publish")

    assert result["errors"] == []
    assert result["missed"] == []
    assert remainder(result) == SETTLED


def test_kills_leave_a_whole_sqlite_file(on_sqlite: Run) -> None:
    result = on_sqlite("few_kills")

    assert result == {"kills": 10, "bad": []}
