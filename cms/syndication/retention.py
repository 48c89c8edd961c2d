"""Throw old tombstones away, and start a new epoch after a restore."""

import datetime as dt
import uuid

from django.conf import settings
from django.db.models import F, Max
from django.db.models.functions import Greatest
from django.utils import timezone

from cms.publishing.clock import CLOCK
from cms.publishing.models import ContentClock, PublishedItem, StreamFacet
from cms.publishing.reconcile import lock as reconcile_lock
from cms.publishing.turns import own_transaction
from cms.syndication.purge import tell_of_forgotten

BATCH = 1000


def purge(*, now: dt.datetime | None = None) -> int:
    """Throw away the tombstones that are older than the retention; return how many.

    Readers whose cursor is from before one of them are then told to start again, and caches in front
    that where a page was there is nothing, and that `changes` tells of none of them.
    Units: the setting SYNC_RETENTION_DAYS is in days.
    """
    before = (now or timezone.now()) - dt.timedelta(days=settings.SYNC_RETENTION_DAYS)
    total = 0
    while True:
        with own_transaction():
            # Reconciling writes the same rows, in an order of its own.
            reconcile_lock()
            old = PublishedItem.objects.filter(visible=False, changed_at__lt=before)
            batch = list(old.order_by("seq").values_list("public_id", flat=True)[:BATCH])
            chosen = PublishedItem.objects.filter(public_id__in=batch)
            highest = chosen.aggregate(highest=Max("seq"))["highest"]
            if highest is None:
                return total
            tell_of_forgotten(chosen)
            StreamFacet.objects.filter(public_id__in=batch).delete()
            chosen.delete()
            ContentClock.objects.filter(pk=CLOCK).update(horizon=Greatest(F("horizon"), highest))
        total += len(batch)


def start_new_epoch() -> None:
    """Make every cursor so far unusable, because the database is not the one they were made on."""
    with own_transaction():
        ContentClock.objects.filter(pk=CLOCK).update(epoch=uuid.uuid4())
