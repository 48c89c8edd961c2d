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
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from cms.publishing.reading.items import COLUMNS, instant
from cms.publishing.reading.loads import TABLE, marks

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext
    from cms.publishing.reading.listing import Listing

KEPT_MAX = 2_000
NOTHING = ", ".join(["NULL"] * (len(COLUMNS) + 1))
# What filters compare with: at its opening a call is open, and instants have whole microseconds.
JUST_AFTER = dt.timedelta(microseconds=1)


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


def end_terms(context: "ReadContext", load: "Listing", number: int) -> list[tuple[str, list[Any]]]:
    """Return the terms that yield the instants at which a list's total may change by itself.

    Shape: each yields one row of the width of a list's rows, with the instant as its sort value.
    """
    now = context.now_parameter
    # Also what a filter points at expires, so it is the first expiry of anything.
    first = f"SELECT {number}, NULL, CAST(min(e.valid_until) AS text), {NOTHING} FROM {TABLE} e"
    terms: list[tuple[str, list[Any]]] = [
        (f"{first} WHERE e.visible AND e.valid_until > %s", [now])
    ]
    place, values = (
        f"e.type IN ({marks(len(load.types))}) AND e.site = %s",
        [*load.types, load.site],
    )
    if load.locale:
        place, values = f"{place} AND e.locale = %s", [*values, load.locale]
    for column in sorted(_columns_compared_with_now(load.conditions, context.now)):
        text = (
            f"SELECT {number}, NULL, CAST(min(e.{column}) AS text), {NOTHING} FROM {TABLE} e"
            f" WHERE e.visible AND {place} AND e.{column} > %s"
        )
        terms.append((text, [*values, now]))
    return terms


def _is_settled(context: "ReadContext") -> bool:
    """Say whether what is read is committed: a rollback gives its clock to other content."""
    return bool(context.epoch) and not context.connection.in_atomic_block


def _key(context: "ReadContext", load: "Listing") -> bytes:
    database = context.connection.settings_dict
    whose = (database["HOST"], database["PORT"], str(database["NAME"]))
    listed = (load.types, load.site, load.locale, _timeless(load.conditions, context.now))
    text = repr((whose, context.epoch, context.clock, listed))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _timeless(value: Any, now: dt.datetime) -> Any:
    """Return conditions with a word in the place of the instant of asking."""
    if isinstance(value, tuple):
        return tuple(_timeless(part, now) for part in value)
    if isinstance(value, dt.datetime):
        return "just after now" if value == now + JUST_AFTER else value.isoformat()
    if isinstance(value, str | bool | None):
        return value
    parts = ((field.name, _timeless(getattr(value, field.name), now)) for field in fields(value))
    return (type(value).__name__, *parts)


def _columns_compared_with_now(conditions: Sequence[Any], now: dt.datetime) -> set[str]:
    from cms.publishing.reading.listing import AnyOf, Between

    found: set[str] = set()
    for condition in conditions:
        if isinstance(condition, tuple):
            found |= _columns_compared_with_now(condition, now)
        elif isinstance(condition, AnyOf):
            found |= _columns_compared_with_now(condition.conditions, now)
        elif isinstance(condition, Between) and now + JUST_AFTER in (
            condition.since,
            condition.until,
        ):
            found.add(condition.column)
    return found
