"""Read rows that an earlier version wrote into its archives.

An archive outlives the version that wrote it, and a copy has nothing to make documents of anew.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from cms.publishing.protocols import FORMER_REASONS
from cms.publishing.reading.stored import Shapes, StoredField, Stores
from cms.publishing.schema.public import public_schema

# Public fields by the names that format 1 (version 0.1.0) knew: type, former name, present name.
RENAMED = {
    ("ClusterPage", "observations"): "keyFigures",
    ("EventPage", "status"): "eventStatus",
    ("Menu", "name"): "menu",
    ("NewsPage", "usage"): "rights",
    ("OpenCall", "eligible"): "eligibleApplicants",
    ("Strategy", "formalised"): "isFormalised",
    ("Strategy", "internationalisationFocus"): "hasInternationalisationFocus",
    ("UsageRights", "syndicationAllowed"): "isSyndicationAllowed",
}


def read_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row of format 1 under their present names.

    Raises: KeyError, TypeError or ValueError for what is no row.
    """
    _schema, shapes = public_schema()
    texts = {name: _renamed(row[name], row["type"], shapes) for name in ("head", "tail")}
    reason = FORMER_REASONS.get(row["reason"], row["reason"])
    return {**row, **texts, "reason": reason}


def _renamed(text: str, type_name: str, shapes: Shapes) -> str:
    """Return the JSON text of a document with present names; an empty one stays empty."""
    if not text:
        return text
    return orjson.dumps(_document(orjson.loads(text), type_name, shapes)).decode()


def _document(value: Mapping[str, Any], type_name: str, shapes: Shapes) -> dict[str, Any]:
    fields = shapes.of(type_name)
    found: dict[str, Any] = {}
    for former, stored in value.items():
        name = former if former in fields else RENAMED.get((type_name, former), former)
        found[name] = _value(stored, fields.get(name), shapes)
    return found


def _value(stored: Any, field: StoredField | None, shapes: Shapes) -> Any:
    if field is None or field.stores is not Stores.PART:
        return stored
    if isinstance(stored, list):
        return [_value(one, field, shapes) for one in stored]
    if isinstance(stored, dict):
        return _document(stored, shapes.concrete(field, stored), shapes)
    return stored
