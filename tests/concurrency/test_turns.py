"""Whatever writes to a SQLite file by itself takes its turn first."""

from tests.concurrency.conftest import Run


def test_nothing_that_happens_by_itself_writes_out_of_turn(on_sqlite: Run) -> None:
    assert on_sqlite("out_of_turn") == []
