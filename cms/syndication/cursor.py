"""Say where a reader of the stream of changes stands, in a text that only we can write.

A cursor carries the position on the content clock, the epoch of the database and a digest of the filter,
so that it cannot be continued under another filter, after a restore, or once tombstones that it has not
seen are thrown away.
"""

import hashlib
from dataclasses import dataclass

from django.core import signing

from cms.syndication.signed_values import UNREADABLE, check_shape

SALT = "cms.syndication.cursor"
OTHER_EPOCH = (
    "Since then the content was restored from a backup, or a new version of the software describes it"
    " differently. Drop your copy and start without a cursor."
)


class BadCursor(Exception):
    """Say that a text is no cursor of ours, or one of another filter."""


class OtherFilter(BadCursor):
    """Say that a cursor was made under another filter."""


class CursorTooOld(Exception):
    """Say that a stream cannot be continued: it has to be read from the beginning."""


class CursorAhead(CursorTooOld):
    """Say that a cursor is ahead of the clock of its own epoch."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Hold what the content clock says: its value, its epoch, and what is no longer remembered."""

    value: int
    epoch: str
    horizon: int


def filter_digest(text: str) -> str:
    """Return a short digest of a filter's canonical text; empty for no filter."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest() if text else ""


def write_cursor(*, position: int, epoch: str, filtered_by: str = "") -> str:
    """Return a signed cursor for a position on the clock; `filtered_by` is the filter's digest.

    Shape: the same for the same position at any time, so that an answer in which nothing is new has
           the ETag it had.
    """
    return signing.Signer(salt=SALT).sign_object([position, epoch, filtered_by])


def read_cursor(text: str, *, clock: Clock, filtered_by: str = "") -> int:
    """Return the position of a cursor.

    Raises: BadCursor when it is not ours, OtherFilter when it is of another filter; CursorTooOld when
            it is of another epoch (a backup was restored, or an upgrade renewed it) or behind what is
            remembered, CursorAhead when it is ahead of the clock.
    """
    try:
        values = signing.Signer(salt=SALT).unsign_object(text)
        check_shape(values, int, str, str)
    except UNREADABLE as error:
        raise BadCursor("The cursor was not made by this installation, or is not whole.") from error
    position, epoch, digest = values
    if digest != filtered_by:
        raise OtherFilter("The cursor belongs to another filter. Keep one cursor for each filter.")
    if epoch != clock.epoch:
        raise CursorTooOld(OTHER_EPOCH)
    if position > clock.value:
        raise CursorAhead(OTHER_EPOCH)
    if position < clock.horizon:
        raise CursorTooOld(
            "The cursor is older than what is remembered of withdrawals. Drop your copy and start"
            " without a cursor."
        )
    return position
