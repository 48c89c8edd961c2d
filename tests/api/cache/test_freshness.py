"""Replies say for how long they are true, what they depend on, and whether the client has them."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import override_settings

from cms.api import freshness
from cms.api.exchange import Asked, Reply
from cms.publishing.tags import EVERYTHING, TAG_LENGTH, tag_of_list, tag_of_thing
from news.models import NewsPage
from tests.api.cache.asking import Server
from tests.api.cache.conftest import a_second_later
from tests.page_factories import World, make_event, make_news
from tests.publishing.published import row_of

TITLES = "{ news { nodes { title topics { label } } } }"
START = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
USUAL = "public, max-age=5, s-maxage=60, stale-while-revalidate=30"
GET = Asked({"REQUEST_METHOD": "GET"})


@pytest.mark.usefixtures("world")
def test_an_answer_by_get_may_be_kept_by_anybody(server: Server) -> None:
    first = server.get(TITLES)
    again = server.get(TITLES)

    assert first.status == again.status == "200 OK"
    assert first.headers["Cache-Control"] == USUAL
    assert re.fullmatch(r'"[A-Za-z0-9_-]{16}"', first.headers["ETag"])
    assert "Set-Cookie" not in first.headers
    assert "Age" not in first.headers
    for answer in (first, again):
        # Each request has its own.
        del answer.headers["X-Request-Id"]
    assert again.headers == first.headers | {"Age": "0"}


@pytest.mark.usefixtures("world")
def test_an_answer_by_post_is_kept_by_nobody_on_the_way(server: Server) -> None:
    for _ in range(2):
        headers = server.post(TITLES).headers

        assert headers["Cache-Control"] == "no-store"
        assert not {"ETag", "Surrogate-Key", "Cache-Tag", "Age"} & headers.keys()


@pytest.mark.usefixtures("world")
def test_errors_are_kept_by_nobody(server: Server) -> None:
    headers = server.get("{ news(first: 1000) { nodes { title } } }").headers

    assert headers["Cache-Control"] == "no-store"
    assert not {"ETag", "Surrogate-Key", "Cache-Tag"} & headers.keys()


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "form", ["{0}", "W/{0}", '"other", {0}', 'W/"other" ,W/{0}', "*", "\t{0} "]
)
def test_who_has_it_already_gets_no_body(server: Server, form: str) -> None:
    found = server.get(TITLES)

    for _ in range(2):
        answer = server.get(TITLES, HTTP_IF_NONE_MATCH=form.format(found.headers["ETag"]))

        assert (answer.status, answer.body) == ("304 Not Modified", b"")
        for name in ("ETag", "Cache-Control", "Surrogate-Key", "Cache-Tag"):
            assert answer.headers[name] == found.headers[name]
        assert not {"Content-Type", "Content-Length"} & answer.headers.keys()


@pytest.mark.parametrize("form", ['"other"', "", "other", '"'])
def test_who_has_another_version_gets_this_one(server: Server, world: World, form: str) -> None:
    old = server.get(TITLES).headers["ETag"]
    make_news(world.news, title="Two", slug="two")
    a_second_later()

    for sent in (form, old):
        for _ in range(2):
            answer = server.get(TITLES, HTTP_IF_NONE_MATCH=sent)
            assert (answer.status, b"Two" in answer.body) == ("200 OK", True)


def test_representations_that_differ_have_other_tags() -> None:
    kinds = [
        {},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "br"},
        {"Content-Type": "application/json"},
        {"Content-Type": "application/graphql-response+json"},
    ]

    tags = {freshness.entity_tag(Reply(200, b"{}", list(kind.items()))) for kind in kinds}

    assert len(tags) == len(kinds)


def test_nothing_is_promised_beyond_the_next_instant_at_which_something_ends(
    server: Server, world: World
) -> None:
    promised = {}
    with time_machine.travel(START, tick=False) as now:
        make_news(world.news, slug="short", expire_at=START + dt.timedelta(seconds=100))
        a_second_later()

        for passed in (0, 5, 30, 70, 96, 99):
            now.move_to(START + dt.timedelta(seconds=passed))
            promised[passed] = {server.get(TITLES).headers["Cache-Control"] for _ in range(2)}

    assert promised == {
        0: {USUAL},
        5: {USUAL},
        30: {"public, max-age=5, s-maxage=60, stale-while-revalidate=10"},
        70: {"public, max-age=5, s-maxage=30"},
        96: {"public, max-age=4, s-maxage=4"},
        99: {"public, max-age=1, s-maxage=1"},
    }


def test_upcoming_events_may_be_kept_until_the_next_of_them_ends(
    server: Server, world: World
) -> None:
    asked = "{ events(filter: {when: UPCOMING}) { totalCount nodes { title } } }"
    told = {}
    with time_machine.travel(START, tick=False) as now:
        ends_at = START + dt.timedelta(seconds=100)
        make_event(world.events, title="Ending", starts_at=START, ends_at=ends_at)
        a_second_later()

        for passed in (0, 70, 96, 100):
            now.move_to(START + dt.timedelta(seconds=passed))
            answer = server.get(asked)
            told[passed] = (answer.headers["Cache-Control"], b"Ending" in answer.body)

    assert told == {
        0: (USUAL, True),
        70: ("public, max-age=5, s-maxage=30", True),
        96: ("public, max-age=4, s-maxage=4", True),
        100: (USUAL, False),
    }


@override_settings(
    ANSWER_MAX_AGE_SECONDS=1,
    ANSWER_SHARED_MAX_AGE_SECONDS=86_400,
    ANSWER_STALE_SECONDS=0,
    ANSWER_TAG_HEADERS=["Cache-Tag"],
)
@pytest.mark.usefixtures("world")
def test_lifetimes_and_names_are_settings(server: Server) -> None:
    headers = server.get(TITLES).headers

    assert headers["Cache-Control"] == "public, max-age=1, s-maxage=86400"
    assert "Cache-Tag" in headers
    assert "Surrogate-Key" not in headers


@pytest.mark.usefixtures("world")
def test_a_list_names_the_list_and_the_site(server: Server) -> None:
    headers = server.get(TITLES).headers

    tags = [
        tag_of_list("NewsPage", site="main", locale="en"),
        tag_of_list("NewsPage", site="main", locale=""),
        tag_of_list("Site", site="main", locale=""),
    ]
    assert headers["Cache-Tag"] == ",".join(sorted(tags))
    assert headers["Surrogate-Key"] == " ".join(sorted(tags))


@pytest.mark.usefixtures("world")
def test_a_page_names_itself(server: Server) -> None:
    query = '{ route(path: "/news/one/") { status page { title } } }'

    tags = server.get(query).headers["Cache-Tag"].split(",")

    row = row_of(NewsPage.objects.get(slug="one"))
    assert row is not None
    assert sorted(tags) == sorted(
        [
            tag_of_thing(row.public_id),
            tag_of_list("Site", site="main", locale=""),
            # Its path was looked for among redirects too.
            tag_of_list("Redirect", site="main", locale=""),
            tag_of_list("Redirect", site="", locale=""),
        ]
    )


@pytest.mark.usefixtures("world")
def test_what_depends_on_too_much_to_name_it_says_so(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cms.publishing.reading.dependencies.TAGS_MAX", 2)

    headers = server.get(TITLES).headers

    assert headers["Cache-Tag"] == headers["Surrogate-Key"] == EVERYTHING
    assert len(EVERYTHING) == TAG_LENGTH
