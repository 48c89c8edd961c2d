"""Write and read cursors: where in a list an item stands."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from typing import TYPE_CHECKING, Any

import orjson

from cms.publishing.reading.items import instant

if TYPE_CHECKING:
    from cms.publishing.reading.items import Item
    from cms.publishing.reading.listing import Listing


class BadCursor(Exception):
    """Say that a cursor was not made by this list."""


def cursor_of(load: Listing, sort_value: Any, item: Item) -> str:
    """Return the cursor of an item in a list."""
    value = sort_value
    if not load.order.is_text:
        moment = instant(sort_value)
        value = moment.astimezone(dt.UTC).isoformat() if moment else None
    raw = orjson.dumps([load.name, value, item.public_id])
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_cursor(text: str, *, listing: Listing) -> tuple[Any, str]:
    """Return the sort value and public id of a cursor.

    Raises: BadCursor when it is damaged, or of a list of other things or in another order.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        name, value, public_id = orjson.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if name != listing.name or not isinstance(value, str) or not isinstance(public_id, str):
            raise BadCursor(text)
        # PostgreSQL refuses a NUL.
        if "\0" in value + public_id:
            raise BadCursor(text)
        if not listing.order.is_text:
            moment = dt.datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise BadCursor(text)
            return moment.astimezone(dt.UTC), public_id
    except (binascii.Error, ValueError, TypeError, OverflowError) as error:
        raise BadCursor(text) from error
    return value, public_id
