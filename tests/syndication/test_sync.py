"""Whoever follows `/sync` has what may be taken over, and hears of all that may no longer be."""

import datetime as dt
from typing import Any

import orjson
import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from wagtail.contrib.redirects.models import Redirect

from cms.content.models import TermScheme
from cms.publishing.clock import read_clock
from cms.publishing.models import PublishedItem, StreamFacet
from cms.publishing.scopes import transaction
from cms.syndication.cursor import write_cursor
from cms.syndication.retention import purge
from news.models import NewsIndexPage, NewsPage
from tests.factories import make_term
from tests.page_factories import (
    World,
    make_event,
    make_news,
    make_project,
    make_world,
    translate,
)
from tests.publishing.published import number_changes_now
from tests.syndication.mirror import Mirror

pytestmark = pytest.mark.django_db


def publish(page: Any, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def get(**parameters: Any) -> tuple[int, Any]:
    number_changes_now()
    response = Client().get("/sync", parameters)
    return response.status_code, orjson.loads(response.content)


def test_a_copy_has_everything_and_hears_of_a_withdrawal(world: World) -> None:
    news = make_news(world.news, title="Item")
    mirror = Mirror().catch_up()

    news.unpublish()
    before = dict(mirror.items)
    mirror.catch_up()

    assert before[news.public_id]["title"] == "Item"
    assert before[news.public_id]["url"] == "https://main.example" + f"/news/{news.slug}/"
    assert before.keys() - mirror.items.keys() == {news.public_id}
    assert mirror.withdrawn == {news.public_id: "UNPUBLISHED"}


def test_references_are_ids_of_the_stream(world: World) -> None:
    topic = make_term(scheme=TermScheme.NEWS_TOPIC, code="AI")
    project = make_project(world.projects)
    news = make_news(world.news, topics=[topic], project=project)

    item = Mirror().catch_up().items[news.public_id]

    assert item["topics"] == [{"__typename": "Term", "id": topic.public_id}]
    assert item["project"] == {"__typename": "ProjectPage", "id": project.public_id}


def test_pages_of_one_give_the_same_as_one_page(world: World) -> None:
    make_news(world.news)
    make_event(world.events)

    small, large = Mirror(first=1).catch_up(), Mirror().catch_up()

    assert small.items == large.items


def test_what_others_may_not_take_over_is_absent_and_its_withdrawal_a_change(world: World) -> None:
    kept, given = make_news(world.news, syndication_allowed=False), make_news(world.news)
    mirror = Mirror().catch_up()
    assert given.public_id in mirror.items

    publish(given, syndication_allowed=False)
    mirror.catch_up()

    assert not {kept.public_id, given.public_id} & mirror.items.keys()
    assert mirror.withdrawn == {given.public_id: "NOT_SYNDICATED"}
    assert PublishedItem.objects.get(public_id=kept.public_id).visible


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [
        ({"newsTypes": "ACHIEVEMENT"}, {"types": ["NEWS"]}),
        ({"topics": "AI"}, {"topics": []}),
        ({"topics": "AI,ROBOTS", "types": "NewsPage"}, {"topics": []}),
    ],
)
def test_a_thing_that_leaves_a_filter_is_withdrawn_from_its_stream(
    world: World, parameters: dict[str, Any], fields: dict[str, Any]
) -> None:
    topic = make_term(scheme=TermScheme.NEWS_TOPIC, code="AI")
    news = make_news(world.news, types=["ACHIEVEMENT"], topics=[topic])
    never = make_news(world.news)
    mirror, whole = Mirror(**parameters).catch_up(), Mirror().catch_up()
    assert mirror.titles() == [news.title]

    publish(news, **fields)
    mirror.catch_up()
    whole.catch_up()

    assert mirror.titles() == []
    assert mirror.withdrawn == {news.public_id: "LEFT_FILTER"}
    assert {news.public_id, never.public_id} <= whole.items.keys()


def test_a_topic_filter_outlives_the_topic(world: World) -> None:
    topic = make_term(scheme=TermScheme.NEWS_TOPIC, code="AI")
    news = make_news(world.news, topics=[topic])
    topic.unpublish()
    mirror = Mirror(topics="AI").catch_up()

    news.unpublish()
    mirror.catch_up()

    assert mirror.withdrawn == {news.public_id: "UNPUBLISHED"}


def test_a_language_narrows_pages_and_not_vocabulary(world: World) -> None:
    translate(world.news)
    news = make_news(world.news)
    translated = translate(news, title="Новина")
    term = make_term()

    mirror = Mirror(locale="bg").catch_up()

    assert translated.public_id in mirror.items
    assert term.public_id in mirror.items
    assert news.public_id not in mirror.items


def test_a_site_narrows_pages(world: World) -> None:
    other = make_world(key="other", is_default=False)
    here, there = make_news(world.news), make_news(other.news)
    mirror = Mirror(site="main").catch_up()

    NewsPage.objects.get(pk=here.pk).move(
        NewsIndexPage.objects.get(pk=other.news.pk), pos="last-child"
    )
    mirror.catch_up()

    assert there.public_id not in mirror.items
    assert mirror.withdrawn == {here.public_id: "LEFT_FILTER"}


def test_a_redirect_names_the_replacement(world: World) -> None:
    old, new = make_news(world.news, slug="old"), make_news(world.news, slug="new")
    mirror = Mirror().catch_up()
    with transaction():
        old.delete()
        Redirect.objects.create(old_path="/news/old", site=world.site, redirect_page=new)

    nodes = mirror.ask()["items"]

    assert [(node["reason"], node["replacement"]) for node in nodes] == [
        ("DELETED", {"id": new.public_id, "url": "https://main.example/news/new/"})
    ]


@pytest.mark.parametrize(
    "cursor",
    ["", "nonsense", "WzEsImEiLCIiXQ:1abc:forged"],
)
def test_a_forged_cursor_is_refused(world: World, cursor: str) -> None:
    whole = Mirror().catch_up().cursor

    status, body = get(after=cursor or whole[:-2])

    assert (status, body["error"]["code"]) == (400, "BAD_USER_INPUT")
    assert "cursor" in body["error"]["message"]


def test_a_cursor_of_another_filter_is_refused(world: World) -> None:
    cursor = Mirror(types="NewsPage").catch_up().cursor

    status, body = get(after=cursor, types="EventPage")

    assert (status, body["error"]["code"]) == (400, "BAD_USER_INPUT")
    assert "another filter" in body["error"]["message"]


def test_a_cursor_from_before_a_restore_has_to_start_again(world: World) -> None:
    cursor = Mirror().catch_up().cursor
    call_command("after_restore", verbosity=0)

    status, body = get(after=cursor)

    assert (status, body["error"]["code"]) == (410, "CURSOR_TOO_OLD")
    assert "start without a cursor" in body["error"]["message"]


def test_a_cursor_ahead_of_the_clock_has_to_start_again(world: World) -> None:
    clock = PublishedItem.objects.order_by("-seq").values_list("seq", flat=True)
    number_changes_now()
    ahead = write_cursor(position=(clock[0] or 0) + 1, epoch=read_clock().epoch.hex)

    assert get(after=ahead)[0] == 410


def test_old_tombstones_go_and_cursors_before_them_start_again(world: World) -> None:
    news, other = make_news(world.news), make_news(world.news)
    first, second = Mirror().catch_up(), Mirror().catch_up()
    news.unpublish()
    second.catch_up()

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=401)):
        purged = purge()

    assert purged == 1
    assert not StreamFacet.objects.filter(public_id=news.public_id).exists()
    assert get(after=first.cursor)[0] == 410
    assert other.public_id in second.catch_up().items


def test_young_tombstones_stay(world: World) -> None:
    make_news(world.news).unpublish()

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=399)):
        assert purge() == 0


@pytest.mark.parametrize(
    ("parameters", "word"),
    [
        ({"first": "0"}, "`first`"),
        ({"first": "many"}, "`first`"),
        ({"since": "yesterday"}, "`since`"),
        ({"types": "User"}, "User"),
        ({"newsTypes": "GOSSIP"}, "GOSSIP"),
        ({"locale": "xx"}, "XX"),
        ({"site": "elsewhere"}, "site"),
    ],
)
def test_what_cannot_be_asked_is_named(world: World, parameters: dict[str, str], word: str) -> None:
    status, body = get(**parameters)

    assert status == 400
    assert word in body["error"]["message"]


def test_an_unchanged_page_costs_no_transfer(world: World) -> None:
    number_changes_now()
    first = Client().get("/sync")

    again = Client().get("/sync", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert Client().post("/sync").status_code == 405


def test_statements_do_not_depend_on_the_number_of_items(
    world: World, django_assert_num_queries: Any
) -> None:
    make_news(world.news)
    number_changes_now()
    with django_assert_num_queries(3):
        Client().get("/sync", {"types": "NewsPage"})

    for _ in range(5):
        make_news(world.news)
    number_changes_now()

    with django_assert_num_queries(3):
        Client().get("/sync", {"types": "NewsPage"})
