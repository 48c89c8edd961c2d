"""Keep one dead portal from delaying anybody: after many failures it is left alone for a while.

Attempts are counted over windows of five minutes. When at least ten were made and half of them failed,
nothing is tried for two minutes; then one delivery goes ahead as a probe, and its end decides.
"""

import datetime as dt

from cms.syndication.models import Follower

WINDOW = dt.timedelta(minutes=5)
ATTEMPTS_MIN = 10
OPEN_FOR = dt.timedelta(minutes=2)
# Deliveries to one follower that may be on their way at once, while all goes well.
AT_ONCE = 4
FIELDS = ["window_started_at", "window_attempts", "window_failures", "open_until"]


def is_doubtful(follower: Follower) -> bool:
    """Tell whether a follower has failed lately, or has taken nothing yet."""
    has_failed = follower.open_until is not None or follower.window_failures > 0
    return has_failed or not follower.window_attempts


def share(follower: Follower) -> int:
    """Return how many deliveries to a follower may be on their way at once.

    Shape: one while it is in doubt, so that a slow one holds up a single thread.
    """
    return 1 if is_doubtful(follower) else AT_ONCE


def record(follower: Follower, *, is_success: bool, now: dt.datetime) -> None:
    """Count an attempt, and open or close the breaker; the caller has locked the row."""
    if follower.open_until is not None and now >= follower.open_until:
        _after_probe(follower, is_success=is_success, now=now)
    else:
        _count(follower, is_success=is_success, now=now)
    follower.save(update_fields=FIELDS)


def _after_probe(follower: Follower, *, is_success: bool, now: dt.datetime) -> None:
    if is_success:
        follower.open_until = None
        follower.window_started_at = None
        _count(follower, is_success=True, now=now)
    else:
        follower.open_until = now + OPEN_FOR


def _count(follower: Follower, *, is_success: bool, now: dt.datetime) -> None:
    started = follower.window_started_at
    if started is None or now >= started + WINDOW:
        follower.window_started_at = now
        follower.window_attempts = follower.window_failures = 0
    follower.window_attempts += 1
    follower.window_failures += not is_success
    is_bad = 2 * follower.window_failures >= follower.window_attempts
    if follower.window_attempts >= ATTEMPTS_MIN and is_bad and not is_success:
        follower.open_until = now + OPEN_FOR
