"""Announce anew what points at a thing that appeared, went, moved or got another file.

A document depends on nothing but its own rows, so nothing is projected again. But what readers see of it
does change: an address in its text, a picture, a reference that is there or not. Whoever copies it can
only learn of that through the clock, so the row gets a new number.

The same mentions decide which pictures and documents are public (`file_references`).
"""

import datetime as dt
import re
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q

from cms.publishing import kinds
from cms.publishing.file_references import end_grace_periods
from cms.publishing.models import Change, Mention, PublishedItem
from cms.publishing.protocols import parse_public_id

# In documents a reference is a JSON string of its own. A text that reads like one does no harm.
_KEY = re.compile(r'"([a-z]+:[0-9]{1,18})"')
# The address of a file of ours, on whatever host: the public id in it is like no other.
_ADDRESS = re.compile(r"/files/([A-Za-z0-9_-]{16,128})(?![A-Za-z0-9_-])")
BATCH = 400


@dataclass(slots=True)
class Turned:
    """Collect what looks different to whoever points at it: things by key, and sites by theirs."""

    keys: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)


def mentioned(documents: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Return the keys that each document points at: by a key, or by the address of a file.

    Shape: `documents` are texts by the key of their owner; each owner is in the answer.
    """
    known = set(kinds.all_kinds())
    found = {
        owner: {key for text in texts for key in _KEY.findall(text) if _kind_of(key) in known}
        for owner, texts in documents.items()
    }
    addressed = {
        owner: {public_id for text in texts for public_id in _ADDRESS.findall(text)}
        for owner, texts in documents.items()
    }
    keys = _keys_of_files(set().union(*addressed.values()))
    for owner, public_ids in addressed.items():
        found[owner] |= {keys[public_id] for public_id in public_ids if public_id in keys}
    return found


def _kind_of(key: str) -> str:
    return key.partition(":")[0]


def _keys_of_files(public_ids: Collection[str]) -> dict[str, str]:
    """Return the keys of the files with these public ids, whether they are public or not."""
    by_kind: dict[str, dict[uuid.UUID, str]] = {}
    for public_id in public_ids:
        kind, identity = parse_public_id(public_id) or ("", uuid.UUID(int=0))
        if kind in kinds.FILES:
            by_kind.setdefault(kind, {})[identity] = public_id
    found: dict[str, str] = {}
    for kind, identities in by_kind.items():
        model: Any = kinds.single_model(kind)
        for batch in _batches(sorted(identities)):
            rows = model._default_manager.filter(uuid__in=batch).order_by()
            for pk, identity in rows.values_list("pk", "uuid"):
                found[identities[identity]] = f"{kind}:{pk}"
    return found


def files_in(keys: Iterable[str]) -> set[str]:
    """Return the keys that are of pictures and documents."""
    return {key for key in keys if _kind_of(key) in kinds.FILES}


def remember(pointing: Mapping[str, set[str]]) -> set[str]:
    """Store what each of these visible things points at, instead of what was stored before.

    Shape: the keys of the files among the targets, of those from before as well.
    """
    affected = forget(pointing)
    rows = [
        Mention(owner=owner, target=target)
        for owner, targets in sorted(pointing.items())
        for target in sorted(targets)
    ]
    Mention.objects.bulk_create(rows, batch_size=BATCH)
    files = files_in(row.target for row in rows)
    end_grace_periods(files)
    return affected | files


def forget(owners: Iterable[str]) -> set[str]:
    """Drop what these things pointed at; return the keys of the files among it."""
    affected: set[str] = set()
    for batch in _batches(sorted(owners)):
        rows = Mention.objects.filter(owner__in=batch)
        affected |= files_in(rows.values_list("target", flat=True))
        rows.delete()
    return affected


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
