"""Writers of a SQLite file take turns; elsewhere the database sees to it."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cms.publishing import turns
from tests.waiting import wait_until

# So that a hang is a failure.
HANG_SECONDS = 60.0


def connect(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    fields = {"vendor": "sqlite", "in_atomic_block": False, **values}
    monkeypatch.setattr(turns, "connection", SimpleNamespace(**fields))
    monkeypatch.setattr("django.db.transaction.atomic", nullcontext)


def test_one_writer_waits_for_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, settings_dict={"NAME": tmp_path / "db.sqlite3"})
    waits, told = threading.Event(), []
    flock = fcntl.flock

    def flock_and_say(file: Any, operation: int) -> None:
        try:
            flock(file, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            waits.set()
            flock(file, operation)

    def second() -> None:
        with turns.own_transaction():
            told.append("second")

    monkeypatch.setattr(fcntl, "flock", flock_and_say)
    thread = threading.Thread(target=second)
    with turns.own_transaction():
        thread.start()
        wait_until(lambda: waits.is_set() or told, what="the wait of the second writer")
        told.append("first")
    thread.join(HANG_SECONDS)

    assert told == ["first", "second"]


@pytest.mark.parametrize(
    "values",
    [
        {"vendor": "postgresql", "settings_dict": {"NAME": "cms"}},
        {"settings_dict": {"NAME": ":memory:"}},
        {"settings_dict": {"NAME": "file:memorydb_default?mode=memory&cache=shared"}},
        {"settings_dict": {"NAME": "db.sqlite3"}, "in_atomic_block": True},
    ],
)
def test_nobody_waits_where_that_would_be_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]
) -> None:
    connect(monkeypatch, **values)
    monkeypatch.chdir(tmp_path)

    with turns.own_transaction(), turns.own_transaction():
        pass

    assert list(tmp_path.iterdir()) == []


def test_what_runs_after_the_commit_has_the_turn_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def atomic() -> Iterator[None]:
        yield
        if not told:
            told.append("after the commit")
            with turns.own_transaction():
                told.append("another transaction")

    told: list[str] = []
    connect(monkeypatch, settings_dict={"NAME": tmp_path / "db.sqlite3"})
    monkeypatch.setattr("django.db.transaction.atomic", atomic)

    def publish() -> None:
        with turns.own_transaction():
            pass

    # In a thread that may be left behind: without the fix it waits for ever.
    thread = threading.Thread(target=publish, daemon=True)
    thread.start()
    thread.join(HANG_SECONDS)

    assert not thread.is_alive()
    assert told == ["after the commit", "another transaction"]
