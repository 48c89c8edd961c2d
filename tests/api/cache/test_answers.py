"""Whole answers are kept as long as they are true, and are nobody else's."""

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from cms.api import pipeline
from cms.api.cache.answers import answers
from cms.publishing.models import ContentClock
from cms.publishing.reading.context import ReadContext
from tests.api.cache.asking import Server
from tests.api.cache.conftest import a_second_later
from tests.page_factories import World, make_news, translate
from tests.publishing.published import number_changes_now

TITLES = "query T($locale: Locale, $first: Int = 20) { news(locale: $locale, first: $first)"
TITLES += " { nodes { title } } }"
OPEN = "{ openCalls(status: OPEN) { nodes { title } } }"
START = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def _statements(server: Server, query: str, variables: object = None) -> tuple[int, bytes]:
    with CaptureQueriesContext(connection) as captured:
        answer = server.post(query, variables)
    return len(captured), answer.body


@pytest.mark.usefixtures("world")
def test_what_was_asked_before_costs_no_statement_and_is_the_same(server: Server) -> None:
    first = server.post(TITLES)

    again = _statements(server, TITLES)

    assert first.body == b'{"data":{"news":{"nodes":[{"title":"One"}]}}}'
    assert again == (0, first.body)


@pytest.mark.usefixtures("world")
def test_the_same_question_in_other_words_is_found_one_level_below(server: Server) -> None:
    asked = server.post(TITLES, {"first": 3, "locale": "EN"})

    other = _statements(server, TITLES, {"locale": "EN", "first": 3, "unknown": 1})

    assert other == (0, asked.body)


@pytest.mark.usefixtures("world")
def test_what_is_kept_protects_by_the_way_a_request_came(server: Server, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 300

    ways = [("https", True), ("http", False), ("https", True), ("http", False)]
    told = [server.get(TITLES, **{"wsgi.url_scheme": scheme}).headers for scheme, _ in ways]

    assert ["Strict-Transport-Security" in headers for headers in told] == [is_ for _, is_ in ways]


def test_other_variables_have_other_answers(server: Server, world: World) -> None:
    make_news(world.news, title="Two", slug="two")
    make_news(translate(world.news), title="Две", slug="dve")
    a_second_later()
    found: dict[str, set[str]] = {}

    for _ in range(2):
        for variables in ({}, {"first": 1}, {"locale": "BG"}, {"locale": None}):
            body = server.post(TITLES, variables).body.decode()
            found.setdefault(str(variables), set()).add(body)

    assert {key: [body.count("title") for body in bodies] for key, bodies in found.items()} == {
        "{}": [2], "{'first': 1}": [1], "{'locale': 'BG'}": [1], "{'locale': None}": [2],
    }  # fmt: skip
    assert "Две" in "".join(found["{'locale': 'BG'}"])


def test_another_site_is_never_answered(server: Server, world: World) -> None:
    query = "query S($site: String) { siteSettings(site: $site) { siteName } }"
    asked = server.post(query, {"site": "main"})

    other = server.post(query, {"site": "other"})

    assert asked.status == "200 OK"
    assert b'"errors"' in other.body


def test_a_change_is_seen_when_the_clock_is_read_again(server: Server, world: World) -> None:
    server.post(TITLES)
    make_news(world.news, title="Two", slug="two")

    within_the_second = server.post(TITLES).body
    a_second_later()
    after = server.post(TITLES).body

    assert b"Two" not in within_the_second
    assert b"Two" in after


def test_a_call_closes_at_its_instant_without_any_change(server: Server, world: World) -> None:
    with time_machine.travel(START, tick=False) as now:
        make_news(
            world.news, title="Call", slug="call", types=["OPEN_CALL"], call_closes_at=START + HOUR
        )
        a_second_later()
        before = server.post(OPEN).body
        again = server.post(OPEN).body

        now.shift(HOUR)
        after = server.post(OPEN).body

    assert b"Call" in before
    assert again == before
    assert after == b'{"data":{"openCalls":{"nodes":[]}}}'


def test_an_expired_page_is_gone_at_its_instant(server: Server, world: World) -> None:
    with time_machine.travel(START, tick=False) as now:
        make_news(world.news, title="Short", slug="short", expire_at=START + HOUR)
        a_second_later()
        before = server.post(TITLES).body

        now.shift(HOUR - dt.timedelta(seconds=1))
        just_before = server.post(TITLES).body
        now.shift(dt.timedelta(seconds=1))
        after = server.post(TITLES).body

    assert b"Short" in before
    assert b"Short" in just_before
    assert b"Short" not in after


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("changed", ["epoch", "horizon"])
def test_after_a_restore_or_a_clearance_nothing_old_is_found(server: Server, changed: str) -> None:
    server.post(TITLES)
    values = {"epoch": "1b671a64-40d5-491e-99b0-da01ff1f3341", "horizon": 7}

    ContentClock.objects.update(**{changed: values[changed]})
    a_second_later()

    assert _statements(server, TITLES)[0] > 1


@pytest.mark.usefixtures("world")
def test_answers_with_errors_are_not_kept(server: Server) -> None:
    wrong = "{ news(first: 1000) { nodes { title } } cluster { name } }"
    found = answers()
    assert found is not None

    answer = server.post(wrong)

    assert b'"errors"' in answer.body
    assert found.memory.used_bytes == 0


@pytest.mark.usefixtures("world")
def test_what_a_known_reader_is_shown_is_neither_kept_nor_looked_up(server: Server) -> None:
    server.post(TITLES)
    asked = b'{"query": "%s"}' % TITLES.encode()

    context = ReadContext(asker="somebody")
    with CaptureQueriesContext(connection) as captured:
        pipeline.respond(asked, context=context)

    assert len(captured) > 0
    assert pipeline.respond(asked, context=ReadContext(asker="somebody")).kept is None


@pytest.mark.usefixtures("world")
def test_an_answer_of_a_later_clock_is_given_but_not_kept(server: Server, world: World) -> None:
    found = answers()
    assert found is not None
    server.post("{ __typename }")
    make_news(world.news, title="Two", slug="two")
    number_changes_now()

    answer = server.post(TITLES)
    found.clock.forget()

    assert b"Two" in answer.body
    assert _statements(server, TITLES)[0] > 1


@pytest.mark.usefixtures("world")
def test_without_the_database_nothing_is_answered_from_memory(server: Server) -> None:
    server.post(TITLES)
    a_second_later()

    with patch("cms.publishing.reading.moments.ReadContext.query", side_effect=OperationalError):
        answer = server.post(TITLES)

    assert answer.status == "503 Service Unavailable"
    assert answer.headers["Cache-Control"] == "no-store"
    assert server.post(TITLES).status == "200 OK"


def test_a_commit_in_this_process_is_seen_at_once(
    server: Server, world: World, django_capture_on_commit_callbacks: object
) -> None:
    server.post(TITLES)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        make_news(world.news, title="Two", slug="two")
        number_changes_now()

    assert b"Two" in server.post(TITLES).body
