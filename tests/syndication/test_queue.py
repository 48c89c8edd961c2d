"""Operators learn how much waits to be delivered."""

import datetime as dt

import pytest
from django.utils import timezone

from cms.publishing.models import ContentClock
from cms.syndication.models import Channel, Delivery, Follower
from cms.syndication.queue import QueueState, queue_state

pytestmark = pytest.mark.django_db


def deliver(follower: Follower, state: str, *, age_seconds: int = 0) -> None:
    number = Delivery.objects.count()
    at = timezone.now() - dt.timedelta(seconds=age_seconds)
    Delivery.objects.create(
        follower=follower,
        message_id=f"message-{number}",
        public_id=f"thing-{number}",
        seq=number,
        state=state,
        due_at=at,
        created_at=at,
    )


def test_an_empty_queue() -> None:
    assert queue_state(now=timezone.now()) == QueueState(0, 0, 0, 0, 0.0)


def test_what_waits_what_was_given_up_and_who_is_furthest_behind() -> None:
    ContentClock.objects.update(value=100)
    follower = Follower.objects.create(channel=Channel.WEBHOOK, name="a", position=90)
    Follower.objects.create(channel=Channel.WEBHOOK, name="b", position=97)
    Follower.objects.create(channel=Channel.WEBHOOK, name="c", position=1, is_active=False)
    deliver(follower, "PENDING", age_seconds=3_000)
    deliver(follower, "PENDING")
    deliver(follower, "FAILED", age_seconds=9_000)
    deliver(follower, "DELIVERED", age_seconds=9_000)

    found = queue_state(now=timezone.now())

    assert (found.clock, found.lag, found.pending, found.failed) == (100, 10, 2, 1)
    assert found.waiting_seconds == pytest.approx(3_000, abs=5)
