"""Read the published table in a test, as the delivery plane would find it after a commit."""

from typing import Any

import orjson
from django.db import connection
from django.db.models import Model

from cms.publishing import kinds
from cms.publishing.clock import read_clock
from cms.publishing.models import PublishedItem


def number_changes_now() -> None:
    """Let PostgreSQL number the changes of this test's open transaction, as a commit would."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def clock() -> int:
    """Return the content clock, with all changes so far numbered."""
    number_changes_now()
    return read_clock().value


def row_of(thing: Model) -> PublishedItem | None:
    """Return the row of a thing, or None while it was never public."""
    return PublishedItem.objects.filter(key=kinds.key_of(thing)).first()


def is_public(thing: Model) -> bool:
    """Say whether the public may see a thing."""
    row = row_of(thing)
    return row is not None and row.visible


def reason_of(thing: Model) -> str:
    """Return why a thing that was public no longer is; nothing while it is public."""
    row = row_of(thing)
    assert row is not None, f"{thing} was never public"
    return row.reason


def path_of(thing: Model) -> str:
    """Return the public path of a thing that is public."""
    row = row_of(thing)
    assert row is not None
    assert row.visible
    return row.path


def document_of(thing: Model) -> dict[str, Any]:
    """Return the whole public document of a thing."""
    row = row_of(thing)
    assert row is not None
    assert row.visible
    document: dict[str, Any] = orjson.loads(row.head or "{}") | orjson.loads(row.tail or "{}")
    return document


def everything() -> dict[str, dict[str, Any]]:
    """Return all rows by key, without what numbers and dates their changes."""
    left_out = {"seq", "changed_at", "version", "change", "digest"}
    names = [f.name for f in PublishedItem._meta.concrete_fields if f.name not in left_out]
    return {row["key"]: row for row in PublishedItem.objects.values(*names)}


def changed_keys(*, after: int) -> list[str]:
    """Return the keys of the rows that changed after a position on the clock, in order."""
    number_changes_now()
    rows = PublishedItem.objects.filter(seq__gt=after).order_by("seq")
    return list(rows.values_list("key", flat=True))
