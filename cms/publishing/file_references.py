"""Find until when pictures and documents are public: as long as something public refers to them.

What refers to a file is read from `Mention`, which holds what the documents of visible things point at.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

from cms.publishing import kinds
from cms.publishing.models import UnreferencedFile
from cms.publishing.reading.items import instant

BATCH = 400
# Above this many, reading all of a kind costs less than naming its rows.
MANY = 4000
# A document's title may read like a key, so files refer to nothing.
_REFERENCES = f"""
SELECT m.target, max(CASE WHEN i.valid_until IS NULL THEN 1 ELSE 0 END), max(i.valid_until),
    max(CASE WHEN i.is_syndicated THEN 1 ELSE 0 END)
FROM publishing_mention m JOIN publishing_publisheditem i ON i.key = m.owner
WHERE i.visible AND (i.valid_until IS NULL OR i.valid_until > %s)
    AND i.kind NOT IN ({", ".join(f"'{kind}'" for kind in kinds.FILES)})
    AND m.target {{}} GROUP BY m.target
"""


@dataclass(frozen=True, slots=True)
class FileUse:
    """Say until when a file is public, and whether others may take it over.

    Shape: `ends_at` None means that no end is known. `is_syndicated` is False while only things that
           others may not take over refer to the file.
    """

    ends_at: dt.datetime | None = None
    is_syndicated: bool = True


def file_uses(kind: str, *, pks: Collection[int] | None, now: dt.datetime) -> dict[int, FileUse]:
    """Return the use of each file of a kind that is in use; `pks` None means all of the kind.

    Shape: in use is what a visible thing refers to, until the last of these things ends, and what
           nothing referred to when this rule was introduced, until its grace period ends.
    """
    waiting = UnreferencedFile.objects.filter(ends_at__gt=now).order_by()
    found: dict[int, FileUse] = {}
    for keys in _batches(kind, pks):
        rows = waiting.filter(**({"key__in": keys} if keys else {"key__startswith": f"{kind}:"}))
        for key, ends_at in rows.values_list("key", "ends_at"):
            found[kinds.split_key(key)[1]] = FileUse(ends_at)
        found.update(_references(kind, keys, now=now))
    return found


def _batches(kind: str, pks: Collection[int] | None) -> Iterator[list[str]]:
    """Yield keys a few at a time; an empty list, once, stands for all of the kind."""
    if pks is None or len(pks) > MANY:
        yield []
        return
    keys = [f"{kind}:{pk}" for pk in sorted(pks)]
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _references(kind: str, keys: list[str], *, now: dt.datetime) -> Iterator[tuple[int, FileUse]]:
    condition = f"IN ({', '.join(['%s'] * len(keys))})" if keys else "LIKE %s"
    values = keys or [f"{kind}:%"]
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_REFERENCES.format(condition), [moment, *values])
        for key, is_endless, last_end, is_syndicated in cursor.fetchall():
            ends_at = None if is_endless else instant(last_end)
            yield kinds.split_key(key)[1], FileUse(ends_at, bool(is_syndicated))


def end_grace_periods(keys: Iterable[str]) -> None:
    """Let nothing but references keep these files public."""
    named = sorted(keys)
    for start in range(0, len(named), BATCH):
        UnreferencedFile.objects.filter(key__in=named[start : start + BATCH]).delete()
