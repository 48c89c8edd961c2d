"""The item cache never answers what was before: many threads read while processes write."""

import pytest

from tests.concurrency.conftest import Run


def check(run: Run) -> None:
    result = run("cached_reads")

    assert result["not_done"] == 0
    assert result["stale"] == []
    assert result["is_equal"]
    # It was used, and it had to follow the clock: most turns change something.
    assert result["kept"] > 0
    assert result["moves"] > result["turns"] // 2, result


@pytest.mark.postgres
def test_threads_read_nothing_stale_while_two_processes_write(on_postgres: Run) -> None:
    check(on_postgres)


def test_threads_read_nothing_stale_on_sqlite(on_sqlite: Run) -> None:
    check(on_sqlite)
