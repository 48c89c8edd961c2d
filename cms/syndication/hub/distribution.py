"""Bring the present content of a feed to its subscribers, signed, whenever it has changed.

Source: W3C WebSub, sections 7 (content distribution) and 7.1 (signatures).
"""

import datetime as dt
import hashlib
import hmac

from django.utils import timezone

from cms.publishing.clock import read_clock
from cms.syndication.channels import Announcement, Batch, NotSent, Route, database_turn, register
from cms.syndication.feeds.document import hub_url
from cms.syndication.hub.intake import HUB, Asked, forget_requests, hub_follower, store
from cms.syndication.hub.intent import ask, end_subscription
from cms.syndication.hub.topics import (
    Content,
    TopicRefused,
    TopicUnavailable,
    content_of,
)
from cms.syndication.models import Channel, Delivery, Follower, HubMode, HubSubscription
from cms.syndication.outbound import Reply, post

# One pending delivery per subscription: it brings whatever the feed says when it is sent.
FEED = "feed"
# What each topic said at which position, for as long as the worker looks at that position.
_seen: dict[str, tuple[int, str]] = {}


def connect() -> None:
    """Register the channel."""
    register(Channel.WEBSUB, Route(changes=changes, send=send, gone=gone))


def changes(follower: Follower, limit: int) -> Batch:
    """Return whether a subscriber has to be brought its feed anew."""
    position, now = read_clock().value, timezone.now()
    if follower.name == HUB:
        forget_requests(now=now)
        return Batch([], position)
    subscription = _subscription(follower.pk)
    if subscription is None or _has_ended(subscription, now=now):
        _end(subscription, follower)
        return Batch([], position)
    try:
        digest = _digest_at(position, topic=subscription.topic)
    except TopicUnavailable:
        return Batch([], follower.position)
    except TopicRefused:
        # The feed is no more. Its subscriber is told, as one whose subscription is denied.
        _end(subscription, follower)
        store(_denial(subscription), hub=hub_follower(), now=now)
        return Batch([], position)
    if digest == subscription.digest:
        return Batch([], position)
    HubSubscription.objects.filter(pk=subscription.pk).update(digest=digest)
    return Batch([Announcement(FEED, seq=position)], position)


def send(delivery: Delivery) -> Reply | None:
    """Ask a callback what it wants, or bring it the feed as it is now.

    Raises: OutboundRefused, OutboundFailed, NotSent.
    """
    try:
        if delivery.follower.name == HUB:
            ask(delivery)
            return None
        with database_turn():
            subscription = _subscription(delivery.follower_id)
            if subscription is None or _has_ended(subscription, now=timezone.now()):
                return None
            content = content_of(subscription.topic)
    except TopicUnavailable as error:
        raise NotSent("The feed cannot be read at the moment.") from error
    except TopicRefused:
        return None
    return post(subscription.callback, content.body, headers_of(subscription, content))


def headers_of(subscription: HubSubscription, content: Content) -> dict[str, str]:
    """Return what goes with the content: what it is, where it is from, and the signature."""
    headers = {
        "Content-Type": content.content_type,
        "Link": f'<{hub_url()}>; rel="hub", <{subscription.topic}>; rel="self"',
    }
    if subscription.secret:
        digest = hmac.digest(subscription.secret.encode(), content.body, hashlib.sha256)
        headers["X-Hub-Signature"] = f"sha256={digest.hex()}"
    return headers


def gone(follower: Follower) -> None:
    """End the subscription of a callback that says that it is no more."""
    _end(_subscription(follower.pk), follower)


def _subscription(follower: int) -> HubSubscription | None:
    return HubSubscription.objects.filter(follower=follower).first()


def _has_ended(subscription: HubSubscription, *, now: dt.datetime) -> bool:
    return subscription.lease_ends_at is None or subscription.lease_ends_at <= now


def _end(subscription: HubSubscription | None, follower: Follower) -> None:
    if follower.name == HUB:
        return
    if subscription is not None:
        end_subscription(topic=subscription.topic, callback=subscription.callback)
    Follower.objects.filter(pk=follower.pk).delete()


def _denial(subscription: HubSubscription) -> Asked:
    return Asked(
        HubMode.DENIED, subscription.topic, subscription.callback, subscription.host, "", 0
    )


def _digest_at(position: int, *, topic: str) -> str:
    """Return what a feed says, read once for all its subscribers."""
    known = _seen.get(topic)
    if known is None or known[0] != position:
        for other in [name for name, (at, _digest) in _seen.items() if at != position]:
            del _seen[other]
        known = _seen[topic] = (position, content_of(topic).digest)
    return known[1]
