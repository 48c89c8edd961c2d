"""A sweep after an upgrade shows nothing hidden and loses nothing, however often it is killed."""

from typing import Any

import pytest

from tests.concurrency.agreement import SETTLED
from tests.concurrency.conftest import Run


def assert_nothing_hidden_shows(result: dict[str, Any]) -> None:
    seed = f"SEED={result['seed']}"
    assert result["problems"] == [], seed
    assert result["killed"] > 0, seed
    assert {name: result[name] for name in SETTLED} == SETTLED, seed


@pytest.mark.postgres
def test_a_killed_sweep_shows_nothing_hidden_and_loses_nothing(on_postgres: Run) -> None:
    assert_nothing_hidden_shows(on_postgres("sweep_kills"))


def test_a_killed_sweep_shows_nothing_hidden_and_loses_nothing_on_sqlite(on_sqlite: Run) -> None:
    assert_nothing_hidden_shows(on_sqlite("sweep_kills"))
