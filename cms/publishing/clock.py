"""Read the content clock and number the changes of a transaction.

Every written difference gets the next value: no gaps, and the order of values is the order of commits.
PostgreSQL numbers them at commit, by a deferred constraint trigger (migration `content_clock`), so that
the counter's lock is held for no longer than the commit. SQLite has one writer at a time, so numbering
them at the end of the reconcile is the same thing.
"""

from django.db import connection

from cms.publishing.models import ContentClock
from cms.publishing.turns import own_transaction

CLOCK = 1


class PublishedCopy(Exception):
    """Say that the published rows came from an archive, so that nothing here may write them."""

    def __init__(self) -> None:
        super().__init__(
            "This installation is a copy that `manage.py import` made. Its published content was not"
            " made here, and would be taken down. `manage.py reconcile --force` does so, and makes"
            " it an installation of its own."
        )


NUMBER_PENDING = """
UPDATE publishing_publisheditem AS item SET seq = clock.value + numbered.position
FROM (
    SELECT key, row_number() OVER (ORDER BY key) AS position
    FROM publishing_publisheditem WHERE seq IS NULL
) AS numbered, (SELECT value FROM publishing_contentclock WHERE id = 1) AS clock
WHERE item.key = numbered.key
"""
ADVANCE = """
UPDATE publishing_contentclock SET value = value + %s WHERE id = 1
"""


def number_changes() -> None:
    """Number the changes that this transaction has written with an empty `seq`."""
    if connection.vendor == "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(NUMBER_PENDING)
        # Not what was reported: of two changes that meet in one row only the row is left to number.
        if cursor.rowcount:
            cursor.execute(ADVANCE, [cursor.rowcount])


def read_clock() -> ContentClock:
    """Return the clock's row."""
    return ContentClock.objects.get(pk=CLOCK)


def refuse_a_copy() -> None:
    """Raise PublishedCopy when the published rows were imported."""
    if ContentClock.objects.filter(pk=CLOCK, is_copy=True).exists():
        raise PublishedCopy


def make_original() -> None:
    """Let a copy be an installation of its own, whose rows are made of what is here."""
    with own_transaction():
        ContentClock.objects.filter(pk=CLOCK).update(is_copy=False)
