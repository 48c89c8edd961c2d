"""Bring every change to every follower: at least once, in order per thing, the latest state only.

`fan_out` turns changes into deliveries, `lease` gives some of them to a worker, `finish` writes down how
it went. Several workers may run and any may be killed: what one had comes back when its lease ends.

Source: the schedule of Standard Webhooks 1.0; `docs/adr/0027-push.md`.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cms.publishing.clock import CLOCK
from cms.publishing.models import ContentClock
from cms.publishing.turns import own_transaction
from cms.syndication.channels import Announcement, route_of
from cms.syndication.leases import finish, lease, locked, release
from cms.syndication.models import Delivery, DeliveryState, Follower

__all__ = ["fan_out", "finish", "lease", "purge", "release", "replay"]

BATCH = 500
# Ended deliveries are kept so long; of each thing the last one stays, since it says what a portal holds.
KEEP = dt.timedelta(days=30)

# A newer change takes the place of the one that waits, also while that is on its way: the lease stays,
# so that nothing overtakes, and `finish` sees by the message's id that there is more to bring.
_STORE = """
INSERT INTO syndication_delivery (follower_id, message_id, public_id, seq, version, is_withdrawal,
    state, attempt, due_at, lease_owner, created_at, answer, error)
VALUES (%s, %s, %s, %s, %s, %s, 'PENDING', 0, %s, '', %s, '', '')
ON CONFLICT (follower_id, public_id) WHERE state = 'PENDING' DO UPDATE SET
    message_id = excluded.message_id, seq = excluded.seq, version = excluded.version,
    is_withdrawal = excluded.is_withdrawal, attempt = 0, due_at = excluded.due_at,
    created_at = excluded.created_at, status = NULL, answer = '', error = ''
WHERE syndication_delivery.seq < excluded.seq
"""


def new_message_id() -> str:
    """Return an id that no message had before."""
    return f"msg_{uuid.uuid4().hex}"


def fan_out(
    follower: Follower,
    *,
    now: dt.datetime | None = None,
    limit: int = BATCH,
    pages: int | None = None,
) -> int:
    """Turn what is new since a follower's position into deliveries, and move it on; all or nothing.

    Shape: how many things were announced; at most one delivery of each is pending afterwards. Each page
           of `limit` changes is a transaction; `pages` ends it early, so that nobody else has to wait.
    """
    route = route_of(follower.channel)
    if route is None:
        return 0
    total, has_more = 0, True
    while has_more and pages != 0:
        pages = None if pages is None else pages - 1
        with own_transaction():
            held = locked(follower.pk)
            if held is None or not held.is_active:
                return total
            batch = route.changes(held, limit)
            _store(held.pk, batch.announcements, now=now or timezone.now())
            if batch.position > held.position:
                Follower.objects.filter(pk=held.pk).update(position=batch.position)
        total, has_more = total + len(batch.announcements), batch.has_more
    return total


def behind() -> QuerySet[Follower]:
    """Return the active followers for whom the clock has moved on."""
    clock = ContentClock.objects.filter(pk=CLOCK).values("value")
    return Follower.objects.filter(is_active=True, position__lt=clock).order_by("pk")


def replay(deliveries: QuerySet[Delivery], *, now: dt.datetime | None = None) -> int:
    """Put finished deliveries back, to be sent at once under the same message id.

    Shape: how many were; of several of one thing the newest, and none where a newer one is pending.
    """
    now = now or timezone.now()
    with own_transaction():
        ended = deliveries.exclude(state=DeliveryState.PENDING)
        # Locked first, as everywhere, so that no change is fanned out in between.
        list(
            Follower.objects.filter(pk__in=ended.values("follower_id"))
            .order_by("pk")
            .select_for_update()
        )
        rows = ended.order_by("seq", "pk").values_list("follower_id", "public_id", "pk")
        newest = {(follower, thing): pk for follower, thing, pk in rows}
        waiting = Delivery.objects.filter(
            state=DeliveryState.PENDING, follower_id__in={follower for follower, _ in newest}
        )
        for pair in waiting.values_list("follower_id", "public_id"):
            newest.pop(pair, None)
        return Delivery.objects.filter(pk__in=newest.values()).update(
            state=DeliveryState.PENDING,
            attempt=0,
            due_at=now,
            lease_until=None,
            lease_owner="",
            finished_at=None,
        )


def purge(*, now: dt.datetime | None = None) -> int:
    """Drop deliveries that ended long ago, and return how many.

    Shape: of each thing and follower the newest one stays, unless it is a withdrawal that arrived.
    """
    old = Delivery.objects.exclude(state=DeliveryState.PENDING).filter(
        finished_at__lt=(now or timezone.now()) - KEEP
    )
    arrived = Q(is_withdrawal=True, state=DeliveryState.DELIVERED)
    newer = Delivery.objects.filter(
        public_id=OuterRef("public_id"), follower=OuterRef("follower"), seq__gt=OuterRef("seq")
    ).exclude(state=DeliveryState.PENDING)
    with own_transaction():
        # In this order: a withdrawal says that what it withdraws is no longer held.
        superseded, _ = old.filter(Exists(newer)).delete()
        return superseded + old.filter(arrived).delete()[0]


def _store(follower: int, announcements: Sequence[Announcement], *, now: dt.datetime) -> None:
    instant = connection.ops.adapt_datetimefield_value(now)
    rows = [
        [
            follower,
            new_message_id(),
            a.public_id,
            a.seq,
            a.version,
            a.is_withdrawal,
            instant,
            instant,
        ]
        for a in announcements
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_STORE, rows)
