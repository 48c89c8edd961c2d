"""Project a page or snippet into its public document, split in head and tail.

A document depends on nothing but the thing's own rows, so it is made again only when those change.
"""

import datetime as dt
import logging
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import orjson
from django.db.models import Model
from graphql import get_named_type

from cms.publishing.protocols import Columns
from cms.publishing.schema.authoring import authored
from cms.publishing.schema.projecting import (
    BLOCK_INTERFACE,
    ProjectionFailed,
    project_document,
)

logger = logging.getLogger(__name__)

# Fields of these types are long and are needed only where one thing is read on its own.
TAIL_TYPES = frozenset({"RichText", BLOCK_INTERFACE})
# What the columns of the table of facets hold.
LONGEST_FACET, LONGEST_VALUE = 32, 128


@dataclass(frozen=True, slots=True)
class Projected:
    """Hold one projection: the document's two halves as JSON text, and its typed columns."""

    head: str
    tail: str
    columns: Columns
    columns_text: str


@cache
def tail_fields(type_name: str) -> frozenset[str]:
    """Return the names of a thing's fields that are kept in its tail."""
    source = authored()
    named_type: Any = source.schema.type_map[type_name]
    return frozenset(
        name
        for name in source.fields[type_name]
        if get_named_type(named_type.fields[name].type).name in TAIL_TYPES
    )


def project(instance: Model) -> Projected:
    """Run the generated resolvers once on an instance.

    Raises: ProjectionFailed naming the field, also when the typed columns cannot be made.
    """
    type_name = type(instance).__name__
    document = project_document(instance)
    long = tail_fields(type_name)
    try:
        columns: Columns = instance.published_columns()  # type: ignore[attr-defined]
        return Projected(
            head=_dump({name: value for name, value in document.items() if name not in long}),
            tail=_dump({name: value for name, value in document.items() if name in long}),
            columns=columns,
            columns_text=dump_columns(columns),
        )
    except Exception as error:
        # Whatever a page type does wrong must stop this page and no other.
        why = str(error) or type(error).__name__
        raise ProjectionFailed(type_name, field="published_columns", why=why) from error


def _dump(document: dict[str, Any]) -> str:
    return orjson.dumps(document).decode() if document else ""


def dump_columns(columns: Columns) -> str:
    """Return columns as JSON text.

    Raises: ValueError for a facet that the table of facets cannot hold, or an instant without zone.
    """
    for name, value in columns.facets:
        if len(name) > LONGEST_FACET or len(value) > LONGEST_VALUE:
            raise ValueError(f"the facet {name} is too long: {value[:40]}…")
    instants = (columns.sort_at, columns.starts_at, columns.ends_at, *columns.boundaries)
    if any(instant is not None and instant.tzinfo is None for instant in instants):
        raise ValueError("an instant has no time zone")
    return orjson.dumps(asdict(columns)).decode()


def load_columns(text: str) -> Columns:
    """Return the columns that `dump_columns` wrote."""
    raw: dict[str, Any] = orjson.loads(text)
    for name in ("sort_at", "starts_at", "ends_at"):
        raw[name] = _instant(raw[name])
    raw["boundaries"] = tuple(dt.datetime.fromisoformat(item) for item in raw["boundaries"])
    raw["facets"] = tuple((name, value) for name, value in raw["facets"])
    return Columns(**raw)


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
