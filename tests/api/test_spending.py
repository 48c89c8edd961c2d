"""One operation takes so long, so many statements and so many bytes, and no more."""

import time

import pytest
from django.db import connection

from cms.api import pipeline, spending
from cms.gate import Busy, Gate
from cms.publishing.reading import watchdog
from cms.publishing.reading.budget import Budget, TooLate, TooManyStatements, Unanswered
from cms.publishing.reading.context import ReadContext
from tests.contract.asking import ask, refused
from tests.page_factories import make_news, make_world

NEWS = "{ news { totalCount nodes { title } } }"
# They write nothing. Without applications no table is emptied after them, so any test may follow.
OUTSIDE_OF_TRANSACTIONS = pytest.mark.django_db(transaction=True, available_apps=[])
ENDLESS = {
    "sqlite": (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 400000000)"
        " SELECT max(x) FROM n"
    ),
    "postgresql": "SELECT pg_sleep(30)",
}


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


@OUTSIDE_OF_TRANSACTIONS
def test_a_statement_does_not_outlast_the_deadline() -> None:
    context = ReadContext(budget=Budget(seconds=0.3, statements=5))
    started = time.monotonic()

    with pytest.raises(TooLate):
        context.query(ENDLESS[connection.vendor], [])

    assert 0.3 <= time.monotonic() - started < 2
    assert ReadContext().query("SELECT 1", []) == [(1,)]


@OUTSIDE_OF_TRANSACTIONS
def test_a_statement_in_time_is_left_alone() -> None:
    context = ReadContext(budget=Budget(seconds=0.2, statements=5))

    found = context.query("SELECT 1", [])
    time.sleep(0.5)

    assert found == [(1,)]
    assert ReadContext().query("SELECT 2", []) == [(2,)]


@pytest.mark.postgres
@OUTSIDE_OF_TRANSACTIONS
def test_a_database_that_does_not_even_stop_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "_ask", lambda _connection: None)
    context = ReadContext(budget=Budget(seconds=0.3, statements=5))
    started = time.monotonic()

    with pytest.raises(Unanswered):
        context.query("SELECT pg_sleep(30)", [])

    assert time.monotonic() - started < 3
    # It would sleep on, and the test database could not be removed.
    statement = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = %s"
    assert ReadContext().query(statement, ["SELECT pg_sleep(30)"]) == [(True,)]


def test_a_budget_has_so_many_statements() -> None:
    budget = Budget(seconds=5, statements=2)
    for _ in range(2):
        budget.end(budget.begin(connection))

    with pytest.raises(TooManyStatements):
        budget.begin(connection)


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
