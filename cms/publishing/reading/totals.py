"""Keep the totals of lists for as long as they are certain.

Counting 100,000 rows costs tens of milliseconds. The rows of a list change with the content clock, and
between two of its values only because time passes: something expires, or passes an instant that a filter
compares with now. So a total counted at one instant holds from there to the next such instant, under the
same clock: it is exact, and nothing has to be told of a change.
"""

import datetime as dt
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cms.publishing.reading.conditions import JUST_AFTER, Between, flat, timeless
from cms.publishing.reading.items import instant
from cms.publishing.reading.loads import TABLE, marks

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext
    from cms.publishing.reading.listing import Listing

KEPT_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Total:
    """Hold a count that is certain from `since` until just before `until`; None means for ever."""

    count: int
    since: dt.datetime
    until: dt.datetime | None


class Totals:
    """Remember the totals used last, in one process."""

    def __init__(self, *, kept_max: int = KEPT_MAX) -> None:
        self.kept_max = kept_max
        self._kept: OrderedDict[bytes, Total] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, context: "ReadContext", load: "Listing") -> int | None:
        """Return the total of a list, if it is certain."""
        if not _is_settled(context):
            return None
        key = _key(context, load)
        with self._lock:
            found = self._kept.get(key)
            if found is None or context.now < found.since:
                return None
            if found.until is not None and context.now >= found.until:
                del self._kept[key]
                return None
            self._kept.move_to_end(key)
            return found.count

    def remember(
        self, context: "ReadContext", load: "Listing", count: int, *, ends: Iterable[Any]
    ) -> None:
        """Keep a total until the first of some instants, of which some may be None."""
        if not _is_settled(context):
            return
        instants = [end for end in map(instant, ends) if end is not None]
        found = Total(count, context.now, min(instants, default=None))
        key = _key(context, load)
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > self.kept_max:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Drop every total."""
        with self._lock:
            self._kept.clear()


TOTALS = Totals()


def end_terms(
    context: "ReadContext", load: "Listing", number: int, *, nothing: str
) -> list[tuple[str, list[Any]]]:
    """Return the terms that yield the instants at which a list's total may change by itself.

    Shape: each yields one row of the width of a list's rows, with the instant as its sort value and
           `nothing` in the place of an item.
    """
    now = context.now_parameter
    # Also what a filter points at expires, so it is the first expiry of anything.
    terms: list[tuple[str, list[Any]]] = [
        (f"{_first('valid_until', number, nothing)} WHERE e.visible AND e.valid_until > %s", [now])
    ]
    place, values = (
        f"e.type IN ({marks(len(load.types))}) AND e.site IN ({marks(len(load.sites))})",
        [*load.types, *load.sites],
    )
    if load.locale:
        place, values = f"{place} AND e.locale = %s", [*values, load.locale]
    for column in sorted(_columns_compared_with_now(load.conditions, context.now)):
        first = _first(column, number, nothing)
        text = f"{first} WHERE e.visible AND {place} AND e.{column} > %s"
        terms.append((text, [*values, now]))
    return terms


def _first(column: str, number: int, nothing: str) -> str:
    # PostgreSQL takes the types of the columns from the first term, and this may be the first one.
    value = f"CAST(NULL AS bigint), CAST(min(e.{column}) AS text)"
    return f"SELECT {number}, {value}, {nothing} FROM {TABLE} e"


def _is_settled(context: "ReadContext") -> bool:
    """Say whether what is read is committed: a rollback gives its clock to other content."""
    return bool(context.epoch) and not context.connection.in_atomic_block


def _key(context: "ReadContext", load: "Listing") -> bytes:
    database = context.connection.settings_dict
    whose = (database["HOST"], database["PORT"], str(database["NAME"]))
    listed = (load.types, load.site, load.locale, timeless(load.conditions, context.now))
    text = repr((whose, context.epoch, context.clock, listed))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _columns_compared_with_now(conditions: Sequence[Any], now: dt.datetime) -> set[str]:
    later = now + JUST_AFTER
    return {
        condition.column
        for condition in flat(conditions)
        if isinstance(condition, Between) and later in (condition.since, condition.until)
    }
