"""Read at which point of the content clock the public stands, and how long this holds by itself.

Between two values of the clock answers change only because time passes: something expires, or an
instant passes that a computed status is compared with. All of these are columns of published rows.
"""

import itertools
import math
from dataclasses import dataclass, field

from django.db import OperationalError

from cms.publishing.reading.budget import Budget, BudgetSpent
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import instant
from cms.publishing.reading.loads import TABLE

CLOCK = "SELECT value, epoch, horizon FROM publishing_contentclock WHERE id = 1"
# One statement, so that the instants are those of this value of the clock.
CLOCK_AND_ENDS = f"""
SELECT value, epoch, horizon,
    (SELECT min(valid_until) FROM {TABLE} WHERE visible AND valid_until > %s),
    (SELECT min(starts_at) FROM {TABLE} WHERE visible AND starts_at > %s),
    (SELECT min(ends_at) FROM {TABLE} WHERE visible AND ends_at > %s)
FROM publishing_contentclock WHERE id = 1
"""
# A database that does not answer is given up after so long: everybody waits for the clock.
READ_SECONDS = 2.0
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Moment:
    """Hold a stretch of time in which the same question has the same answer.

    Shape: `horizon` moves when tombstones are thrown away, after which an address that is `GONE` is
           `NOT_FOUND`. `number` orders the moments that one process has seen.
    Units: `since` (inclusive) and `ends_at` (exclusive) are seconds of the epoch of UNIX.
    """

    value: int
    epoch: str
    horizon: int
    ends_at: float
    since: float = field(compare=False)
    number: int = field(default_factory=lambda: next(_numbers), compare=False)

    def holds_at(self, instant: float) -> bool:
        """Say whether an instant is in this stretch."""
        return self.since <= instant < self.ends_at


def read_moment(before: Moment | None = None) -> Moment | None:
    """Return the present moment: `before` itself while it goes on.

    Shape: None where what is read may never be committed, and where there is no clock yet.
    Raises: OperationalError, also when the database does not answer in READ_SECONDS.
    """
    try:
        return _read(before)
    except BudgetSpent as error:
        raise OperationalError("The content clock could not be read in time.") from error


def _read(before: Moment | None) -> Moment | None:
    context = ReadContext(budget=Budget(seconds=READ_SECONDS, statements=2))
    if not _is_settled(context):
        return None
    now = context.now.timestamp()
    if before is not None and before.holds_at(now):
        rows = context.query(CLOCK, [])
        if rows and _same(before, rows[0]):
            return before
    rows = context.query(CLOCK_AND_ENDS, [context.now_parameter] * 3)
    if not rows:
        return None
    value, epoch, horizon, *ends = rows[0]
    known = [end.timestamp() for end in map(instant, ends) if end is not None]
    return Moment(value, _hexadecimal(epoch), horizon, min(known, default=math.inf), now)


def _is_settled(context: ReadContext) -> bool:
    """Say whether what is read is committed: a rollback gives its clock to other content."""
    return not context.connection.in_atomic_block


def _same(moment: Moment, row: tuple[object, ...]) -> bool:
    value, epoch, horizon = row
    return (moment.value, moment.epoch, moment.horizon) == (value, _hexadecimal(epoch), horizon)


def _hexadecimal(epoch: object) -> str:
    return str(epoch).replace("-", "")
