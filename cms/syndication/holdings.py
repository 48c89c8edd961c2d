"""Say which portal holds what of one thing, and which has yet to take it down.

A portal holds a state when a webhook with it was answered with 2xx, or when the portal has read on from
behind it by itself.
"""

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from cms.publishing.models import PublishedItem
from cms.publishing.reading.loads import SHOWN, TABLE
from cms.syndication.deliveries import KEEP
from cms.syndication.models import Delivery, DeliveryState, Portal
from cms.syndication.progress import AT_ONCE, all_of, owed_since, told_until
from cms.syndication.webhooks import scope


class Standing(enum.Enum):
    """How a portal stands to the latest state of a thing."""

    HOLDS = "holds"
    RETRACTED = "retracted"
    PENDING = "pending"
    FAILED = "failed"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Holding:
    """Hold how one portal stands to one thing.

    Shape: `version` is the latest that the portal is known to have, None when it never had one or has
           taken it down. `is_withdrawal` tells whether the state it stands to is a withdrawal.
           `status`, `error` and `attempt` are of the latest delivery, while there is one not arrived.
    """

    portal: str
    standing: Standing
    version: int | None
    is_withdrawal: bool
    status: int | None = None
    error: str = ""
    attempt: int = 0

    @property
    def words(self) -> str:
        """Return how it stands, for people."""
        what = "the retraction" if self.is_withdrawal else "the present version"
        return {
            Standing.HOLDS: "Has the present version",
            Standing.RETRACTED: "Has confirmed the retraction",
            Standing.PENDING: f"On its way: {what}",
            Standing.FAILED: f"Could not be brought {what}",
            Standing.UNTOLD: f"Has not confirmed {what}",
        }[self.standing]


_UNARRIVED = {
    DeliveryState.PENDING.value: Standing.PENDING,
    DeliveryState.FAILED.value: Standing.FAILED,
}


def holdings_of(thing: PublishedItem, *, now: dt.datetime) -> list[Holding]:
    """Return how each portal that has or had to do with a thing stands to it, by name.

    Shape: three statements, however many portals there are.
    """
    portals = list(Portal.objects.select_related("follower"))
    wanted_by = _wanted_by(thing, portals, now=now)
    concerned = [portal for portal in portals if portal.pk in wanted_by]
    followers = [portal.follower_id for portal in concerned if portal.follower_id]
    deliveries: dict[int, list[Delivery]] = {}
    found = Delivery.objects.filter(public_id=thing.public_id, follower__in=followers)
    for delivery in found.order_by("seq", "pk").defer("answer"):
        deliveries.setdefault(delivery.follower_id, []).append(delivery)
    holdings = (
        _holding(
            portal,
            thing,
            deliveries.get(portal.follower_id or 0, []),
            is_withdrawal=not wanted_by[portal.pk],
            now=now,
        )
        for portal in concerned
    )
    return [holding for holding in holdings if holding is not None]


def _wanted_by(
    thing: PublishedItem, portals: Sequence[Portal], *, now: dt.datetime
) -> dict[int, bool]:
    """Return, of the portals in whose scope a thing ever was, whether it is there now."""
    found: dict[int, bool] = {}
    parts = [_scope(portal, thing, now=now) for portal in portals]
    for start in range(0, len(parts), AT_ONCE):
        batch = parts[start : start + AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(text for text, _values in batch),
                [value for _text, values in batch for value in values],
            )
            found.update((pk, bool(is_wanted)) for pk, is_wanted in cursor.fetchall())
    return found


def _scope(portal: Portal, thing: PublishedItem, *, now: dt.datetime) -> tuple[str, list[Any]]:
    wanted = scope(portal)
    ever, ever_values = wanted.ever()
    is_now, now_values = wanted.now()
    shown = all_of("i.is_syndicated", SHOWN.format("i"), is_now)
    instant = connection.ops.adapt_datetimefield_value(now)
    text = (
        f"SELECT %s, CASE WHEN {shown} THEN 1 ELSE 0 END FROM {TABLE} i"
        f" WHERE {all_of('i.key = %s', 'i.was_syndicated', ever)}"
    )
    return text, [portal.pk, instant, *now_values, thing.key, *ever_values]


def _holding(
    portal: Portal,
    thing: PublishedItem,
    deliveries: list[Delivery],
    *,
    is_withdrawal: bool,
    now: dt.datetime,
) -> Holding | None:
    """Return how a portal stands to a thing; None when it never heard of what is withdrawn now."""
    seq = thing.seq or 0
    arrived = [d for d in deliveries if d.state == DeliveryState.DELIVERED]
    has_latest = portal.pulled_position >= seq or any(d.seq >= seq for d in arrived)
    version = _version(portal, thing, arrived, has_latest=has_latest, is_withdrawal=is_withdrawal)
    if has_latest:
        standing = Standing.RETRACTED if is_withdrawal else Standing.HOLDS
        return Holding(portal.name, standing, version, is_withdrawal)
    latest = deliveries[-1] if deliveries else None
    if latest is None and is_withdrawal and not _is_owed(portal, thing, now=now):
        return None
    standing = _UNARRIVED.get(latest.state, Standing.UNTOLD) if latest else Standing.UNTOLD
    return Holding(
        portal.name,
        standing,
        version,
        is_withdrawal,
        status=latest.status if latest else None,
        error=latest.error if latest else "",
        attempt=latest.attempt if latest else 0,
    )


def _is_owed(portal: Portal, thing: PublishedItem, *, now: dt.datetime) -> bool:
    """Say whether a portal has to confirm a withdrawal of which there is no delivery."""
    since, seq = owed_since(portal), thing.seq or 0
    is_recent = seq > told_until(portal) or thing.changed_at >= now - KEEP
    return since is not None and seq > since and is_recent


def _version(
    portal: Portal,
    thing: PublishedItem,
    arrived: list[Delivery],
    *,
    has_latest: bool,
    is_withdrawal: bool,
) -> int | None:
    """Return the latest version that a portal is known to have."""
    if has_latest:
        return None if is_withdrawal else thing.version
    last = arrived[-1] if arrived else None
    return None if last is None or last.is_withdrawal else last.version
