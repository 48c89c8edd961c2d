"""Tell a portal by webhook what changed, in the form of Standard Webhooks 1.0.

The message is thin: it names the thing, its version and what happened. What it says is read at the
instant it is sent, so a thing that is no longer public by then is told of as withdrawn, without a word
of its content, whatever was to be told before.

Source: Standard Webhooks 1.0; CloudEvents 1.0 (binary mode); `docs/adr/0028-webhook-messages.md`.
"""

import base64
import datetime as dt
import hashlib
import hmac
from typing import Any

import orjson
from django.utils import timezone

from cms.publishing.clock import read_clock
from cms.publishing.reading.context import ReadContext
from cms.syndication.channels import (
    Batch,
    NotSent,
    Route,
    database_turn,
    register,
    stream_changes,
)
from cms.syndication.models import Channel, Delivery, Follower, Portal
from cms.syndication.outbound import Reply, post
from cms.syndication.stream import Changed, StreamFilter, changes_after

PREFIX = "whsec_"
EVENTS = {
    "PUBLISHED": "item.published",
    "UPDATED": "item.updated",
    "WITHDRAWN": "item.withdrawn",
}
SEQ_OF = "SELECT seq FROM publishing_publisheditem WHERE public_id = %s"
# A thing may change between the two statements that read it; it does not do so for long.
LOOKS = 5


def connect() -> None:
    """Register the channel."""
    register(Channel.WEBHOOK, Route(changes=changes, send=send, gone=gone))


def scope(portal: Portal) -> StreamFilter:
    """Return the filter of what a portal takes."""
    return StreamFilter(
        types=tuple(portal.types),
        news_types=tuple(portal.news_types),
        topics=tuple(portal.topics),
        locales=tuple(portal.languages),
    )


def follow(portal: Portal) -> Follower | None:
    """Make a portal's follower agree with it: there with a webhook address, active while it is.

    Shape: a new one begins at the present; what was public before, the portal loads by `/sync`. One
           whose address is taken away stands still, and goes on from there when it has one again.
    """
    follower = portal.follower
    is_active = bool(portal.is_active and portal.webhook_url)
    if follower is None:
        if not portal.webhook_url:
            return None
        follower, _ = Follower.objects.get_or_create(
            name=f"portal:{portal.pk}",
            defaults={
                "channel": Channel.WEBHOOK,
                "position": read_clock().value,
                "is_active": is_active,
            },
        )
        portal.follower = follower
        Portal.objects.filter(pk=portal.pk).update(follower=follower)
    if follower.is_active != is_active:
        follower.is_active = is_active
        follower.save(update_fields=["is_active"])
    return follower


def changes(follower: Follower, limit: int) -> Batch:
    """Return what is new for a portal."""
    portal = Portal.objects.filter(follower=follower).first()
    if portal is None:
        return Batch([], follower.position)
    return stream_changes(follower, limit, wanted=scope(portal))


def gone(follower: Follower) -> None:
    """Pause a portal whose webhook says that it is no more."""
    Follower.objects.filter(pk=follower.pk).update(is_active=False)
    Portal.objects.filter(follower=follower).update(is_active=False)


def send(delivery: Delivery) -> Reply | None:
    """Tell a portal how a thing stands now.

    Raises: OutboundRefused, OutboundFailed, NotSent.
    """
    now = timezone.now()
    with database_turn():
        portal = Portal.objects.filter(follower=delivery.follower_id).first()
        if portal is None or not portal.webhook_url:
            raise NotSent("The portal has no webhook address.")
        context = ReadContext(now=now)
        changed = state_of(context, delivery.public_id, wanted=scope(portal))
        if changed is None:
            return None
        message = message_of(changed, context)
        signing = secrets_of(portal, now=now)
    if not signing:
        raise NotSent("The portal has no secret to sign with.")
    delivery.seq, delivery.version = changed.seq, changed.version
    delivery.is_withdrawal = changed.item is None
    body = orjson.dumps(message)
    headers = {
        "content-type": "application/json",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": (stamp := str(int(now.timestamp()))),
        "webhook-signature": sign(
            body, message_id=delivery.message_id, timestamp=stamp, secrets=signing
        ),
        **_cloud_event(delivery, message),
    }
    return post(portal.webhook_url, body, headers)


def state_of(context: ReadContext, public_id: str, *, wanted: StreamFilter) -> Changed | None:
    """Return how a thing stands under a filter at the instant of a context; None if it never was in it.

    Shape: like an entry of the stream, so hidden things have no content.
    """
    for _ in range(LOOKS):
        rows = context.query(SEQ_OF, [public_id])
        if not rows or rows[0][0] is None:
            return None
        found = changes_after(context, rows[0][0] - 1, first=1, wanted=wanted)
        if found and found[0].public_id == public_id:
            return found[0]
        if context.query(SEQ_OF, [public_id]) == rows:
            return None
    raise NotSent("The thing keeps changing; it is tried again.")


def message_of(changed: Changed, context: ReadContext) -> dict[str, Any]:
    """Return the message about a change; `frontend_contract/webhook.schema.json` describes it."""
    site = context.sites.get(changed.site)
    instant = changed.changed_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    data = {
        "id": changed.public_id,
        "type": changed.type,
        "version": changed.version,
        "seq": changed.seq,
        "locale": changed.locale or None,
        "url": site.base_url + changed.path if site and changed.path else None,
        "changedAt": instant,
        "reason": changed.reason,
    }
    if changed.item is not None:
        data["title"] = changed.item.title
    return {"type": EVENTS[changed.change], "timestamp": instant, "data": data}


def secrets_of(portal: Portal, *, now: dt.datetime) -> tuple[str, ...]:
    """Return the secrets to sign with, the present one first; the former one while it counts."""
    until = portal.former_secret_until
    former = portal.former_secret if until is not None and now < until else ""
    return tuple(secret for secret in (portal.secret, former) if secret)


def sign(body: bytes, *, message_id: str, timestamp: str, secrets: tuple[str, ...]) -> str:
    """Return the signatures over exactly these bytes, one for each secret."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    keys = [base64.b64decode(secret.removeprefix(PREFIX)) for secret in secrets]
    digests = [hmac.digest(key, signed, hashlib.sha256) for key in keys]
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def _cloud_event(delivery: Delivery, message: dict[str, Any]) -> dict[str, str]:
    """Return the attributes for receivers that speak CloudEvents; others need not look at them."""
    return {
        "ce-specversion": "1.0",
        "ce-id": delivery.message_id,
        "ce-source": "urn:ictcluster",
        "ce-type": message["type"],
        "ce-subject": delivery.public_id,
        "ce-time": message["timestamp"],
    }
