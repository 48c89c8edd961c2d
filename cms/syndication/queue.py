"""Say how much waits to be delivered, and how far everybody is behind."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

# One statement: what is pending is few, what has failed is found by the index of its follower.
STATE = """
SELECT
    (SELECT value FROM publishing_contentclock WHERE id = 1),
    (SELECT MIN(position) FROM syndication_follower WHERE is_active),
    (SELECT COUNT(*) FROM syndication_delivery WHERE state = 'PENDING'),
    (SELECT COUNT(*) FROM syndication_delivery WHERE state = 'FAILED'),
    (SELECT MIN(created_at) FROM syndication_delivery WHERE state = 'PENDING')
"""


@dataclass(frozen=True, slots=True)
class QueueState:
    """Hold how deliveries stand.

    Shape: `lag` is how many changes the clock is ahead of the follower furthest behind; `failed` counts
           what was given up and is still kept.
    Units: `waiting_seconds` since the oldest delivery on its way was made; 0 when there is none.
    """

    clock: int
    lag: int
    pending: int
    failed: int
    waiting_seconds: float


def queue_state(*, now: dt.datetime) -> QueueState:
    """Return how deliveries stand."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        clock, position, pending, failed, oldest = cursor.fetchone()
    clock = clock or 0
    lag = 0 if position is None else max(clock - position, 0)
    return QueueState(clock, lag, pending, failed, _seconds_since(oldest, now=now))


def _seconds_since(oldest: dt.datetime | str | None, *, now: dt.datetime) -> float:
    if oldest is None:
        return 0.0
    # SQLite answers an aggregate with the text it has stored, in UTC.
    instant = dt.datetime.fromisoformat(oldest) if isinstance(oldest, str) else oldest
    aware = instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    return max((now - aware).total_seconds(), 0.0)
