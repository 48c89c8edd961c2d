"""Keep the highest value of the content clock outside of the database, and notice a restore by it.

A restored database goes on from an older value in the same epoch. Once it has published past the cursors
of portals, these look as if they were its own, and portals keep what is no more and miss what is new. A
small file in the storage of uploaded files remembers how far the clock was. The database remembers what
it has written there: a file that says more was written by a later state of it. ADR 0064.
"""

import logging
import uuid
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.files.storage import default_storage
from django.db import connection

from cms.publishing.clock import CLOCK
from cms.publishing.models import ContentClock
from cms.publishing.turns import own_transaction

logger = logging.getLogger(__name__)

# No view maps an address to a name in the storage, and no thing has this one.
NAME = ".content-clock.json"
# One process reads and writes it at a time.
MARK_LOCK = 0x1C7C10C4
# Epochs before the present one, by which a database is known whose restore was noticed once already.
FORMER_MAX = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """Hold what the file says: an epoch and a value of the clock, and the epochs before."""

    epoch: uuid.UUID
    value: int
    former: tuple[uuid.UUID, ...] = ()


def keep_mark() -> bool:
    """Compare the clock with the file, and write the file anew; say whether a new epoch has begun.

    Shape: nothing happens on a copy, whose clock is that of its archives.
    Raises: whatever the storage raises.
    """
    with own_transaction():
        if not _is_first():
            return False
        clock = ContentClock.objects.get(pk=CLOCK)
        if clock.is_copy:
            return False
        mark = read_mark()
        is_behind = mark is not None and _is_behind(clock, mark)
        if is_behind:
            clock.epoch = uuid.uuid4()
        if mark is not None and (mark.epoch, mark.value) == (clock.epoch, clock.value):
            return False
        # First here: were the file written alone, this database would take it for a later one's.
        ContentClock.objects.filter(pk=CLOCK).update(epoch=clock.epoch, marked_value=clock.value)
    _write(Mark(clock.epoch, clock.value, _former(clock.epoch, mark)))
    return is_behind


def read_mark() -> Mark | None:
    """Return what the file says; None where there is none, or none that can be read."""
    try:
        with default_storage.open(NAME) as file:
            content = file.read()
    except FileNotFoundError:
        return None
    try:
        return _parsed(orjson.loads(content))
    except (TypeError, KeyError, ValueError):
        logger.warning("%s in the storage cannot be read; it is written anew", NAME)
        return None


def _parsed(content: Any) -> Mark:
    former = tuple(uuid.UUID(epoch) for epoch in content["former"])
    return Mark(uuid.UUID(content["epoch"]), int(content["value"]), former)


def _is_behind(clock: ContentClock, mark: Mark) -> bool:
    """Say whether the file was written by a later state of this database."""
    if mark.epoch == clock.epoch:
        return mark.value > clock.marked_value
    return clock.epoch in mark.former


def _former(epoch: uuid.UUID, mark: Mark | None) -> tuple[uuid.UUID, ...]:
    if mark is None or mark.epoch == epoch:
        return mark.former if mark else ()
    return (mark.epoch, *mark.former)[:FORMER_MAX]


def _write(mark: Mark) -> None:
    content = {
        "epoch": str(mark.epoch),
        "value": mark.value,
        "former": [str(epoch) for epoch in mark.former],
    }
    storage: Any = default_storage
    storage.replace(NAME, orjson.dumps(content))


def _is_first() -> bool:
    """Say whether no other process is at it; what has the turn on SQLite is alone anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [MARK_LOCK])
        (is_mine,) = cursor.fetchone()
    return bool(is_mine)
