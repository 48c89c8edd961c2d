"""Say how many nodes an operation could return, before any of it is executed.

A node is an object in the answer. A field of objects counts once for each object it could be asked of; a
list counts its `first` or `last`, or the size that its field is assumed to have. Where a type is
abstract, the dearest of its object types counts. `@skip` and `@include` count only when they are written
out: with a variable, the field may be there.

The plan of an operation is made once, and what no variable touches is added up in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from cms.api.errors import Code, Refused
from cms.publishing.reading.listing import FIRST_MAX

COST_MAX: int = settings.GRAPHQL_COST_MAX
INTROSPECTION_COST_MAX: int = settings.GRAPHQL_INTROSPECTION_COST_MAX
# As many as are listed when somebody asks what made the cost.
PARTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Size:
    """Say how long a list can be: a number, or what variables say.

    Shape: `variables` are those given as `first`, `last` or `ids`, each with its default; the largest
           counts, of a list its length. `otherwise` is the number, and what holds when all are null.
    """

    otherwise: int
    variables: tuple[tuple[str, int | None], ...] = ()

    def of(self, variables: Mapping[str, Any]) -> int:
        """Return the size for the variables of a request; what is no size is refused by others."""
        given = (variables.get(name, default) for name, default in self.variables)
        return max((bounded(value) for value in given if value is not None), default=self.otherwise)


def bounded(value: Any) -> int:
    """Return a size that a list can have, of a list of ids its length; 0 for what is no size."""
    if isinstance(value, list):
        return min(len(value), FIRST_MAX)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    # Not int() first: it knows no infinity.
    return int(min(max(value, 0), FIRST_MAX))


ONE = Size(1)


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """Count one field of objects: its size times itself and the dearest of what is below.

    Shape: `options` hold the fields below, one option for each object type; `constant` is the whole sum
           where no variable touches it. The same count may be below several others.
    """

    name: str
    size: Size
    options: tuple[tuple[Count, ...], ...]
    constant: int | None


class _Sums:
    """Add counts up for the variables of one request, each count once."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self.variables = variables
        self._known: dict[Count, int] = {}

    def total(self, count: Count) -> int:
        """Return how many nodes a field and those below it could return."""
        if count.constant is not None:
            return count.constant
        known = self._known.get(count)
        if known is None:
            dearest = max(map(self.sum, count.options), default=0)
            known = self._known[count] = count.size.of(self.variables) * (1 + dearest)
        return known

    def sum(self, counts: tuple[Count, ...]) -> int:
        """Return how many nodes several fields could return."""
        return sum(map(self.total, counts))

    def parts(self, count: Count, *, times: int, path: str) -> Iterator[dict[str, Any]]:
        """Return what each field adds by itself, this one first."""
        here = f"{path}.{count.name}" if path else count.name
        nodes = times * count.size.of(self.variables)
        yield {"path": here, "nodes": nodes}
        for below in max(count.options, key=self.sum, default=()):
            yield from self.parts(below, times=nodes, path=here)


def counted(name: str, size: Size, options: tuple[tuple[Count, ...], ...]) -> Count:
    """Return the count of a field, added up when no variable is in it."""
    fixed: int | None = None
    if not size.variables and all(c.constant is not None for option in options for c in option):
        sums = _Sums({})
        fixed = size.otherwise * (1 + max(map(sums.sum, options), default=0))
    return Count(name, size, options, fixed)


@dataclass(frozen=True, slots=True, eq=False)
class CostPlan:
    """Know the cost of one operation for any variables.

    Shape: `schema_counts` is what is asked about the schema; it has a limit of its own.
    """

    counts: tuple[Count, ...]
    schema_counts: tuple[Count, ...]

    def total(self, variables: Mapping[str, Any] | None) -> int:
        """Return how many nodes the operation could return."""
        return _Sums(variables or {}).sum(self.counts)

    def within(self, variables: Mapping[str, Any] | None) -> int:
        """Return the cost, everything included.

        Raises: Refused when it is beyond the limit.
        """
        total = self.total(variables)
        if total > COST_MAX:
            raise _too_expensive(total, COST_MAX, self._dearest(variables or {}))
        about_schema = _Sums({}).sum(self.schema_counts)
        if about_schema > INTROSPECTION_COST_MAX:
            raise _too_expensive(about_schema, INTROSPECTION_COST_MAX, "the schema")
        return total + about_schema

    def told(
        self, asked: Mapping[str, Any] | None, variables: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Return the answer's `extensions`: the cost, where the request's `extensions` ask for it."""
        return {"cost": self.explained(variables)} if asked and asked.get("cost") is True else {}

    def explained(self, variables: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the cost and what it is made of, as clients are told.

        Shape: `total`, `limit`, and `fields` with the nodes that each path adds, dearest first.
        """
        sums = _Sums(variables or {})
        parts = [part for count in self.counts for part in sums.parts(count, times=1, path="")]
        parts.sort(key=lambda part: -part["nodes"])
        total = sums.sum(self.counts)
        return {"total": total, "limit": COST_MAX, "fields": parts[:PARTS_MAX]}

    def _dearest(self, variables: Mapping[str, Any]) -> str:
        parts = self.explained(variables)["fields"]
        return f"`{parts[0]['path']}`" if parts else "its fields"


def _too_expensive(total: int, limit: int, dearest: str) -> Refused:
    shown = total if total < 1_000_000_000 else "more than a billion"
    return Refused(
        Code.QUERY_TOO_EXPENSIVE,
        f"The operation could return {shown} nodes; at most {limit} are answered. Most come from"
        f" {dearest}: ask for fewer with `first`, or for fewer lists inside lists.",
    )
