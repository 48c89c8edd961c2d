"""Several processes publish at once: order, agreement, no deadlock; and what a kill leaves behind."""

from typing import Any

import pytest

from tests.concurrency.agreement import SETTLED
from tests.concurrency.conftest import Run


def remainder(result: dict[str, Any]) -> dict[str, Any]:
    """Return what must hold after a race, without what it counted."""
    return {name: result[name] for name in SETTLED}


def assert_nothing_is_missed(result: dict[str, Any]) -> None:
    assert result["errors"] == []
    assert result["not_done"] == 0
    assert result["missed"] == []
    assert remainder(result) == SETTLED


def assert_kills_do_no_harm(result: dict[str, Any]) -> None:
    assert (result["kills"] > 0, result["bad"]) == (True, []), f"SEED={result['seed']}"


@pytest.mark.postgres
def test_a_reader_misses_nothing_while_four_publish(on_postgres: Run) -> None:
    assert_nothing_is_missed(on_postgres("publish"))


@pytest.mark.postgres
def test_races_of_all_kinds_end_without_a_deadlock(on_postgres: Run) -> None:
    assert_nothing_is_missed(on_postgres("mixed"))


@pytest.mark.postgres
def test_mirrors_that_page_while_four_write_end_without_a_difference(on_postgres: Run) -> None:
    result = on_postgres("follow")

    assert result["errors"] == []
    assert result["not_done"] == 0
    assert result["differences"] == [[], [], []]
    assert remainder(result) == SETTLED


@pytest.mark.postgres
def test_a_child_published_while_its_parent_goes_is_never_left_visible(on_postgres: Run) -> None:
    result = on_postgres("skews")

    whole = {"results": ["done", "done"], "visible": False, **SETTLED}
    assert result == [whole] * 4


@pytest.mark.postgres
def test_a_document_goes_with_the_last_of_two_pages_that_go_at_once(on_postgres: Run) -> None:
    result = on_postgres("last_references")

    assert result == {"results": ["done", "done"], "visible": False, **SETTLED}


@pytest.mark.postgres
def test_publishing_and_unpublishing_one_page_wait_for_each_other(on_postgres: Run) -> None:
    first, second, left = on_postgres("opposite_orders")

    assert (first["is"], second["is"]) == ("done", "done"), (first, second)
    assert left == {"problems": "[]"}


def assert_each_action_is_done_or_refused(result: dict[str, Any]) -> None:
    seed = f"SEED={result['seed']}"
    wrong = ("errors", "without_a_sentence", "lost", "problems", "tree")
    assert [(name, result[name]) for name in wrong if result[name]] == [], seed
    assert result["done"] > 0
    assert remainder(result) == SETTLED, seed


@pytest.fixture(scope="module")
def page_actions(on_postgres: Run) -> dict[str, Any]:
    """Let editors act on the same pages, and return what came of it."""
    result: dict[str, Any] = on_postgres("page_actions")
    return result


@pytest.mark.postgres
def test_actions_on_the_same_pages_are_done_or_refused(page_actions: dict[str, Any]) -> None:
    assert_each_action_is_done_or_refused(page_actions)


def test_actions_on_the_same_pages_are_done_or_refused_on_sqlite(on_sqlite: Run) -> None:
    assert_each_action_is_done_or_refused(on_sqlite("page_actions"))


# In one race of some hundreds a row is corrected by the sweep alone; the cause is not known yet.
@pytest.mark.deep
@pytest.mark.postgres
def test_actions_on_the_same_pages_leave_nothing_to_the_sweep(
    page_actions: dict[str, Any],
) -> None:
    assert page_actions["left_to_sweep"] == [], f"SEED={page_actions['seed']}"


@pytest.mark.deep
@pytest.mark.postgres
def test_kills_leave_page_row_and_clock_agreed(on_postgres: Run) -> None:
    assert_kills_do_no_harm(on_postgres("kills"))


@pytest.mark.postgres
def test_the_verdict_is_of_one_instant(on_postgres: Run) -> None:
    assert on_postgres("commit_between_reads") == SETTLED


def test_four_writers_take_turns_on_sqlite(on_sqlite: Run) -> None:
    assert_nothing_is_missed(on_sqlite("publish"))


@pytest.mark.deep
def test_kills_leave_a_whole_sqlite_file(on_sqlite: Run) -> None:
    assert_kills_do_no_harm(on_sqlite("kills"))
