"""Read what changed, as tags, and remember the latest of it for those who come back.

All kinds of things are told of, not only those that others may take over: listeners are frontends that
show them. Nothing of a thing is told but that it changed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import orjson
from django.conf import settings
from django.db import connections

from cms.publishing.tags import tag_of_list, tag_of_thing
from cms.syndication.replicas import recovery

CLOCK = "SELECT value, epoch, horizon, {} FROM publishing_contentclock WHERE id = 1"
CHANGED = """
SELECT seq, public_id, type, site, locale FROM publishing_publisheditem
WHERE seq > %s ORDER BY seq LIMIT %s
"""
# What one look reads at the most; the rest comes with the next look.
BATCH = 500
# What one event names at the most: a few kilobytes.
EVENT_CHANGES_MAX = 100
# What is remembered for those who come back; who missed more starts again.
REMEMBERED_CHANGES = 2_000
_ID = re.compile(r"([0-9a-f]{32})-([0-9]{1,18})")


class Change(NamedTuple):
    """Hold where one changed thing stands; no content."""

    seq: int
    public_id: str
    type: str
    site: str
    locale: str


class BadEventId(ValueError):
    """Say that an id of an event was not made here."""


@dataclass(frozen=True, slots=True)
class EventId:
    """Name a place in the stream: a position on the content clock in one of its epochs."""

    epoch: str
    position: int

    @classmethod
    def read(cls, text: str) -> EventId:
        """Return the place that an id names.

        Raises: BadEventId when it is not written as ours are.
        """
        found = _ID.fullmatch(text)
        if found is None:
            raise BadEventId(text)
        return cls(found[1], int(found[2]))

    def __str__(self) -> str:
        return f"{self.epoch}-{self.position}"


@dataclass(frozen=True, slots=True)
class Look:
    """Hold what one look at the tables found.

    Shape: `changes` follow the position asked for, oldest first; `at` is the place after them,
           `horizon` as the content clock has it. `is_replica` says that the database is a standby,
           which reaches places later than its primary.
    """

    at: EventId
    horizon: int
    changes: tuple[Change, ...] = ()
    is_replica: bool = False


class Source(Protocol):
    """Be what the server asks for changes, from a thread of its own."""

    def look(self, after: EventId | None) -> Look:
        """Return what changed after a place; without one, where the stream stands now."""


class PublishedSource:
    """Read changes from the published tables."""

    def look(self, after: EventId | None) -> Look:
        """Return what changed after a place, at most `BATCH` changes.

        Shape: in another epoch, or before the place asked for, there is nothing to go on from: then
               it is where the stream stands now, without changes. Without a place the changes are
               those to remember. A standby that is behind a place of its epoch stays there.
        Raises: django.db.Error.
        """
        connection = connections[settings.DELIVERY_DATABASE_ALIAS]
        with connection.cursor() as cursor:
            cursor.execute(CLOCK.format(recovery(connection)))
            value, epoch, horizon, is_standby = cursor.fetchone()
            is_replica = bool(is_standby)
            now = EventId(str(epoch).replace("-", ""), value)
            if after is None:
                start, limit = max(horizon, value - REMEMBERED_CHANGES), REMEMBERED_CHANGES
            elif after.epoch != now.epoch or after.position >= value:
                is_ahead = after.epoch == now.epoch and after.position > value
                return Look(after if is_ahead and is_replica else now, horizon, (), is_replica)
            else:
                start, limit = after.position, BATCH
            cursor.execute(CHANGED, [start, limit])
            changes = tuple(Change(*row) for row in cursor.fetchall())
        return Look(_place_after(changes, now=now, limit=limit), horizon, changes, is_replica)


def _place_after(changes: Sequence[Change], *, now: EventId, limit: int) -> EventId:
    last = changes[-1].seq if changes else 0
    # A full batch may have more behind it; else everything up to the clock has been seen. What was
    # committed since the clock was read is in the batch too.
    position = last if len(changes) == limit else max(now.position, last)
    return EventId(now.epoch, position)


class Memory:
    """Remember the latest changes, so that who comes back is answered without the database."""

    def __init__(self, start: Look) -> None:
        self.at = start.at
        self.since = max(start.horizon, start.at.position - REMEMBERED_CHANGES)
        self.is_replica = start.is_replica
        self._changes = deque(start.changes)

    def add(self, look: Look) -> None:
        """Add what a later look of the same epoch found."""
        self.at, self.is_replica = look.at, look.is_replica
        self._changes.extend(look.changes)
        self.since = max(self.since, look.horizon)
        while len(self._changes) > REMEMBERED_CHANGES:
            self.since = max(self.since, self._changes.popleft().seq)

    def after(self, place: EventId) -> tuple[Change, ...] | None:
        """Return what changed after a place; None when that cannot be said any more.

        Shape: nothing after a place that a standby has not reached yet.
        """
        if self.is_replica and place.epoch == self.at.epoch and place.position > self.at.position:
            return ()
        if place.epoch != self.at.epoch or not self.since <= place.position <= self.at.position:
            return None
        return tuple(change for change in self._changes if change.seq > place.position)


def events_of(changes: Sequence[Change], *, at: EventId) -> Iterable[bytes]:
    """Yield the events that tell of changes; the last one bears the id `at`.

    Shape: each names at most `EVENT_CHANGES_MAX` changes, each thing and list once.
    """
    for start in range(0, len(changes), EVENT_CHANGES_MAX):
        part = changes[start : start + EVENT_CHANGES_MAX]
        is_last = start + EVENT_CHANGES_MAX >= len(changes)
        here = at if is_last else EventId(at.epoch, part[-1].seq)
        yield event("change", _told(part), at=here)


def event(name: str, data: object, *, at: EventId) -> bytes:
    """Return one server-sent event.

    Source: HTML Living Standard, 9.2 Server-sent events.
    """
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (
        str(at).encode(),
        name.encode(),
        orjson.dumps(data),
    )


def _told(changes: Sequence[Change]) -> dict[str, object]:
    lists = dict.fromkeys((change.type, change.site, change.locale) for change in changes)
    return {
        "things": list(dict.fromkeys(tag_of_thing(change.public_id) for change in changes)),
        "lists": [
            {
                "tag": tag_of_list(type_name, site=site, locale=locale),
                "type": type_name,
                "site": site or None,
                "locale": locale or None,
            }
            for type_name, site, locale in lists
        ],
    }
