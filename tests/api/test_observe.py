"""Each request is counted, has an id that its client and the log know, and is told when it was slow."""

import json
import logging
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from cms.api import observe, pipeline
from cms.api.exchange import Asked, Facts, Question, Reply, document_id_of
from cms.api.tallies import BOUNDS, NAMES_MAX, OTHER, Tallies
from cms.api.usage.counting import Counting, Use
from cms.logs import REQUEST_ID
from cms.publishing.reading.context import ReadContext
from tests.manual_clock import ManualClock
from tests.page_factories import make_news, make_world

pytestmark = pytest.mark.django_db
QUERY = "query Titles { news { nodes { title } } }"
ENVIRON = {"REQUEST_METHOD": "POST", "PATH_INFO": "/graphql"}


@pytest.fixture(autouse=True)
def tallies(monkeypatch: pytest.MonkeyPatch) -> Tallies:
    fresh = Tallies()
    monkeypatch.setattr(observe, "TALLIES", fresh)
    return fresh


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    fresh = Counting()
    monkeypatch.setattr(observe, "COUNTING", fresh)
    return fresh


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Return the clock by which requests end; those of the pipeline begin when it is made."""
    clock = ManualClock()
    monkeypatch.setattr(observe, "time", clock)
    monkeypatch.setattr(pipeline, "Facts", partial(Facts, started=clock.now))
    return clock


@pytest.fixture
def world() -> None:
    make_news(make_world().news, title="One")


def told_of(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "cms.api.requests"]


def post(client: Client, query: str = QUERY, **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/graphql", {"query": query}, content_type="application/json", headers=sent)


def counted(tallies: Tallies) -> dict[tuple[str, str, str], int]:
    return {key: tally.requests for key, tally in tallies.copy().items()}


@pytest.mark.usefixtures("world")
def test_what_nobody_registered_is_counted_under_one_name(client: Client, tallies: Tallies) -> None:
    post(client)
    post(client, "query Another { news { totalCount } }")
    post(client, "{ nosuch }")
    post(client, "{")

    assert counted(tallies) == {
        ("other", "OK", "none"): 2,
        ("other", "GRAPHQL_VALIDATION_FAILED", "none"): 1,
        ("other", "GRAPHQL_PARSE_FAILED", "none"): 1,
    }
    assert tallies.copy()["other", "OK", "none"].statements > 0
    assert tallies.in_flight == 0


def test_a_registered_operation_is_counted_under_its_name(
    tallies: Tallies, clock: ManualClock
) -> None:
    facts = Facts(operation_name="NewsList", is_trusted=True, cost=12, sql=3, started=clock.now)

    with observe.Request(Asked(ENVIRON), facts) as request:
        assert tallies.in_flight == 1
        clock.now += 1.5
        request.finished(Reply(200))

    (tally,) = tallies.copy().values()
    assert counted(tallies) == {("NewsList", "OK", "none"): 1}
    assert (tally.cost, tally.statements) == (12, 3)
    assert tally.seconds == 1.5
    assert tally.buckets == [bound == 2.5 for bound in (*BOUNDS, None)]


def test_the_names_are_bounded(tallies: Tallies) -> None:
    names = {tallies.name(f"Operation{number}", is_trusted=True) for number in range(NAMES_MAX * 2)}

    assert len(names) == NAMES_MAX + 1
    assert OTHER in names


def test_an_answer_that_failed_is_counted_as_such(
    client: Client, tallies: Tallies, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr(ReadContext, "query", gone)

    post(client)

    assert counted(tallies) == {("other", "SERVICE_UNAVAILABLE", "none"): 1}


@pytest.mark.parametrize("query", [QUERY, "{ nosuch }", "{"])
@pytest.mark.usefixtures("world")
def test_every_answer_names_the_request(client: Client, query: str) -> None:
    ours = post(client, query).headers["X-Request-Id"]
    theirs = post(client, query, x_request_id="from-the-proxy-7").headers["X-Request-Id"]

    assert len(ours) == 16
    assert theirs == "from-the-proxy-7"
    assert REQUEST_ID.get() == ""


def test_an_error_of_ours_has_the_id_of_its_request(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object, **_named: object) -> Any:
        raise RuntimeError("inside")

    monkeypatch.setattr(pipeline, "prepare", fail)

    answer = post(client, x_request_id="from-the-proxy-7")

    (error,) = answer.json()["errors"]
    assert answer.headers["X-Request-Id"] == "from-the-proxy-7"
    assert error["extensions"]["id"] == "from-the-proxy-7"
    assert "error from-the-proxy-7 at -: RuntimeError" in caplog.text
    assert "inside" not in answer.content.decode()


@pytest.mark.usefixtures("world")
def test_a_slow_operation_is_told_without_what_was_asked(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture, clock: ManualClock
) -> None:
    settings.SLOW_OPERATION_MILLISECONDS = 1_500
    clock.now += 1.5

    post(client)
    assert told_of(caplog) == []
    clock.now += 0.25
    post(client, QUERY.replace("Titles", "PrivateName"))

    (told,) = told_of(caplog)
    assert told.levelno == logging.WARNING
    facts: dict[str, Any] = vars(told)["facts"]
    assert facts["document"] == document_id_of(QUERY.replace("Titles", "PrivateName"))
    assert {name: facts[name] for name in ("operation", "status", "code", "cache")} == {
        "operation": "-",
        "status": 200,
        "code": "OK",
        "cache": "none",
    }
    assert facts["sql"] > 0
    assert facts["duration_ms"] == 1_750
    assert "PrivateName" not in json.dumps(facts) + told.getMessage()


@pytest.mark.usefixtures("world")
def test_what_is_quick_and_good_is_not_logged_and_a_refusal_is(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SLOW_OPERATION_MILLISECONDS = 0
    caplog.set_level(logging.INFO, logger="cms.api.requests")

    post(client)
    assert told_of(caplog) == []
    post(client, '{ nosuch(secret: "value") }')

    (told,) = told_of(caplog)
    assert told.levelno == logging.INFO
    assert "code=GRAPHQL_VALIDATION_FAILED" in told.getMessage()
    assert "secret" not in told.getMessage()


@pytest.mark.usefixtures("world")
def test_who_asked_for_what_is_counted_and_what_was_refused_is_not(
    client: Client, counting: Counting
) -> None:
    post(client, graphql_client_name="site")
    post(client, apollographql_client_name="app")
    post(client)
    post(client, "{ nosuch }")

    taken = counting.take()

    document = document_id_of(QUERY)
    assert taken.uses == {Use(document, "Titles", name): [1, 0] for name in ("site", "app", "")}
    assert taken.texts == {document: QUERY}


def test_a_hit_before_the_pipeline_is_counted_and_has_an_id(
    tallies: Tallies, counting: Counting
) -> None:
    identity = observe.hit(
        {**ENVIRON, "HTTP_GRAPHQL_CLIENT_NAME": "site", "HTTP_X_REQUEST_ID": "from-the-proxy-7"},
        operation_name="NewsList",
        document_id="a" * 64,
        is_trusted=True,
        cache="memory",
        started=0.0,
    )

    assert identity == "from-the-proxy-7"
    assert counted(tallies) == {("NewsList", "OK", "memory"): 1}
    assert counting.take().uses == {Use("a" * 64, "NewsList", "site"): [1, 1]}


def test_an_answer_of_a_cache_in_the_pipeline_is_counted_as_its(
    tallies: Tallies, counting: Counting
) -> None:
    facts = Facts(
        question=Question("{ a }"), cached="redis", is_answered=True, document_id="b" * 64
    )

    with observe.Request(Asked(ENVIRON), facts) as request:
        request.finished(Reply(200))

    assert counted(tallies) == {("other", "OK", "redis"): 1}
    assert counting.take().uses == {Use("b" * 64, "", ""): [1, 1]}
