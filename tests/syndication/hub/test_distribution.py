"""When a feed changes, subscribers are brought what a reader would get, signed, until they have it."""

import datetime as dt
import hashlib
import hmac
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.publishing import reconcile
from cms.syndication.hub import distribution
from cms.syndication.hub.topics import Content, TopicUnavailable, content_of
from cms.syndication.models import Delivery, Follower, HubRequest, HubSubscription
from tests.page_factories import World, make_event, make_news
from tests.syndication.hub import site
from tests.syndication.hub.asking import (
    BASE,
    EVENTS,
    NEWS,
    Question,
    announce,
    brought,
    questions,
    settle,
    subscribed,
    waiting,
    work,
)
from tests.syndication.receiver import Receiver, status

pytestmark = pytest.mark.usefixtures("unhurried")
SECRET = "шифър of a subscriber"


def _feed(client: Client, address: str = NEWS) -> bytes:
    return client.get(address.removeprefix(BASE)).content


def test_a_change_brings_the_feed_as_a_reader_gets_it(
    receiver: Receiver, world: World, client: Client
) -> None:
    subscribed(receiver, secret=SECRET)
    make_news(world.news, title="Straight to you")

    settle()

    (request,) = brought(receiver)
    assert request.body == _feed(client) == b'{"titles": ["Straight to you"]}'
    assert request.headers["content-type"] == "application/feed+json"
    assert request.headers["link"] == f'<{BASE}/hub>; rel="hub", <{NEWS}>; rel="self"'
    signed = hmac.new(SECRET.encode(), request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-hub-signature"] == f"sha256={signed}"
    assert "cookie" not in request.headers
    assert waiting() == []


def test_without_a_secret_there_is_no_signature(receiver: Receiver, world: World) -> None:
    subscribed(receiver)
    make_news(world.news)

    settle()

    (request,) = brought(receiver)
    assert "x-hub-signature" not in request.headers


def test_many_changes_before_the_delivery_are_one(
    receiver: Receiver, world: World, client: Client
) -> None:
    subscribed(receiver)
    for _ in range(5):
        make_news(world.news)
        announce()
    assert len(waiting()) == 1

    settle()

    assert [request.body for request in brought(receiver)] == [_feed(client)]


def test_a_change_elsewhere_brings_nothing(receiver: Receiver, world: World) -> None:
    subscribed(receiver, topic=EVENTS)

    make_news(world.news)
    settle()
    assert brought(receiver) == []

    make_event(world.events, title="At last")
    settle()
    assert [request.body for request in brought(receiver)] == [b'{"titles": ["At last"]}']


def test_drafts_and_autosaves_bring_nothing(receiver: Receiver, world: World) -> None:
    page = make_news(world.news, title="Public")
    subscribed(receiver)

    for number in range(50):
        page.title = f"Draft {number}"
        page.save_revision()
    make_news(world.news, title="Never shown", live=False)
    settle()

    assert brought(receiver) == []


def test_a_withdrawal_brings_the_feed_without_it(receiver: Receiver, world: World) -> None:
    page = make_news(world.news, title="Canary")
    subscribed(receiver)

    page.unpublish()
    settle()

    assert [request.body for request in brought(receiver)] == [b'{"titles": []}']


def test_what_is_brought_late_is_what_the_feed_says_then(receiver: Receiver, world: World) -> None:
    subscribed(receiver)
    page = make_news(world.news, title="Canary")
    receiver.answer(status(503))
    work()
    assert [b"Canary" in request.body for request in brought(receiver)] == [True]

    page.unpublish()
    settle()

    assert [b"Canary" in request.body for request in brought(receiver)] == [True, False]


def test_what_expires_before_it_is_brought_is_not_brought(receiver: Receiver, world: World) -> None:
    subscribed(receiver)
    ends = timezone.now() + dt.timedelta(minutes=5)
    page = make_news(world.news, title="Canary", expire_at=ends)
    announce()
    assert page.live
    assert len(waiting()) == 1

    with time_machine.travel(ends + dt.timedelta(seconds=1)):
        settle()
        reconcile.tick()
        settle()

    assert [request.body for request in brought(receiver)] == [b'{"titles": []}'] * 2


def test_a_failure_is_tried_again_on_schedule(receiver: Receiver, world: World) -> None:
    subscribed(receiver)
    make_news(world.news)
    receiver.answer(status(500), status(302, location="http://127.0.0.1/"))
    settle()
    (delivery,) = waiting()
    assert delivery.attempt == 1
    assert delivery.error == "The answer was 500."

    work(now=timezone.now() + dt.timedelta(seconds=10))
    (delivery,) = waiting()
    assert delivery.attempt == 2

    work(now=timezone.now() + dt.timedelta(minutes=10))
    assert waiting() == []
    assert len(brought(receiver)) == 3
    assert len({request.body for request in brought(receiver)}) == 1


def test_a_callback_that_is_gone_ends_its_subscription(receiver: Receiver, world: World) -> None:
    subscribed(receiver)
    make_news(world.news)
    receiver.answer(status(410))
    settle()

    make_news(world.news)
    settle()

    assert len(brought(receiver)) == 1
    assert HubSubscription.objects.count() == 0
    assert Delivery.objects.count() == 0
    assert [follower.name for follower in Follower.objects.all()] == ["hub"]


def test_nothing_is_brought_after_the_lease(receiver: Receiver, world: World) -> None:
    subscribed(receiver)
    make_news(world.news)
    announce()
    HubSubscription.objects.update(lease_ends_at=timezone.now())
    settle()
    assert brought(receiver) == []

    make_news(world.news)
    settle()

    assert brought(receiver) == []
    assert HubSubscription.objects.count() == 0
    assert Follower.objects.filter(name__startswith="websub:").count() == 0


def test_a_feed_that_is_no_more_ends_its_subscriptions_and_says_so(
    receiver: Receiver, world: World
) -> None:
    subscribed(receiver)
    HubRequest.objects.all().delete()
    site.CLOSED.add("news")
    make_news(world.news)

    settle()

    assert questions(receiver)[-1] == Question(
        "denied", NEWS, "", "", "There is no such feed any more."
    )
    assert brought(receiver) == []
    assert HubSubscription.objects.count() == 0


def test_a_feed_that_cannot_be_read_for_a_moment_is_brought_later(
    receiver: Receiver, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(receiver)
    make_news(world.news)

    def unreadable(_topic: str) -> Any:
        raise TopicUnavailable("The feed answers 503.")

    with monkeypatch.context() as patched:
        patched.setattr(distribution, "content_of", unreadable)
        settle()
    assert brought(receiver) == []

    settle()

    assert len(brought(receiver)) == 1


def test_a_feed_is_read_once_for_all_its_subscribers(
    receiver: Receiver, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    callbacks = [f"{receiver.url}/{number}" for number in range(4)]
    for callback in callbacks:
        follower = Follower.objects.create(channel="WEBSUB", name=f"websub:{callback}")
        HubSubscription.objects.create(
            topic=NEWS,
            callback=callback,
            lease_ends_at=timezone.now() + dt.timedelta(days=1),
            follower=follower,
        )
    read: list[str] = []

    def counted(topic: str) -> Content:
        read.append(topic)
        return content_of(topic)

    monkeypatch.setattr(distribution, "content_of", counted)

    announce()

    assert read == [NEWS]
    assert len(waiting()) == 4
    settle()
    assert sorted(r.path for r in brought(receiver)) == [f"/hook/{n}" for n in range(4)]


def test_nothing_is_asked_or_written_while_nothing_changes(
    receiver: Receiver, world: World
) -> None:
    make_news(world.news)
    subscribed(receiver)
    settle()

    with CaptureQueriesContext(connection) as captured:
        assert work() == 0

    # SET is what makes PostgreSQL number the changes of an open transaction, in tests alone.
    assert {s["sql"].split()[0] for s in captured} - {"SET"} == {"SELECT"}
    assert brought(receiver) == []
