"""Answer who still asks for what: per member of the schema, and per operation and client."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Q, Sum
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLSchema
from graphql.type import GraphQLInterfaceType, GraphQLObjectType

from cms.api.models import FieldUsage, OperationUsage

MONTH, QUARTER = dt.timedelta(days=30), dt.timedelta(days=90)
NAMELESS = "-"
GONE = "It is not in the schema any more."


@dataclass(slots=True)
class MemberUse:
    """Say how one member of the schema is used.

    Shape: `reason` is why it should not be asked for, empty when it may; `last_on` None when nobody
           was ever counted; `by_client` counts the requests of the last 90 days.
    """

    coordinate: str
    reason: str = ""
    last_on: dt.date | None = None
    month: int = 0
    quarter: int = 0
    by_client: Counter[str] = field(default_factory=Counter)

    @property
    def clients(self) -> str:
        """Return who asks, the most eager first."""
        return ", ".join(client for client, _count in self.by_client.most_common())


@dataclass(frozen=True, slots=True)
class OperationUse:
    """Say how one operation of one client is used."""

    operation: str
    document_id: str
    client: str
    last_on: dt.date
    month: int
    quarter: int
    cached: int


def member_uses(
    *, today: dt.date, coordinates: Sequence[str] | None = None
) -> dict[str, MemberUse]:
    """Return the use of members of the schema by coordinate, of those that were ever counted."""
    rows: Any = FieldUsage.objects.order_by().values("coordinate", "client")
    if coordinates is not None:
        rows = rows.filter(coordinate__in=coordinates)
    found: dict[str, MemberUse] = {}
    for row in rows.annotate(last=Max("day"), **_sums(today)):
        use = found.setdefault(row["coordinate"], MemberUse(row["coordinate"]))
        use.last_on = max(use.last_on or row["last"], row["last"])
        use.month += row["month"]
        use.quarter += row["quarter"]
        if row["quarter"]:
            use.by_client[row["client"] or NAMELESS] += row["quarter"]
    return found


def schema_uses(schema: GraphQLSchema, *, today: dt.date) -> list[MemberUse]:
    """Return the use of every member that was, is or should no longer be asked for.

    Shape: first those that are deprecated, or gone and were asked for; each by coordinate. Arguments
           and values of enums are there when they were asked for or are deprecated.
    """
    found = member_uses(today=today)
    gone = found.keys() - members_of(schema)
    reasons = deprecated(schema) | dict.fromkeys(gone, GONE)
    for name in {*reasons, *_fields(schema)}:
        use = found.setdefault(name, MemberUse(name))
        use.reason = reasons.get(name, "")
    return sorted(found.values(), key=lambda use: (not use.reason, use.coordinate))


def deprecated(schema: GraphQLSchema) -> dict[str, str]:
    """Return why members of a schema are deprecated, by coordinate."""
    return {
        coordinate: member.deprecation_reason or "No reason is given."
        for coordinate, member in _members(schema).items()
        if member.deprecation_reason is not None
    }


def operation_uses(*, today: dt.date) -> list[OperationUse]:
    """Return the operations that were asked for within 90 days, by client, the most frequent first."""
    used: Any = OperationUsage.objects
    rows = (
        used.filter(day__gt=today - QUARTER)
        .order_by()
        .values("operation", "document_id", "client")
        .annotate(last=Max("day"), hits=Sum("cached"), **_sums(today))
        .order_by("-quarter", "operation", "document_id", "client")
    )
    return [
        OperationUse(
            row["operation"] or NAMELESS,
            row["document_id"],
            row["client"] or NAMELESS,
            row["last"],
            row["month"],
            row["quarter"],
            row["hits"],
        )
        for row in rows
    ]


def _sums(today: dt.date) -> dict[str, Any]:
    return {
        "month": Sum("requests", filter=Q(day__gt=today - MONTH), default=0),
        "quarter": Sum("requests", filter=Q(day__gt=today - QUARTER), default=0),
    }


def members_of(schema: GraphQLSchema) -> set[str]:
    """Return every member of a schema by coordinate: fields, arguments, values, input fields."""
    return set(_members(schema))


def _fields(schema: GraphQLSchema) -> Iterator[str]:
    for name, named in schema.type_map.items():
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType) and name[:2] != "__":
            yield from (f"{name}.{own}" for own in named.fields)


def _members(schema: GraphQLSchema) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, named in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(named, GraphQLEnumType):
            found |= {f"{name}.{own}": value for own, value in named.values.items()}
        elif isinstance(named, GraphQLInputObjectType):
            found |= {f"{name}.{own}": value for own, value in named.fields.items()}
        elif isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            for own, declared in named.fields.items():
                found[f"{name}.{own}"] = declared
                found |= {f"{name}.{own}({its}:)": value for its, value in declared.args.items()}
    return found
