"""Say how far each portal is, and which withdrawals it has not confirmed.

A withdrawal is confirmed by a webhook that was answered with 2xx, or by a pull that went on from behind
it. Counted for the authoring side, from its own database.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q

from cms.publishing.clock import read_clock
from cms.publishing.reading.loads import SHOWN, TABLE, marks
from cms.syndication.deliveries import KEEP
from cms.syndication.models import Delivery, DeliveryState, Portal
from cms.syndication.webhooks import scope

# So many parts of one statement SQLite takes for certain.
AT_ONCE = 100
UNCONFIRMED = """
i.seq > %s AND ((i.seq > %s AND (i.seq > %s OR i.changed_at >= %s)) OR EXISTS (
    SELECT 1 FROM syndication_delivery d WHERE d.follower_id = %s AND d.public_id = i.public_id
)) AND NOT EXISTS (
    SELECT 1 FROM syndication_delivery d
    WHERE d.follower_id = %s AND d.public_id = i.public_id AND d.seq >= i.seq
        AND d.state = 'DELIVERED'
)
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """Hold how far one portal is.

    Shape: `position` is how far it was told of changes or has read by itself, whichever is more, and
           `lag` how many changes the clock is ahead. `unconfirmed` counts withdrawals.
    Units: `waiting_seconds` since the oldest delivery on its way was made; None when there is none.
    """

    position: int
    lag: int
    pending: int
    failed: int
    waiting_seconds: int | None
    unconfirmed: int


def progress_of(portals: Sequence[Portal], *, now: dt.datetime) -> dict[int, Progress]:
    """Return the progress of portals by their rows; three statements for all of them."""
    if not portals:
        return {}
    clock, unconfirmed = read_clock().value, count_unconfirmed(portals, now=now)
    followers = [portal.follower_id for portal in portals if portal.follower_id]
    deliveries = {
        row["follower"]: row
        for row in Delivery.objects.filter(follower__in=followers)
        .order_by()
        .values("follower")
        .annotate(
            pending=Count("pk", filter=Q(state=DeliveryState.PENDING)),
            failed=Count("pk", filter=Q(state=DeliveryState.FAILED)),
            oldest=Min("created_at", filter=Q(state=DeliveryState.PENDING)),
        )
    }
    none: dict[str, Any] = {"pending": 0, "failed": 0, "oldest": None}
    found = {}
    for portal in portals:
        row = deliveries.get(portal.follower_id or 0, none)
        position = reached(portal)
        found[portal.pk] = Progress(
            position=position,
            lag=max(clock - position, 0),
            pending=row["pending"],
            failed=row["failed"],
            waiting_seconds=int((now - row["oldest"]).total_seconds()) if row["oldest"] else None,
            unconfirmed=unconfirmed[portal.pk],
        )
    return found


def reached(portal: Portal) -> int:
    """Return how far a portal was told of changes or has read by itself, whichever is more."""
    return max(told_until(portal), portal.pulled_position)


def count_unconfirmed(portals: Sequence[Portal], *, now: dt.datetime) -> dict[int, int]:
    """Return how many withdrawals each portal has not confirmed; one statement for all of them.

    Shape: a portal that is neither told nor ever read anything holds nothing.
    """
    found = {portal.pk: 0 for portal in portals}
    parts = [
        _unconfirmed(portal, since, now=now)
        for portal in portals
        if (since := owed_since(portal)) is not None
    ]
    for start in range(0, len(parts), AT_ONCE):
        batch = parts[start : start + AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(text for text, _values in batch),
                [value for _text, values in batch for value in values],
            )
            found.update(cursor.fetchall())
    return found


def told_until(portal: Portal) -> int:
    """Return the position up to which a portal was told of everything; 0 for one that is not told."""
    return portal.follower.position if portal.follower else 0


def owed_since(portal: Portal) -> int | None:
    """Return the position from which on a portal is told of every withdrawal, whatever it holds.

    Shape: None for one that is neither told nor has ever read: it holds nothing. Of what was told, no
           delivery is left when it arrived longer ago than deliveries are kept.
    """
    if portal.pulled_at is not None:
        return portal.pulled_position
    return portal.follower.position if portal.follower else None


def _unconfirmed(portal: Portal, since: int, *, now: dt.datetime) -> tuple[str, list[Any]]:
    """Return the part of the statement that counts for one portal."""
    wanted = scope(portal)
    ever, ever_values = wanted.ever()
    is_now, now_values = wanted.now()
    shown = all_of("i.is_syndicated", SHOWN.format("i"), is_now)
    instant = connection.ops.adapt_datetimefield_value(now)
    kept_since = connection.ops.adapt_datetimefield_value(now - KEEP)
    text = (
        f"SELECT %s, count(*) FROM {TABLE} i WHERE i.kind IN ({marks(len(wanted.kinds))}) AND "
        + all_of("i.was_syndicated", ever, f"NOT ({shown})", UNCONFIRMED)
    )
    places = [portal.pulled_position, since, told_until(portal), kept_since]
    places += [portal.follower_id, portal.follower_id]
    return text, [portal.pk, *wanted.kinds, *ever_values, instant, *now_values, *places]


def all_of(*conditions: str) -> str:
    """Return the conjunction of conditions; one that is empty holds of everything."""
    return " AND ".join(condition for condition in conditions if condition)
