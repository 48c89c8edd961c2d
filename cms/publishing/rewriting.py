"""Tell a thing that changed from one whose document other code writes with other fields.

A new version of the code adds fields to documents and takes fields away. Rows are then written anew,
but nothing has happened to the things: no number on the clock, no version, no message. ADR 0074.
"""

from typing import Any

import orjson

from cms.publishing.projections import Texts


def is_rewritten(former: Texts, present: Texts) -> bool:
    """Say whether two documents of a thing differ in nothing but which fields they have."""
    if former.columns.is_syndicated != present.columns.is_syndicated:
        return False
    return _agree(_document(former), _document(present)) and _agree(
        _facets(former), _facets(present)
    )


def _document(texts: Texts) -> dict[str, Any]:
    # A field may move from the head to the tail.
    found: dict[str, Any] = orjson.loads(texts.head or "{}") | orjson.loads(texts.tail or "{}")
    return found


def _facets(texts: Texts) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in texts.columns.facets:
        found.setdefault(name, []).append(value)
    return found


def _agree(former: Any, present: Any) -> bool:
    """Say whether two values are the same wherever both have one."""
    if isinstance(former, dict) and isinstance(present, dict):
        shared = former.keys() & present.keys()
        return all(_agree(former[name], present[name]) for name in shared)
    if isinstance(former, list) and isinstance(present, list):
        return len(former) == len(present) and all(map(_agree, former, present))
    return bool(former == present)
