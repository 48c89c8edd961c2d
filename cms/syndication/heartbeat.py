"""Say that a worker lives, where everybody sees it who sees the database."""

import datetime as dt

from django.db import connection
from django.utils import timezone

from cms.publishing.turns import own_transaction
from cms.syndication.models import WorkerBeat

EVERY_SECONDS = 5.0
# A worker that is busy for a while is not a dead one.
LATE_SECONDS = 30.0
ONLY_ROW = 1
MARK = """
INSERT INTO syndication_workerbeat (id, at) VALUES (%s, %s)
ON CONFLICT (id) DO UPDATE SET at = EXCLUDED.at
"""


def beat() -> None:
    """Mark this instant."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with own_transaction(), connection.cursor() as cursor:
        cursor.execute(MARK, [ONLY_ROW, now])


def last_beat() -> dt.datetime | None:
    """Return when a worker lived last; None when there never was one."""
    return WorkerBeat.objects.filter(pk=ONLY_ROW).values_list("at", flat=True).first()
