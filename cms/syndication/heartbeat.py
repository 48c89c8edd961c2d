"""Say that a worker lives, where the web processes can see it.

The mark is in the cache: with one that the processes share (Redis) everybody sees it, with one in
process nobody else does, and then a missing mark means nothing.
"""

import datetime as dt

from django.core.cache import cache
from django.utils import timezone

KEY = "syndication.worker"
EVERY_SECONDS = 5.0
# Long enough to say for how long there has been no worker.
KEPT_SECONDS = 86_400


def beat() -> None:
    """Mark this instant."""
    cache.set(KEY, timezone.now().isoformat(), KEPT_SECONDS)


def last_beat() -> dt.datetime | None:
    """Return when a worker lived last; None when no mark is known."""
    text = cache.get(KEY)
    return dt.datetime.fromisoformat(text) if text else None
