"""Take in what is asked of the hub, within bounds, to be verified by the worker.

This is the one place where an anonymous request writes rows: docs/adr/0029-hub.md says why, and the
numbers here bound how many and how often.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from cms.publishing.clock import read_clock
from cms.publishing.turns import own_transaction
from cms.syndication.deliveries import new_message_id
from cms.syndication.leases import locked
from cms.syndication.models import (
    Channel,
    Delivery,
    DeliveryState,
    Follower,
    HubMode,
    HubRequest,
    HubSubscription,
)

# Rows that wait, or ended within the last minute.
REQUESTS_MAX = 200
REQUESTS_PER_HOST = 10
# Anybody can invent hosts; one client fills a quarter of the places at the most.
REQUESTS_PER_CLIENT = 50
SUBSCRIPTIONS_MAX = 200
SUBSCRIPTIONS_PER_HOST = 50
SUBSCRIPTIONS_PER_CLIENT = 50
REMEMBERED = dt.timedelta(minutes=1)
STUCK = dt.timedelta(days=1)
# How soon the same callback may ask anew for the same topic.
AGAIN_AFTER = dt.timedelta(seconds=5)
LEASE_SECONDS_MIN, LEASE_SECONDS_DEFAULT, LEASE_SECONDS_MAX = (
    days * 24 * 60 * 60 for days in (1, 10, 30)
)
# The follower whose deliveries are questions to callbacks, one at a time.
HUB = "hub"
INTENT = "intent:"


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what somebody asks for in the name of a callback.

    Shape: `host` is the callback's, in its one form; `client` stands for the address of who asks, empty
           for the hub itself.
    """

    mode: HubMode
    topic: str
    callback: str
    host: str
    secret: str = ""
    lease_seconds: int = LEASE_SECONDS_DEFAULT
    client: str = ""


class TooMany(Exception):
    """Say in a sentence what there is too much of, and after how many seconds to come again."""

    def __init__(self, words: str, *, seconds: int) -> None:
        super().__init__(words)
        self.seconds = seconds


def take_in(asked: Asked, *, now: dt.datetime | None = None) -> None:
    """Keep a request until the callback has confirmed it; the same one twice is kept once.

    Raises: TooMany.
    """
    now = now or timezone.now()
    if _waits_already(asked) or not _can_matter(asked):
        return
    hub = hub_follower()
    with own_transaction():
        # Locked, so that what is counted stays true until the row is there.
        locked(hub.pk)
        forget_requests(now=now)
        _check_bounds(asked, now=now)
        store(asked, hub=hub, now=now)


def store(asked: Asked, *, hub: Follower, now: dt.datetime) -> None:
    """Write a request and the question to its callback; the caller has locked the hub's follower."""
    request, _ = HubRequest.objects.update_or_create(
        topic=asked.topic,
        callback=asked.callback,
        defaults={
            "host": asked.host,
            "client": asked.client,
            "mode": asked.mode,
            "secret": asked.secret,
            "lease_seconds": asked.lease_seconds,
            "requested_at": now,
            "done_at": None,
        },
    )
    # A question that is on its way keeps its lease; by the new id it is seen that it is an old one.
    Delivery.objects.update_or_create(
        follower=hub,
        public_id=f"{INTENT}{request.pk}",
        state=DeliveryState.PENDING,
        defaults={"message_id": new_message_id(), "due_at": now, "attempt": 0},
        create_defaults={
            "message_id": new_message_id(),
            "seq": 0,
            "due_at": now,
            "created_at": now,
        },
    )


def hub_follower() -> Follower:
    """Return the follower of the questions to callbacks, made on first use."""
    found = Follower.objects.filter(name=HUB).first()
    if found is None:
        defaults = {"channel": Channel.WEBSUB, "position": read_clock().value}
        with own_transaction():
            found, _ = Follower.objects.get_or_create(name=HUB, defaults=defaults)
    return found


def forget_requests(*, now: dt.datetime) -> None:
    """Drop requests that ended long enough ago, and those that nobody could bring to an end."""
    ended, stuck = Q(done_at__lt=now - REMEMBERED), Q(requested_at__lt=now - STUCK)
    with own_transaction():
        HubRequest.objects.filter(ended | stuck).delete()


def is_full(*, host: str, client: str, now: dt.datetime) -> bool:
    """Say whether there is no room for one more subscription."""
    counted = HubSubscription.objects.filter(lease_ends_at__gt=now)
    return (
        counted.filter(host=host).count() >= SUBSCRIPTIONS_PER_HOST
        or (client != "" and counted.filter(client=client).count() >= SUBSCRIPTIONS_PER_CLIENT)
        or counted.count() >= SUBSCRIPTIONS_MAX
    )


def _same(asked: Asked) -> Q:
    return Q(topic=asked.topic, callback=asked.callback)


def _waits_already(asked: Asked) -> bool:
    return HubRequest.objects.filter(
        _same(asked),
        done_at=None,
        mode=asked.mode,
        secret=asked.secret,
        lease_seconds=asked.lease_seconds,
    ).exists()


def _can_matter(asked: Asked) -> bool:
    """Say whether there is anything to end; nobody is asked about what does not exist."""
    return (
        asked.mode != HubMode.UNSUBSCRIBE
        or HubSubscription.objects.filter(_same(asked)).exists()
        or HubRequest.objects.filter(_same(asked), done_at=None).exists()
    )


def _check_bounds(asked: Asked, *, now: dt.datetime) -> None:
    mine = HubRequest.objects.filter(_same(asked)).first()
    if mine is not None:
        if mine.requested_at > now - AGAIN_AFTER:
            words = "This callback has just asked for this topic; wait a few seconds."
            raise TooMany(words, seconds=5)
        return
    if HubRequest.objects.filter(host=asked.host).count() >= REQUESTS_PER_HOST:
        raise TooMany("Too many requests name this callback's host; come again.", seconds=60)
    of_client = HubRequest.objects.filter(client=asked.client).count() if asked.client else 0
    if of_client >= REQUESTS_PER_CLIENT:
        raise TooMany("Too many requests come from your address; come again.", seconds=60)
    if HubRequest.objects.count() >= REQUESTS_MAX:
        raise TooMany("Too many requests are waiting; come again.", seconds=60)
