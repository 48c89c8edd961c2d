"""One operation takes so long, so many statements and so many bytes, and no more."""

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, connections

from cms.api import pipeline, spending
from cms.gate import Busy, Gate
from cms.publishing.reading import budget, watchdog
from cms.publishing.reading.budget import Budget, TooLate, TooManyStatements, Unanswered
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.watchdog import Watched
from tests.contract.asking import ask, refused
from tests.manual_clock import ManualClock
from tests.page_factories import make_news, make_world
from tests.waiting import wait_until

NEWS = "{ news { totalCount nodes { title } } }"
# They write nothing. Without applications no table is emptied after them, so any test may follow.
OUTSIDE_OF_TRANSACTIONS = pytest.mark.django_db(transaction=True, available_apps=[])
ENDLESS = {
    "sqlite": (
        "WITH RECURSIVE n(x) AS (SELECT begin_it() UNION ALL SELECT x + 1 FROM n WHERE x < 400000000)"
        " SELECT max(x) FROM n"
    ),
    "postgresql": "SELECT pg_sleep(120)",
}
# Of this database: others may be tested at the same time.
IS_ENDLESS = (
    f"datname = current_database() AND state = 'active' AND query = '{ENDLESS['postgresql']}'"
)
COUNT_ENDLESS = f"SELECT count(*) FROM pg_stat_activity WHERE {IS_ENDLESS}"
END_ENDLESS = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {IS_ENDLESS}"
# Only turns a hang into a failure.
HANG_SECONDS = 30.0


@pytest.mark.django_db
def test_an_operation_that_needs_too_many_statements_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_world()
    monkeypatch.setattr(spending, "STATEMENTS_MAX", 1)

    told = ask(NEWS)

    assert len(told.statements) == 1
    assert (told.status, "data" in told.content) == (400, False)
    assert refused(NEWS) == (
        "TOO_MANY_STATEMENTS",
        (
            "The operation needs more than 1 look-ups. Ask for fewer levels, or for less in several"
            " requests."
        ),
    )


@pytest.mark.django_db
def test_an_answer_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    make_news(make_world().news, title="One")
    size = len('{"data":{"news":{"totalCount":1,"nodes":[{"title":"One"}]}}}')
    monkeypatch.setattr(spending, "ANSWER_MAX_BYTES", size)
    fits = ask(NEWS)
    monkeypatch.setattr(spending, "ANSWER_MAX_BYTES", size - 1)

    assert fits.status == 200
    assert refused(NEWS) == (
        "ANSWER_TOO_LARGE",
        (
            f"The answer has more than {size - 1} bytes. Ask for fewer things with `first`, or for less"
            " of each."
        ),
    )


@pytest.mark.django_db
def test_an_operation_without_time_left_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    make_world()
    monkeypatch.setattr(spending, "DEADLINE_SECONDS", -1)

    told = ask(NEWS)

    assert (told.status, told.statements) == (408, [])
    assert refused(NEWS)[0] == "DEADLINE_EXCEEDED"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Let deadlines pass only where a test says so."""
    clock = ManualClock()
    monkeypatch.setattr(budget, "time", clock)
    monkeypatch.setattr(watchdog, "time", clock)
    return clock


@contextmanager
def _once_it_runs(act: Callable[[], None]) -> Iterator[None]:
    """Act from another thread once the database works on the endless statement."""
    has_begun = threading.Event()

    def begin_it() -> int:
        has_begun.set()
        return 1

    def is_running() -> bool:
        if connection.vendor == "sqlite":
            return has_begun.is_set()
        return ReadContext().query(COUNT_ENDLESS, []) == [(1,)]

    def wait() -> None:
        try:
            wait_until(is_running, what="the statement runs")
            act()
        finally:
            connections.close_all()

    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.create_function("begin_it", 0, begin_it)
    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield
    finally:
        thread.join()


@OUTSIDE_OF_TRANSACTIONS
def test_a_statement_does_not_outlast_the_deadline(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, asked_at = watchdog._ask, []

    def ask_and_note(connection: object) -> None:
        asked_at.append(clock.now)
        ask(connection)

    monkeypatch.setattr(watchdog, "_ask", ask_and_note)
    monkeypatch.setattr(watchdog, "GRACE_SECONDS", HANG_SECONDS)
    context = ReadContext(budget=Budget(seconds=3, statements=5))
    after_the_deadline = clock.now + 3.25

    def let_time_pass() -> None:
        clock.now = after_the_deadline

    with _once_it_runs(let_time_pass), pytest.raises(TooLate) as refused:
        context.query(ENDLESS[connection.vendor], [])

    assert type(refused.value.__context__) is OperationalError
    assert asked_at == [after_the_deadline]
    assert ReadContext().query("SELECT 1", []) == [(1,)]
    if connection.vendor == "postgresql":
        assert ReadContext().query(COUNT_ENDLESS, []) == [(0,)]


@OUTSIDE_OF_TRANSACTIONS
def test_a_statement_in_time_is_left_alone(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[object] = []
    has_stopped = threading.Event()

    def stop(watched: Watched, *, late_seconds: float) -> None:
        stopped.append(watched.connection)
        has_stopped.set()

    monkeypatch.setattr(watchdog, "_stop", stop)
    context = ReadContext(budget=Budget(seconds=3, statements=5))

    found = context.query("SELECT 1", [])
    # Its deadline passes, and the watchdog stops what else is late.
    clock.now += 4
    other = watchdog.watch("another connection", until=clock.now - 1)
    assert has_stopped.wait(HANG_SECONDS)
    watchdog.release(other)

    assert found == [(1,)]
    assert set(stopped) == {"another connection"}


@pytest.mark.postgres
@OUTSIDE_OF_TRANSACTIONS
def test_a_database_that_does_not_even_stop_is_hung_up_on(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut, asked_at, cut_at = watchdog._cut, list[float](), list[float]()
    looks, late_at = itertools.count(1), clock.now + 3.25

    def let_time_pass() -> None:
        clock.now = late_at

    def look() -> float:
        # At its third look the database has had its time to agree.
        if asked_at and next(looks) == 3:
            clock.now += watchdog.GRACE_SECONDS
        return clock.now

    def cut_and_note(connection: object) -> None:
        cut_at.append(clock.now)
        cut(connection)

    monkeypatch.setattr(clock, "monotonic", look)
    monkeypatch.setattr(watchdog, "_ask", lambda _connection: asked_at.append(clock.now))
    monkeypatch.setattr(watchdog, "_cut", cut_and_note)
    context = ReadContext(budget=Budget(seconds=3, statements=5))

    with _once_it_runs(let_time_pass), pytest.raises(Unanswered):
        context.query(ENDLESS["postgresql"], [])

    # It would sleep on, and the test database could not be removed.
    assert ReadContext().query(END_ENDLESS, []) == [(True,)]
    assert (asked_at, cut_at) == ([late_at], [late_at + watchdog.GRACE_SECONDS])


def test_a_budget_has_so_many_statements() -> None:
    two = Budget(seconds=HANG_SECONDS, statements=2)
    for _ in range(2):
        two.end(two.begin(connection))

    with pytest.raises(TooManyStatements):
        two.begin(connection)


def test_a_hung_up_database_is_said_to_be_away() -> None:
    answer = pipeline.failed(Unanswered())

    assert answer.status == 503
    assert b"SERVICE_UNAVAILABLE" in answer.body


def test_who_finds_no_place_is_told_to_come_back() -> None:
    gate = Gate(1, patience_seconds=0.01)

    with gate, pytest.raises(Busy), gate:
        pass

    with gate:
        answer = pipeline.failed(Busy())
    assert answer.status == 503
