"""Read published rows together with what portals have to know of each: its version and its time.

Whether a thing may be taken over is part of each statement, as is its validity at this instant.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item, instant
from cms.publishing.reading.list_statement import where
from cms.publishing.reading.listing import Listing
from cms.publishing.reading.loads import SHOWN, TABLE, columns, make_item

# The instant of the last change of anything public, or of the last expiry; takes this instant once.
LAST_CHANGE = f"""
(SELECT max(moment) FROM (
    SELECT * FROM (
        SELECT i.changed_at AS moment FROM {TABLE} i WHERE i.seq IS NOT NULL
        ORDER BY i.seq DESC LIMIT 1
    ) AS newest
    UNION ALL
    SELECT max(i.valid_until) FROM {TABLE} i WHERE i.visible AND i.valid_until <= %s
) AS moments)
"""
# What has ended is withdrawn at that instant; the tick that writes its tombstone comes a little later.
HAS_ENDED = "i.visible AND i.valid_until <= %s"
# Takes this instant twice.
STATE = (
    f"CASE WHEN {SHOWN.format('i')} AND i.is_syndicated THEN 1 ELSE 0 END,"
    f" CASE WHEN {HAS_ENDED} THEN 1 ELSE 0 END, i.valid_until, i.version, i.changed_at"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """Hold a thing as it is stated to others, or what is left of one that was withdrawn.

    Shape: `version` grows with each change, its withdrawal included. Of a withdrawn thing `item` has
           only the id, type, language and address that the tombstone keeps.
    """

    item: Item
    is_withdrawn: bool
    version: int
    changed_at: dt.datetime


def state_parameters(context: ReadContext) -> list[Any]:
    """Return the parameters of `STATE`."""
    return [context.now_parameter, context.now_parameter]


def make_stated(row: Sequence[Any]) -> Stated:
    """Return the thing of a row selected with `STATE` and `columns`."""
    is_shown, has_ended, valid_until, version, changed_at, *rest = row
    moment = instant(valid_until if has_ended else changed_at)
    assert moment is not None
    # The tombstone of what has just ended will count one further.
    return Stated(make_item(rest), not is_shown, version + 1 if has_ended else version, moment)


def listed(
    context: ReadContext, listing: Listing, *, order: str
) -> tuple[list[Stated], dt.datetime | None]:
    """Read what a list has that may be taken over, and when anything public last changed.

    Shape: at most `first` of the list, by `order` (an SQL expression of ours on `i`).
    """
    test, values = where(context, listing)
    rows = context.query(
        f"SELECT {LAST_CHANGE}, {STATE}, {columns('i')} FROM {TABLE} i"
        f" WHERE {test} AND i.is_syndicated ORDER BY {order} LIMIT %s",
        [context.now_parameter, *state_parameters(context), *values, listing.first],
    )
    return [make_stated(row[1:]) for row in rows], instant(rows[0][0]) if rows else None


def by_public_id(context: ReadContext, public_id: str) -> tuple[Stated | None, dt.datetime | None]:
    """Read one page, or what is left of it, and when anything public last changed.

    Shape: None for what was never there, or might never be taken over.
    """
    rows = context.query(
        f"SELECT {LAST_CHANGE}, {STATE}, {columns('i')} FROM {TABLE} i"
        " WHERE i.public_id = %s AND i.kind = 'page' AND i.was_syndicated",
        [context.now_parameter, *state_parameters(context), public_id],
    )
    return (make_stated(rows[0][1:]), instant(rows[0][0])) if rows else (None, None)
