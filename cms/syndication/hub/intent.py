"""Ask a callback whether it wants what was asked for in its name, and do what it confirms.

Nobody is subscribed, kept subscribed or unsubscribed by a stranger: the callback has to return a random
text that only it was sent. One question is on its way at a time, and none follows another to the same
host within a second.

Source: W3C WebSub, sections 5.2 (denial) and 5.3 (verification of intent).
"""

import datetime as dt
import logging
import secrets
import time
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.utils import timezone

from cms.publishing.clock import read_clock
from cms.publishing.turns import own_transaction
from cms.syndication.channels import database_turn
from cms.syndication.hub.intake import INTENT, hub_follower, is_full
from cms.syndication.hub.topics import Content, TopicRefused, content_of
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
from cms.syndication.outbound import OutboundFailed, OutboundRefused, get

logger = logging.getLogger(__name__)

CHALLENGE_BYTES = 32
HOST_PAUSE = dt.timedelta(seconds=1)
SHORTEST_WAIT_SECONDS = 0.05


def ask(delivery: Delivery) -> None:
    """Ask, or tell, a callback what a stored request says; the request ends with it, whatever comes.

    Raises: TopicUnavailable, django.db.Error: then it is asked again later.
    """
    request = _turn(int(delivery.public_id.removeprefix(INTENT)))
    if request is None:
        return
    with database_turn():
        position = read_clock().value
        content, refusal = _content(request)
    if refusal:
        _deny(request, refusal)
    elif _confirms(request):
        with database_turn():
            _apply(request, delivery, content=content, position=position)
    with database_turn():
        _close(request, delivery)


def _turn(pk: int) -> HubRequest | None:
    """Return a request when its host may be asked, waiting for that; None when it is done with."""
    while True:
        with database_turn(), own_transaction():
            # Whoever asks holds this row, so that two workers do not ask one host at once.
            locked(hub_follower().pk)
            request = HubRequest.objects.filter(pk=pk, done_at=None).first()
            if request is None:
                return None
            now = timezone.now()
            # What another machine's clock has put in the future holds up nobody for longer than this.
            lately = (now - HOST_PAUSE, now + HOST_PAUSE)
            asked = HubRequest.objects.filter(host=request.host, asked_at__range=lately)
            last = asked.order_by("-asked_at").values_list("asked_at", flat=True).first()
            if last is None:
                HubRequest.objects.filter(pk=pk).update(asked_at=now)
                return request
            wait = (last + HOST_PAUSE - now).total_seconds()
        time.sleep(max(wait, SHORTEST_WAIT_SECONDS))


def _content(request: HubRequest) -> tuple[Content | None, str]:
    """Return what the topic says when it may be subscribed to, else why it may not.

    Raises: TopicUnavailable.
    """
    if request.mode == HubMode.UNSUBSCRIBE:
        return None, ""
    try:
        content = content_of(request.topic)
    except TopicRefused:
        return None, "There is no such feed any more."
    if request.mode == HubMode.DENIED:
        return None, "The subscription was ended."
    kept = HubSubscription.objects.filter(topic=request.topic, callback=request.callback)
    is_new = not kept.exists()
    if is_new and is_full(host=request.host, client=request.client, now=timezone.now()):
        return None, "The hub takes no more subscriptions."
    return content, ""


def _confirms(request: HubRequest) -> bool:
    """Ask the callback; only the challenge itself, answered with success, is a yes."""
    challenge = secrets.token_urlsafe(CHALLENGE_BYTES)
    parameters = {"hub.challenge": challenge}
    if request.mode == HubMode.SUBSCRIBE:
        parameters["hub.lease_seconds"] = str(request.lease_seconds)
    try:
        reply = get(_address(request, **parameters))
    except (OutboundFailed, OutboundRefused) as error:
        logger.info("hub: %s was not confirmed by %s: %s", request.mode, request.host, error)
        return False
    is_echo = secrets.compare_digest(reply.body_start, challenge.encode())
    if not (reply.is_success and is_echo):
        logger.info("hub: %s was not confirmed by %s", request.mode, request.host)
    return reply.is_success and is_echo


def _deny(request: HubRequest, reason: str) -> None:
    try:
        get(_address(request, mode=HubMode.DENIED, **{"hub.reason": reason}))
    except (OutboundFailed, OutboundRefused) as error:
        logger.info("hub: %s could not be told of a denial: %s", request.host, error)


def _address(request: HubRequest, *, mode: str | None = None, **parameters: str) -> str:
    """Return the callback with the hub's parameters behind its own."""
    parts = urlsplit(request.callback)
    ours = {"hub.mode": mode or request.mode, "hub.topic": request.topic, **parameters}
    query = f"{parts.query}&{urlencode(ours)}" if parts.query else urlencode(ours)
    return urlunsplit(parts._replace(query=query))


def _apply(
    request: HubRequest, delivery: Delivery, *, content: Content | None, position: int
) -> None:
    """Do what the callback has confirmed, unless something else was asked for meanwhile."""
    with own_transaction():
        locked(delivery.follower_id)
        if not _is_latest(delivery):
            return
        if request.mode == HubMode.UNSUBSCRIBE:
            end_subscription(topic=request.topic, callback=request.callback)
        else:
            assert content is not None
            _subscribe(request, content=content, position=position)


def _subscribe(request: HubRequest, *, content: Content, position: int) -> None:
    lasting = {
        "host": request.host,
        "client": request.client,
        "secret": request.secret,
        "lease_ends_at": timezone.now() + dt.timedelta(seconds=request.lease_seconds),
    }
    subscription, _ = HubSubscription.objects.update_or_create(
        topic=request.topic,
        callback=request.callback,
        defaults=lasting,
        create_defaults={**lasting, "digest": content.digest},
    )
    if subscription.follower is None:
        subscription.follower = Follower.objects.create(
            channel=Channel.WEBSUB, name=f"websub:{subscription.pk}", position=position
        )
        subscription.save(update_fields=["follower"])


def end_subscription(*, topic: str, callback: str) -> None:
    """Drop a subscription with everything that was on its way to it."""
    found = HubSubscription.objects.filter(topic=topic, callback=callback)
    followers = list(Follower.objects.filter(subscription__in=found).values_list("pk", flat=True))
    found.delete()
    Follower.objects.filter(pk__in=followers).delete()


def _close(request: HubRequest, delivery: Delivery) -> None:
    """End a request, unless it was made anew meanwhile."""
    with own_transaction():
        locked(delivery.follower_id)
        now = timezone.now()
        # The pause counts from here: how long the question took to get there nobody knows.
        HubRequest.objects.filter(pk=request.pk).update(asked_at=now)
        if _is_latest(delivery):
            HubRequest.objects.filter(pk=request.pk).update(done_at=now, secret="")


def _is_latest(delivery: Delivery) -> bool:
    return Delivery.objects.filter(
        pk=delivery.pk, message_id=delivery.message_id, state=DeliveryState.PENDING
    ).exists()
