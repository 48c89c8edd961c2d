"""A cache in front hears when an address is only nothing, no longer a page that is gone."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.publishing.models import PublishedItem
from cms.publishing.tags import EVERYTHING, tag_of_list, tag_of_thing
from cms.syndication import deliveries, purge, retention
from cms.syndication.leases import lease
from cms.syndication.models import Delivery
from cms.syndication.sending import attempt
from tests.factories import make_term
from tests.page_factories import World, make_news
from tests.publishing.published import number_changes_now
from tests.syndication.following import settle
from tests.syndication.receiver import Receiver, listening, status


@pytest.fixture
def told(world: World, settings: Any) -> Iterator[Receiver]:
    """Return a cache that is told from now on."""
    with listening() as receiver:
        settings.OUTBOUND_ALLOW_LOOPBACK = True
        settings.PURGE_URL = receiver.url
        number_changes_now()
        purge.follow()
        yield receiver


def _settled(told: Receiver) -> None:
    """Tell what has changed so far, and begin to listen anew."""
    settle()
    told.requests.clear()


def _forget_tombstones() -> int:
    number_changes_now()
    return retention.purge(now=timezone.now() + dt.timedelta(days=401))


def _bodies(receiver: Receiver) -> list[Any]:
    return [orjson.loads(request.body) for request in receiver.requests]


def _told_of(page: Any) -> dict[str, list[str]]:
    row = PublishedItem.objects.get(key=f"page:{page.pk}")
    lists = tag_of_list("NewsPage", site="main", locale="en")
    return {
        "tags": [tag_of_thing(row.public_id), lists, EVERYTHING],
        "urls": ["https://main.example/news/one/"],
    }


def test_an_address_where_something_was_is_purged_once_nobody_remembers(
    told: Receiver, world: World
) -> None:
    page = make_news(world.news, slug="one")
    page.unpublish()
    _settled(told)
    expected = _told_of(page)

    assert _forget_tombstones() == 1
    settle()

    assert _bodies(told) == [expected]


def test_where_another_page_stands_or_stood_nothing_else_is_answered(
    told: Receiver, world: World
) -> None:
    make_news(world.news, slug="one").unpublish()
    Page.objects.get(slug="one").delete()
    make_news(world.news, slug="one")
    _settled(told)

    assert _forget_tombstones() == 1
    settle()

    assert set(PublishedItem.objects.filter(path="/news/one/").values_list("visible")) == {(True,)}
    assert [body["urls"] for body in _bodies(told)] == [[]]


def test_what_was_no_page_is_told_once_without_an_address(told: Receiver, world: World) -> None:
    make_term(code="SEA").unpublish()
    Redirect.objects.create(old_path="/old", redirect_page=world.news).delete()
    _settled(told)

    assert _forget_tombstones() == 2
    settle()

    [body] = _bodies(told)
    assert body["urls"] == []
    assert EVERYTHING in body["tags"]


def test_when_nothing_is_forgotten_nothing_is_told(told: Receiver, world: World) -> None:
    make_news(world.news, slug="one")
    _settled(told)

    assert _forget_tombstones() == 0
    settle()

    assert told.requests == []


def test_it_is_told_until_it_is_heard_and_then_let_go(told: Receiver, world: World) -> None:
    page = make_news(world.news, slug="one")
    page.unpublish()
    _settled(told)
    expected = _told_of(page)
    told.answer(status(503))
    _forget_tombstones()
    settle()

    for delivery in lease("test", limit=1, now=timezone.now() + dt.timedelta(days=2)):
        attempt(delivery)

    assert _bodies(told) == [expected, expected]
    deliveries.purge(now=timezone.now() + dt.timedelta(days=31))
    assert not Delivery.objects.exclude(place=None).exists()


def test_without_a_cache_nothing_is_kept_of_what_is_forgotten(world: World) -> None:
    make_news(world.news, slug="one").unpublish()
    number_changes_now()
    purge.follow()

    assert _forget_tombstones() == 1
    assert Delivery.objects.count() == 0
