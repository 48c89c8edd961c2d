"""Announce anew what points at a thing that appeared, went, moved or got another file.

A document depends on nothing but its own rows, so nothing is projected again. But what readers see of it
does change: an address in its text, a picture, a reference that is there or not. Whoever copies it can
only learn of that through the clock, so the row gets a new number.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q

from cms.publishing import kinds
from cms.publishing.models import Change, Mention, PublishedItem

# In documents a reference is a JSON string of its own. A text that reads like one does no harm.
_KEY = re.compile(r'"([a-z]+:[0-9]{1,18})"')
BATCH = 400


@dataclass(slots=True)
class Turned:
    """Collect what looks different to whoever points at it: things by key, and sites by theirs."""

    keys: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)


def mentioned(*texts: str) -> set[str]:
    """Return the keys that a document points at."""
    known = set(kinds.all_kinds())
    found = {key for text in texts for key in _KEY.findall(text)}
    return {key for key in found if key.partition(":")[0] in known}


def remember(mentions: Iterable[tuple[str, set[str]]]) -> None:
    """Store what each of these visible things points at, instead of what was stored before."""
    pointing = dict(mentions)
    forget(pointing)
    rows = [
        Mention(owner=owner, target=target)
        for owner, targets in sorted(pointing.items())
        for target in sorted(targets)
    ]
    Mention.objects.bulk_create(rows, batch_size=BATCH)


def forget(owners: Iterable[str]) -> None:
    """Drop what these things pointed at."""
    for batch in _batches(sorted(owners)):
        Mention.objects.filter(owner__in=batch).delete()


def announce(turned: Turned, *, now: dt.datetime) -> list[str]:
    """Number anew what points at these things, and all of these sites; return the keys.

    Shape: what this transaction has written already has no number yet, and is left as it is.
    """
    found: set[str] = set()
    targets = sorted(turned.keys | _in_other_languages(turned.keys))
    numbered = PublishedItem.objects.filter(visible=True, seq__isnull=False).order_by()
    for batch in _batches(targets):
        owners = Mention.objects.filter(target__in=batch).values("owner")
        found.update(numbered.filter(key__in=owners).values_list("key", flat=True))
    if turned.sites:
        found.update(numbered.filter(site__in=turned.sites).values_list("key", flat=True))
    for batch in _batches(sorted(found)):
        _number_anew(batch, now=now)
    return sorted(found)


def _in_other_languages(keys: Collection[str]) -> set[str]:
    """Return the other language versions of pages, which stand for them where they are pointed at."""
    found: set[str] = set()
    for batch in _batches(sorted(key for key in keys if key.startswith(f"{kinds.PAGE}:"))):
        same = PublishedItem.objects.filter(key__in=batch).exclude(translation_key="")
        versions = PublishedItem.objects.filter(
            Q(translation_key__in=same.values("translation_key")), kind=kinds.PAGE
        )
        found.update(versions.values_list("key", flat=True))
    return found


def _number_anew(keys: Sequence[str], *, now: dt.datetime) -> None:
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE publishing_publisheditem SET version = version + 1, seq = NULL, change = %s,"
            f" changed_at = %s WHERE key IN ({marks})",
            [Change.UPDATED.value, connection.ops.adapt_datetimefield_value(now), *keys],
        )


def _batches(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
