"""Nothing is done in a callback's name that the callback has not confirmed, and nobody is flooded."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from cms.syndication.hub import intake, intent
from cms.syndication.leases import lease
from cms.syndication.models import Follower, HubRequest, HubSubscription
from cms.syndication.sending import attempt
from tests.page_factories import World, make_news
from tests.syndication.attempt_limit import HANG_SECONDS, AttemptLimit
from tests.syndication.hub.asking import (
    EVENTS,
    NEWS,
    Question,
    brought,
    echo,
    post,
    questions,
    settle,
    subscribed,
    waiting,
    work,
)
from tests.syndication.receiver import Receiver, endless, status, unfinished

pytestmark = pytest.mark.usefixtures("world")
DAY = 24 * 60 * 60


def _subscriptions() -> list[tuple[str, str]]:
    return list(HubSubscription.objects.order_by("topic").values_list("topic", "callback"))


def test_a_callback_that_returns_the_challenge_is_subscribed(receiver: Receiver) -> None:
    now = timezone.now()

    with time_machine.travel(now, tick=False):
        subscription = subscribed(receiver, secret="a secret", lease_seconds=3 * DAY)

    (asked,) = questions(receiver)
    assert asked == Question("subscribe", NEWS, asked.challenge, str(3 * DAY), "")
    # 43 characters of base64 are 256 bits.
    assert len(asked.challenge) == 43
    assert subscription.secret == "a secret"
    assert subscription.host == "127.0.0.1"
    assert subscription.lease_ends_at == now + dt.timedelta(days=3)
    assert subscription.follower is not None
    assert subscription.follower.is_active
    assert waiting() == []
    assert brought(receiver) == []


WRONG = [
    pytest.param(echo(404), id="not a success"),
    pytest.param(echo(302), id="a redirect"),
    pytest.param(echo(around="{}\n"), id="a line end more"),
    pytest.param(echo(around="{} "), id="a space more"),
    pytest.param(status(200, b"something else"), id="something else"),
    pytest.param(status(200), id="nothing"),
    pytest.param(status(204), id="no content"),
    pytest.param(endless(), id="ten gigabytes"),
]


@pytest.mark.parametrize("answer", WRONG)
def test_a_callback_that_does_not_return_the_challenge_is_left_alone(
    answer: Any, receiver: Receiver
) -> None:
    post(receiver.url)
    receiver.answer(answer)

    settle()

    assert len(questions(receiver)) == 1
    assert _subscriptions() == []
    assert waiting() == []
    assert [follower.name for follower in Follower.objects.all()] == ["hub"]


def test_a_callback_that_cannot_be_reached_is_not_asked_again(receiver: Receiver) -> None:
    post("http://127.0.0.1:9/callback")

    settle()

    assert _subscriptions() == []
    assert waiting() == []


def test_a_callback_whose_answer_has_no_end_is_given_up(
    receiver: Receiver, limit: AttemptLimit
) -> None:
    post(receiver.url)
    receiver.answer(unfinished(begun=limit.is_over))

    settle()

    assert receiver.hung_up.wait(HANG_SECONDS)
    assert _subscriptions() == []
    assert waiting() == []


def test_challenges_differ(receiver: Receiver, unhurried: None) -> None:
    for topic in (NEWS, EVENTS):
        subscribed(receiver, topic=topic)

    first, second = questions(receiver)
    assert first.challenge != second.challenge


@pytest.mark.parametrize(
    ("asked", "granted"),
    [(None, 10 * DAY), (10, DAY), (7 * DAY, 7 * DAY), (10**12, 30 * DAY)],
)
def test_a_lease_is_between_a_day_and_thirty(
    asked: int | None, granted: int, receiver: Receiver
) -> None:
    subscribed(receiver, lease_seconds="" if asked is None else asked)

    assert [question.lease_seconds for question in questions(receiver)] == [str(granted)]


def test_what_the_callback_has_in_its_own_address_stays(receiver: Receiver) -> None:
    callback = f"{receiver.url}?key=a%2Fb&empty="
    receiver.answer(echo())
    post(callback)

    settle()

    assert receiver.requests[0].path.startswith("/hook?key=a%2Fb&empty=&hub.mode=subscribe&hub.t")
    assert _subscriptions() == [(NEWS, callback)]


def test_a_renewal_lengthens_the_lease_and_changes_the_secret(
    receiver: Receiver, unhurried: None
) -> None:
    first = subscribed(receiver, secret="old", lease_seconds=DAY)
    HubRequest.objects.all().delete()

    second = subscribed(receiver, secret="new", lease_seconds=20 * DAY)

    assert first.lease_ends_at is not None
    assert second.lease_ends_at is not None
    assert (second.pk, second.follower, second.secret) == (first.pk, first.follower, "new")
    assert second.lease_ends_at - first.lease_ends_at > dt.timedelta(days=18)


def test_a_renewal_that_is_not_confirmed_leaves_what_was(
    receiver: Receiver, unhurried: None
) -> None:
    first = subscribed(receiver, secret="old", lease_seconds=DAY)
    HubRequest.objects.all().delete()
    post(receiver.url, secret="of somebody else")
    receiver.answer(status(404))

    settle()

    kept = HubSubscription.objects.get()
    assert (kept.secret, kept.lease_ends_at) == ("old", first.lease_ends_at)


def test_leaving_is_asked_about_too(receiver: Receiver, unhurried: None, world: World) -> None:
    subscribed(receiver)
    receiver.answer(status(503))
    make_news(world.news)
    work()
    HubRequest.objects.all().delete()
    assert len(waiting()) == 1
    post(receiver.url, mode="unsubscribe")
    receiver.answer(echo())

    settle()

    asked = questions(receiver)[-1]
    assert asked == Question("unsubscribe", NEWS, asked.challenge, "", "")
    assert _subscriptions() == []
    assert waiting() == []
    assert [follower.name for follower in Follower.objects.all()] == ["hub"]


def test_nobody_can_be_made_to_leave_by_a_stranger(receiver: Receiver, unhurried: None) -> None:
    subscribed(receiver)
    HubRequest.objects.all().delete()
    post(receiver.url, mode="unsubscribe")
    receiver.answer(status(404))

    settle()

    assert _subscriptions() == [(NEWS, receiver.url)]


def test_what_was_asked_for_anew_while_the_callback_answered_counts(
    receiver: Receiver, unhurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "AGAIN_AFTER", dt.timedelta(0))
    post(receiver.url, secret="old")
    (due,) = lease("test", limit=1)
    asked_of = intent._confirms

    def meanwhile(request: HubRequest) -> bool:
        receiver.answer(echo())
        answer = asked_of(request)
        monkeypatch.setattr(intent, "_confirms", asked_of)
        post(receiver.url, secret="new")
        return answer

    monkeypatch.setattr(intent, "_confirms", meanwhile)
    attempt(due)
    assert _subscriptions() == []

    receiver.answer(echo())
    settle()

    assert HubSubscription.objects.get().secret == "new"
    assert len(questions(receiver)) == 2
    assert waiting() == []
