"""Say what was in a filtered feed once: the same conditions, over every value that things ever had."""

from collections.abc import Iterable
from typing import Any

from cms.publishing.reading.conditions import AnyOf, Condition, Having, PointingAt, Whose
from cms.publishing.reading.loads import TABLE, marks
from cms.syndication.stream import EVER

Sql = tuple[str, list[Any]]


class NotRemembered(TypeError):
    """Say that nothing is kept by which a condition could be tested of the past."""


def once_satisfied(conditions: Iterable[Condition]) -> Sql:
    """Return what follows ` AND ` in a test of rows `i` that ever satisfied each of the conditions.

    Raises: NotRemembered for conditions on anything but facets.
    """
    parts = [_once(condition) for condition in conditions]
    return "".join(f" AND {text}" for text, _ in parts), [v for _, values in parts for v in values]


def _once(condition: Condition) -> Sql:
    if isinstance(condition, Having):
        return EVER.format(marks(len(condition.values))), [condition.facet, *condition.values]
    if isinstance(condition, Whose):
        target = condition.target
        things = (
            f"SELECT t.key FROM {TABLE} t JOIN publishing_streamfacet c"
            " ON c.public_id = t.public_id"
            f" WHERE c.facet = %s AND c.value IN ({marks(len(target.values))})"
        )
        return EVER.format(things), [condition.facet, target.facet, *target.values]
    if isinstance(condition, PointingAt) and condition.public_id:
        group = (
            f"SELECT g.key FROM {TABLE} t JOIN {TABLE} g ON g.key = t.key"
            " OR (g.translation_key = t.translation_key AND t.translation_key <> '')"
            " WHERE t.public_id = %s"
        )
        return EVER.format(group), [condition.facet, condition.public_id]
    if isinstance(condition, AnyOf):
        return _any(condition)
    raise NotRemembered(type(condition).__name__)


def _any(condition: AnyOf) -> Sql:
    groups = [part if isinstance(part, tuple) else (part,) for part in condition.conditions]
    tests = [[_once(part) for part in group] for group in groups]
    text = " OR ".join(" AND ".join(sql for sql, _ in parts) for parts in tests)
    return f"({text})", [value for parts in tests for _, values in parts for value in values]
