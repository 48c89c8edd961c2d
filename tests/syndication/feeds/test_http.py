"""Feeds over HTTP: refusals, conditions, costs, and that nobody is recognised."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date, parse_http_date

from cms.content.models import TermScheme
from cms.publishing.models import PublishedItem
from cms.publishing.reading.context import ReadContext
from cms.syndication.feeds.reading import PAGE_SIZE
from tests.caching import empty_cache
from tests.factories import make_image, make_person, make_term
from tests.page_factories import NOON, World, make_event, make_news, make_project
from tests.publishing.published import number_changes_now
from tests.syndication.feeds.reading import FORMS, SUBJECTS, get, next_address, titles

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)
NEWS_PARAMETERS = "type, topic, project, status, language, site, after"


def statements(address: str, **headers: str) -> tuple[int, int]:
    """Return the status of an answer and how many statements it cost."""
    number_changes_now()
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(f"/feeds/{address}", headers=headers)
    return answer.status_code, len(queries)


def refusal(address: str) -> tuple[int, str]:
    answer = get(address)
    return answer.status_code, answer.json()["error"]["message"]


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_is_for_everybody(world: World, form: str) -> None:
    make_news(world.news)
    number_changes_now()
    member = Client()
    member.force_login(get_user_model().objects.create_superuser("ana", password="secret"))

    answers = [Client().get(f"/feeds/news.{form}"), member.get(f"/feeds/news.{form}")]

    media_type = {"rss": "rss+xml", "atom": "atom+xml", "json": "feed+json"}[form]
    for answer in answers:
        address = f"http://files.test/feeds/news.{form}"
        expected = {
            "Content-Type": f"application/{media_type}; charset=utf-8",
            "Link": f'<{address}>; rel="self", <http://files.test/hub>; rel="hub"',
            "Cache-Control": "public, no-cache",
            "Access-Control-Allow-Origin": "*",
            "X-Content-Type-Options": "nosniff",
            "Set-Cookie": None,
            "Vary": "Authorization",
        }
        assert {name: answer.headers.get(name) for name in expected} == expected
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("form", FORMS)
def test_only_reading_is_possible(world: World, form: str) -> None:
    make_news(world.news)

    head = Client().head(f"/feeds/news.{form}")
    whole = get(f"news.{form}")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(Client(), method)(f"/feeds/news.{form}")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "news.rss?colour=red",
            f"There is no parameter `colour`; there are {NEWS_PARAMETERS}.",
        ),
        (
            "events.rss?topic=X",
            "There is no parameter `topic`; there are project, status, language, site, after.",
        ),
        (
            "news.rss?type=NEWS&type=NEWS",
            "`type` stands there twice; write several values with commas.",
        ),
        (
            "news.rss?type=NEWS&types=NEWS",
            "`type` stands there twice; write several values with commas.",
        ),
        (
            "news.rss?type=NEWS,<b>",
            "`type`: there is no “<b>”; there are NEWS, ACHIEVEMENT, DOCUMENT, OPEN_CALL.",
        ),
        (
            "calls.atom?status=open",
            "`status`: there is no “open”; there are UPCOMING, OPEN, CLOSED, UNKNOWN.",
        ),
        ("news.rss?topic=NEVER", "`topic`: there is no “NEVER”."),
        ("news.rss?topic=%00%1b[31m", "`topic`: there is no “\ufffd\ufffd[31m”."),
        ("news.rss?project=NEVER", "`project`: there is no “NEVER”."),
        ("news.rss?topic=", "`topic` has no value; leave it out or give it one."),
        ("news.rss?topic=,", "`topic` takes 1 to 20 values, separated by commas."),
        ("news.rss?language=xx", "`language`: the site has no “xx”; it has bg, en."),
        ("news.rss?site=nowhere", "`site`: there is no site “nowhere”."),
        (
            "news.rss?after=abc",
            "`after` is not of this feed: follow the address of the next page as it was given.",
        ),
    ],
)
def test_what_cannot_be_used_is_named(address: str, message: str) -> None:
    assert refusal(address) == (400, message)


def test_an_address_may_be_written_with_the_names_of_the_filters_of_graphql(world: World) -> None:
    project = make_project(world.projects)
    make_news(world.news, title="Of it", project=project)
    make_news(world.news, title="Other")
    named = [f"news.json?{name}={project.public_id}" for name in ("project", "projectId")]

    old, new = (get(address).json() for address in named)

    assert [item["title"] for item in new["items"]] == ["Of it"]
    assert old == new


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("address", ["other.rss", "news.xml", "news.RSS"])
def test_an_unknown_feed_is_not_found(address: str) -> None:
    status, message = refusal(address)

    assert status == 404
    assert message.endswith("each as rss, atom, json.")


def test_a_position_is_of_one_feed(world: World) -> None:
    for _ in range(PAGE_SIZE + 1):
        make_event(world.events)
    following = next_address("events.rss") or ""
    position = following.partition("after=")[2]

    assert get(f"events.json?after={position}").status_code == 200
    assert get(f"projects.rss?after={position}").status_code == 400
    assert get(f"events.rss?after={position[:-1]}").status_code == 400


@pytest.mark.parametrize("form", FORMS)
def test_what_is_unchanged_is_not_sent_again(world: World, form: str) -> None:
    page = make_news(world.news, title="Before")
    first = get(f"news.{form}")
    etag = first.headers["ETag"]

    again = get(f"news.{form}", **{"If-None-Match": etag})
    page.title = "After"
    page.save_revision().publish()
    changed = get(f"news.{form}", **{"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Cache-Control"] == "public, no-cache"
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


@pytest.mark.parametrize("form", FORMS)
def test_a_change_elsewhere_changes_no_etag(world: World, form: str) -> None:
    make_news(world.news)
    etag = get(f"news.{form}").headers["ETag"]

    make_project(world.projects)

    assert get(f"news.{form}", **{"If-None-Match": etag}).status_code == 304


def test_a_reader_that_knows_only_dates_misses_no_change_of_the_same_second(world: World) -> None:
    page = make_news(world.news, title="First")
    number_changes_now()
    # Whatever is public so far changed in the past.
    PublishedItem.objects.update(changed_at=NOON - SECOND)
    start = NOON + dt.timedelta(milliseconds=200)
    found = []
    for title, moment in (("A", start), ("B", start + dt.timedelta(milliseconds=500))):
        with time_machine.travel(moment, tick=False):
            page.title = title
            page.save_revision().publish()
        with time_machine.travel(moment + dt.timedelta(milliseconds=1), tick=False):
            found.append(get("news.rss").headers.get("Last-Modified"))

    with time_machine.travel(NOON + 60 * SECOND, tick=False):
        early = get("news.rss", **{"If-Modified-Since": http_date(NOON.timestamp())})
        last = early.headers["Last-Modified"]
        unchanged = get("news.rss", **{"If-Modified-Since": last})

    # Never a date that is still to come, and never one that an earlier answer had.
    assert found == [None, None]
    assert (early.status_code, b"<title>B</title>" in early.content) == (200, True)
    assert parse_http_date(last) == NOON.timestamp() + 1
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize("form", FORMS)
def test_many_items_cost_no_more_statements_than_one(world: World, form: str) -> None:
    topic = make_term(scheme=TermScheme.NEWS_TOPIC, code="DIGITAL")
    project = make_project(world.projects)
    author, picture = make_person(), make_image()

    def more() -> None:
        parts = {"author": author, "picture": picture, "picture_alt": "A", "project": project}
        make_news(world.news, topics=[topic], **parts)

    queries = ("", "?topic=DIGITAL&type=NEWS,ACHIEVEMENT", f"?project={project.public_id}")
    more()
    one = [statements(f"news.{form}{query}") for query in queries]
    for _ in range(PAGE_SIZE - 1):
        more()
    twenty = [statements(f"news.{form}{query}") for query in queries]

    # The sites with the clock, the page of the feed, and what its items point at.
    assert one == twenty == [(200, 3)] * len(queries)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_asking_again_costs_one_statement(world: World, subject: str, form: str) -> None:
    make_news(world.news, types=["OPEN_CALL"])
    make_event(world.events)
    make_project(world.projects)
    etag = get(f"{subject}.{form}").headers["ETag"]

    assert statements(f"{subject}.{form}") == (200, 1)
    assert statements(f"{subject}.{form}", **{"If-None-Match": etag}) == (304, 1)
    with empty_cache():
        status, cost = statements(f"{subject}.{form}", **{"If-None-Match": etag})
        assert (status, cost <= 3) == (304, True)


def test_an_unreachable_database_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> None:
        raise OperationalError("secret host is down")

    monkeypatch.setattr(ReadContext, "query", fail)

    answer = Client().get("/feeds/news.rss")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert b"secret" not in answer.content


def test_titles_are_kept_only_while_nothing_changes(world: World) -> None:
    page = make_news(world.news, title="Before", author=make_person(name="Ana"))
    assert titles("news.rss") == ["Before"]

    page.unpublish()

    assert titles("news.rss") == []
