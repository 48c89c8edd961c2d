"""Say how each channel finds what it has to tell, and how it tells it.

A channel registers when the app is ready:

    register(Channel.WEBHOOK, Route(changes=changes, send=send, gone=pause))

Everything else (one pending delivery per thing, leases, retries, the breaker) is the same for all of
them, in `deliveries`.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connections

from cms.publishing.reading.context import ReadContext
from cms.syndication.models import Channel, Delivery, Follower
from cms.syndication.outbound import Reply
from cms.syndication.stream import EVERYTHING, StreamFilter, changes_after, read_clock

# How many threads of a process use the database at once: the pool has few connections.
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Announcement:
    """Name one thing that a follower has to hear of.

    Shape: `public_id` is what deliveries are coalesced by, a thing's id or a channel's own key;
           `seq` is where its latest change stands on the clock.
    """

    public_id: str
    seq: int
    version: int = 0
    is_withdrawal: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Hold what a follower has to hear of, oldest first, and where it stands afterwards."""

    announcements: Sequence[Announcement]
    position: int
    has_more: bool = False


def pause(follower: Follower) -> None:
    """Tell a follower nothing more until somebody makes it active again."""
    Follower.objects.filter(pk=follower.pk).update(is_active=False)


@dataclass(frozen=True, slots=True)
class Route:
    """Hold how a channel works.

    Shape: `changes(follower, limit)` returns what is new since the follower's position. `send(delivery)`
           delivers it and returns the answer, None when there is nothing to deliver any more; it may
           set the delivery's `seq`, `version` and `is_withdrawal` to what was really sent. It runs in a
           thread, outside any transaction, within the lease: the database is used in
           `database_turn()` alone. `gone(follower)` is called when the other side answers 410. Without
           `gives_up` the last step of the schedule repeats for ever.
    Raises: `send` raises OutboundRefused or OutboundFailed, or NotSent with a sentence for people.
    """

    changes: Callable[[Follower, int], Batch]
    send: Callable[[Delivery], Reply | None]
    gone: Callable[[Follower], None] = pause
    gives_up: bool = True


class NotSent(Exception):
    """Say in a sentence why a delivery could not be made; nothing was sent."""


_routes: dict[str, Route] = {}


def register(channel: Channel, route: Route) -> None:
    """Set how a channel works."""
    _routes[channel.value] = route


def route_of(channel: str) -> Route | None:
    """Return how a channel works; None for one that is not in use."""
    return _routes.get(channel)


def stream_changes(follower: Follower, limit: int, *, wanted: StreamFilter = EVERYTHING) -> Batch:
    """Return what changed under a filter since a follower's position."""
    context = ReadContext()
    # Read before the changes: what is committed in between is in the list, or is left for next time.
    clock = read_clock(context).value
    found = changes_after(context, follower.position, first=limit + 1, wanted=wanted)
    nodes, has_more = found[:limit], len(found) > limit
    last = nodes[-1].seq if nodes else follower.position
    return Batch(
        [Announcement(n.public_id, n.seq, n.version, n.change == "WITHDRAWN") for n in nodes],
        position=last if has_more else max(clock, last),
        has_more=has_more,
    )


_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def database_turn() -> Iterator[None]:
    """Use the database in a sending thread: few at once, and no connection kept while waiting."""
    with _turns:
        try:
            yield
        finally:
            _let_go()


def _let_go() -> None:
    # The main thread's connection is its own affair, and in tests it holds the transaction.
    if threading.current_thread() is not threading.main_thread():
        connections.close_all()
