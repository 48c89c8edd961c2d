"""The hub asks slowly, survives what goes wrong while it asks, and says when it is full."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from cms.syndication.hub import intake, intent
from cms.syndication.hub.topics import TopicUnavailable
from cms.syndication.leases import lease
from cms.syndication.models import Delivery, HubRequest, HubSubscription
from cms.syndication.sending import attempt
from tests.syndication.hub import site
from tests.syndication.hub.asking import (
    EVENTS,
    NEWS,
    Question,
    echo,
    post,
    questions,
    settle,
    subscribed,
    work,
)
from tests.syndication.receiver import Receiver, listening, status

pytestmark = pytest.mark.usefixtures("world")
DAY = 24 * 60 * 60


def _subscriptions() -> list[tuple[str, str]]:
    return list(HubSubscription.objects.order_by("topic").values_list("topic", "callback"))


def test_who_died_while_asking_is_followed_by_another(receiver: Receiver, unhurried: None) -> None:
    post(receiver.url)
    lease("who dies", limit=1)
    receiver.answer(echo())

    assert work() == 0
    assert work(now=timezone.now() + dt.timedelta(seconds=61)) == 1
    assert _subscriptions() == [(NEWS, receiver.url)]


@pytest.mark.parametrize("error", [TopicUnavailable("The feed answers 503."), OperationalError()])
def test_a_database_that_is_away_only_delays_the_question(
    error: Exception, receiver: Receiver, unhurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(receiver.url)
    with monkeypatch.context() as patched:
        patched.setattr(intent, "content_of", _raising(error))
        (due,) = lease("test", limit=1)
        if isinstance(error, OperationalError):
            with pytest.raises(OperationalError):
                attempt(due)
        else:
            attempt(due)
    assert receiver.requests == []
    receiver.answer(echo())

    work(now=timezone.now() + dt.timedelta(minutes=2))

    assert _subscriptions() == [(NEWS, receiver.url)]


def _raising(error: Exception) -> Any:
    def raising(*_: object) -> None:
        raise error

    return raising


def test_no_host_is_asked_twice_within_a_second(receiver: Receiver) -> None:
    for topic in (NEWS, EVENTS, f"{NEWS}?language=en"):
        post(receiver.url, topic=topic)

    settle()

    times = [request.at for request in receiver.requests]
    assert len(times) == 3
    assert all(later - earlier >= 1 for earlier, later in itertools.pairwise(times))


def test_two_hosts_need_not_wait_for_each_other(receiver: Receiver) -> None:
    with listening() as other:
        callback = other.url.replace("127.0.0.1", "localhost")
        post(receiver.url)
        post(callback)

        settle()

        (here,), (there,) = receiver.requests, other.requests
        # A second at the same host; here only what asking takes.
        assert abs(here.at - there.at) < 1


def test_one_question_is_on_its_way_at_a_time(receiver: Receiver) -> None:
    for number in range(5):
        post(f"{receiver.url}/{number}")

    assert len(lease("one", limit=100)) == 1
    assert lease("other", limit=100) == []


def test_a_full_hub_says_so_to_newcomers_and_still_renews(
    receiver: Receiver, unhurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(receiver)
    monkeypatch.setattr(intake, "SUBSCRIPTIONS_PER_HOST", 1)
    HubRequest.objects.all().delete()
    post(receiver.url, topic=EVENTS)

    settle()

    told = questions(receiver)[-1]
    assert told == Question("denied", EVENTS, "", "", "The hub takes no more subscriptions.")
    HubRequest.objects.all().delete()
    subscribed(receiver, lease_seconds=DAY)
    assert _subscriptions() == [(NEWS, receiver.url)]


def test_one_client_cannot_have_every_subscription(
    receiver: Receiver, unhurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(receiver)
    monkeypatch.setattr(intake, "SUBSCRIPTIONS_PER_CLIENT", 1)
    HubRequest.objects.all().delete()
    post(receiver.url, topic=EVENTS)

    settle()

    assert questions(receiver)[-1].reason == "The hub takes no more subscriptions."
    HubRequest.objects.all().delete()
    receiver.answer(echo())
    post(receiver.url, topic=EVENTS, address="192.0.2.2")
    settle()
    assert _subscriptions() == [(EVENTS, receiver.url), (NEWS, receiver.url)]


def test_leases_that_ended_make_room(
    receiver: Receiver, unhurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(receiver)
    monkeypatch.setattr(intake, "SUBSCRIPTIONS_MAX", 1)
    HubSubscription.objects.update(lease_ends_at=timezone.now())

    assert subscribed(receiver, topic=EVENTS).topic == EVENTS


def test_a_feed_that_is_gone_by_then_is_denied(receiver: Receiver) -> None:
    post(receiver.url)
    site.CLOSED.add("news")

    settle()

    assert questions(receiver) == [
        Question("denied", NEWS, "", "", "There is no such feed any more.")
    ]
    assert _subscriptions() == []


def test_no_secret_and_no_question_is_kept_when_it_is_over(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="cms")
    post(f"{receiver.url}?token=capability", secret="very secret")
    receiver.answer(status(404, b"very secret answer"))

    settle()

    assert Delivery.objects.count() == 0
    assert [request.secret for request in HubRequest.objects.all()] == [""]
    messages = [record.getMessage() for record in caplog.records if record.name.startswith("cms")]
    assert messages == ["hub: subscribe was not confirmed by 127.0.0.1"]
