"""Fetch lists of published things: filtered, ordered, by keyset, with totals.

All lists of one level of an operation become one statement, whatever their number.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from cms.publishing.reading.items import COLUMNS, Item, instant
from cms.publishing.reading.loads import SHOWN, TABLE, Load, columns, make_item, marks
from cms.publishing.reading.narrowing import Narrow, any_of, count, from_facets, page
from cms.publishing.reading.totals import TOTALS, end_terms

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext

FIRST_MAX = 100
# SQLite refuses more terms in one compound statement.
COMPOUND_MAX = 200


class Order(enum.Enum):
    """Order a list; ties are broken by public id."""

    SORT_AT_DESC = ("sort_at", "DESC")
    SORT_AT_ASC = ("sort_at", "ASC")
    TITLE_ASC = ("sort_title", "ASC")
    STARTS_AT_ASC = ("starts_at", "ASC")

    @property
    def is_by_title(self) -> bool:
        """Say whether the sort value is text, not an instant."""
        return self is Order.TITLE_ASC


@dataclass(frozen=True)
class Having:
    """Keep items that have one of these values of a facet."""

    facet: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Whose:
    """Keep items with a facet that points at a thing which itself has one of some facet values."""

    facet: str
    target: Having


@dataclass(frozen=True)
class PointingAt:
    """Keep items with a facet that points at a thing, in whichever language it was chosen.

    Shape: exactly one of `public_id` and `translation_key` is set.
    """

    facet: str
    public_id: str = ""
    translation_key: str = ""


@dataclass(frozen=True)
class PointingAtAny:
    """Keep items with a facet that points at one of some things, as far as these are public."""

    facet: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Between:
    """Keep items by an instant column; `since` is inclusive, `until` exclusive, both may be None."""

    column: str
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    or_null: bool = False


@dataclass(frozen=True)
class Unset:
    """Keep items whose instant column is empty."""

    column: str


@dataclass(frozen=True)
class AnyOf:
    """Keep items that satisfy one of several conditions, or of several groups of conditions."""

    conditions: tuple[Condition | tuple[Condition, ...], ...]


@dataclass(frozen=True)
class Containing:
    """Keep items whose title or texts contain every word."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Except:
    """Leave one item out."""

    key: str


Condition = (
    Having | Whose | PointingAt | PointingAtAny | Between | Unset | AnyOf | Containing | Except
)


# What an item is found by from the table of facets.
FACETED = (Having, Whose, PointingAt, PointingAtAny)


class BadCursor(Exception):
    """Say that a cursor was not made by this list."""


@dataclass(frozen=True)
class Listing(Load):
    """Need one page of a list.

    Shape: `types` are GraphQL type names; `locale` empty means all languages; `after` is a cursor.
    """

    types: tuple[str, ...]
    site: str
    locale: str
    order: Order
    first: int
    after: str | None = None
    conditions: tuple[Condition, ...] = ()
    wants_total: bool = False
    wants_nodes: bool = True
    tail: bool = False

    @property
    def name(self) -> str:
        """Return what cursors are marked with: the first type of the list and its order."""
        return f"{next(iter(self.types), '')} {self.order.name}"

    @classmethod
    def fetch(cls, context: ReadContext, loads: Sequence[Listing]) -> dict[Load, Any]:
        """Return one slice for each need."""
        found: dict[Load, Any] = {}
        for start in range(0, len(loads), COMPOUND_MAX):
            found.update(_fetch(context, loads[start : start + COMPOUND_MAX]))
        return found


@dataclass(frozen=True, slots=True)
class Slice:
    """Hold one page of a list.

    Shape: at most `first` items, with the sort value of each, of which cursors are made; `total` is
           None unless it was asked for.
    """

    listing: Listing
    items: tuple[Item, ...]
    sort_values: tuple[Any, ...]
    has_next: bool
    has_previous: bool
    total: int | None

    @property
    def cursors(self) -> list[str]:
        """Return the cursor of each item."""
        return [self.cursor(number) for number in range(len(self.items))]

    def cursor(self, number: int) -> str:
        """Return the cursor of one item, counted from 0, or from the end with -1."""
        return _cursor(self.listing, self.sort_values[number], self.items[number])


def _fetch(context: ReadContext, loads: Sequence[Listing]) -> dict[Load, Any]:
    # Nodes before totals: PostgreSQL takes the types of the columns from the first term.
    statements = [_Statement(context, load) for load in loads]
    terms = [
        statements[number].nodes(number) for number, load in enumerate(loads) if load.wants_nodes
    ]
    totals = _known_totals(context, loads)
    for number, load in enumerate(loads):
        if load.wants_total and number not in totals:
            terms.append(statements[number].total(number))
            terms += end_terms(context, load, number)
    nodes: dict[int, list[Item]] = {}
    counted: dict[int, int] = {}
    ends: dict[int, list[Any]] = {}
    sort_values: dict[int, list[Any]] = {}
    statement = " UNION ALL ".join(text for text, _values in terms)
    parameters = [value for _text, values in terms for value in values]
    for number, total, value, *row in context.query(statement, parameters) if terms else []:
        if row[0] is None:
            if total is None:
                ends.setdefault(number, []).append(value)
            else:
                counted[number] = total
        else:
            item = make_item(row)
            nodes.setdefault(number, []).append(context.laid_over(item.key, item) or item)
            sort_values.setdefault(number, []).append(value)
    for number, counted_now in counted.items():
        TOTALS.remember(context, loads[number], counted_now, ends=ends[number])
    totals |= counted
    return {
        load: Slice(
            listing=load,
            items=tuple(nodes.get(number, [])[: load.first]),
            sort_values=tuple(sort_values.get(number, [])[: load.first]),
            has_next=len(nodes.get(number, [])) > load.first,
            has_previous=load.after is not None,
            total=totals.get(number),
        )
        for number, load in enumerate(loads)
    }


def _known_totals(context: ReadContext, loads: Sequence[Listing]) -> dict[int, int]:
    wanted = [(number, load) for number, load in enumerate(loads) if load.wants_total]
    found = ((number, TOTALS.known(context, load)) for number, load in wanted)
    return {number: total for number, total in found if total is not None}


def _cursor(load: Listing, sort_value: Any, item: Item) -> str:
    column, _direction = load.order.value
    value = sort_value
    if column != "sort_title":
        moment = instant(sort_value)
        value = moment.astimezone(dt.UTC).isoformat() if moment else None
    raw = orjson.dumps([load.name, value, item.public_id])
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_cursor(text: str, *, listing: Listing) -> tuple[Any, str]:
    """Return the sort value and public id of a cursor.

    Raises: BadCursor when it is damaged, or of a list of other things or in another order.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        name, value, public_id = orjson.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if name != listing.name or not isinstance(value, str) or not isinstance(public_id, str):
            raise BadCursor(text)
        if not listing.order.is_by_title:
            moment = dt.datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise BadCursor(text)
            return moment.astimezone(dt.UTC), public_id
    except (binascii.Error, ValueError, TypeError, OverflowError) as error:
        raise BadCursor(text) from error
    return value, public_id


def where(context: ReadContext, load: Listing) -> tuple[str, list[Any]]:
    """Return the test that a list's items (alias `i`) pass, with its parameters."""
    statement = _Statement(context, load)
    return " AND ".join(statement.wheres), statement.parameters


class _Statement:
    """Write the SELECT of one list."""

    def __init__(self, context: ReadContext, load: Listing) -> None:
        self.context, self.load = context, load
        self.wheres: list[str] = []
        self.parameters: list[Any] = []
        self.narrow: list[Narrow] = []
        self._base()
        for condition in load.conditions:
            self.wheres.append(self._condition(condition))
        if context.connection.vendor == "sqlite":
            found = map(self._narrowed, load.conditions)
            self.narrow = [narrow for narrow in found if narrow is not None]

    def _narrowed(self, condition: Condition) -> Narrow | None:
        """Return what finds the items of a condition from its own side, if anything does."""
        if isinstance(condition, AnyOf):
            groups = [c if isinstance(c, tuple) else (c,) for c in condition.conditions]
            firsts = [next(filter(None, map(self._narrowed, group)), None) for group in groups]
            found = [narrow for narrow in firsts if narrow is not None]
            return any_of(found) if found and len(found) == len(groups) else None
        outer, self.parameters = self.parameters, []
        test, (parameters, self.parameters) = self._condition(condition), (self.parameters, outer)
        if isinstance(condition, FACETED):
            return from_facets(self._facet_test, parameters)
        # Along the order itself the walk begins and ends where the condition says.
        is_along = (
            self.load.wants_nodes and getattr(condition, "column", "") == self.load.order.value[0]
        )
        if not isinstance(condition, Between) or condition.or_null or is_along:
            return None
        place, values = self._place()
        keys = f"SELECT i.key FROM {TABLE} i WHERE {place} AND i.visible AND {test}"
        return Narrow(keys, (*values, *parameters))

    def _place(self) -> tuple[str, list[Any]]:
        load = self.load
        test, values = f"i.type IN ({marks(len(load.types))}) AND i.site = %s", [load.site]
        if load.locale:
            test, values = f"{test} AND i.locale = %s", [load.site, load.locale]
        return test, [*load.types, *values]

    def _base(self) -> None:
        place, values = self._place()
        self.wheres += [place, SHOWN.format("i")]
        self.parameters += values
        self.parameters.append(self.context.now_parameter)

    def nodes(self, number: int) -> tuple[str, list[Any]]:
        """Return the term that yields this list's items, one more than asked for."""
        column, direction = self.load.order.value
        wheres, parameters = list(self.wheres), list(self.parameters)
        if self.load.after is not None:
            value, public_id = read_cursor(self.load.after, listing=self.load)
            sign = "<" if direction == "DESC" else ">"
            wheres.append(f"(i.{column}, i.public_id) {sign} (%s, %s)")
            parameters += [
                self.context.adapt(value) if column != "sort_title" else value,
                public_id,
            ]
        selected = (
            f"SELECT {number}, CAST(NULL AS bigint), CAST(i.{column} AS text),"
            f" {columns('i', tail=self.load.tail)} FROM "
        )
        order = f" ORDER BY i.{column} {direction}, i.public_id {direction} LIMIT "

        def write(source: str, test: str, limit: str) -> tuple[str, list[Any]]:
            tests = " AND ".join([*wheres, *([test] if test else [])])
            text = f"{selected}{source}{TABLE} i WHERE {tests}{order}{limit}"
            return text, [*parameters, self.load.first + 1]

        inner, values = page(self.narrow, write) if self.narrow else write("", "", "%s")
        return f"SELECT * FROM ({inner}) AS n{number}", values

    def total(self, number: int) -> tuple[str, list[Any]]:
        """Return the term that counts this list."""
        nothing = ", ".join(["NULL"] * (len(COLUMNS) + 1))

        def write(source: str, test: str) -> tuple[str, list[Any]]:
            tests = " AND ".join([*self.wheres, *([test] if test else [])])
            return f"SELECT count(*) FROM {source}{TABLE} i WHERE {tests}", self.parameters

        counted, values = count(self.narrow, write) if self.narrow else write("", "")
        return f"SELECT {number}, ({counted}), NULL, {nothing}", list(values)

    def _condition(self, condition: Condition) -> str:
        if isinstance(condition, Having):
            self.parameters += [condition.facet, *condition.values]
            return self._facet(f"f.value IN ({marks(len(condition.values))})")
        if isinstance(condition, Whose):
            return self._whose(condition)
        if isinstance(condition, PointingAt):
            return self._pointing(condition)
        if isinstance(condition, PointingAtAny):
            self.parameters += [condition.facet, *condition.keys, self.context.now_parameter]
            shown = f"t.key IN ({marks(len(condition.keys))}) AND {SHOWN.format('t')}"
            return self._facet(f"f.value IN (SELECT t.key FROM {TABLE} t WHERE {shown})")
        if isinstance(condition, Between):
            return self._between(condition)
        if isinstance(condition, Unset):
            return f"i.{condition.column} IS NULL"
        if isinstance(condition, AnyOf):
            return self._any(condition)
        if isinstance(condition, Containing):
            return self._containing(condition)
        self.parameters.append(condition.key)
        return "i.key <> %s"

    def _facet(self, test: str) -> str:
        self._facet_test = test
        return (
            "EXISTS (SELECT 1 FROM publishing_facet f WHERE f.key = i.key AND f.facet = %s"
            f" AND {test})"
        )

    def _whose(self, condition: Whose) -> str:
        target = condition.target
        self.parameters += [condition.facet, target.facet, *target.values]
        self.parameters.append(self.context.now_parameter)
        return self._facet(
            f"f.value IN (SELECT w.key FROM publishing_facet w JOIN {TABLE} t ON t.key = w.key"
            f" WHERE w.facet = %s AND w.value IN ({marks(len(target.values))})"
            f" AND {SHOWN.format('t')})"
        )

    def _pointing(self, condition: PointingAt) -> str:
        # What points at a hidden thing answers null for it, so it is not found by it either.
        now = self.context.now_parameter
        if condition.translation_key:
            group = f"SELECT g.key FROM {TABLE} g WHERE g.translation_key = %s"
            self.parameters += [condition.facet, condition.translation_key, now]
        else:
            group = (
                f"SELECT g.key FROM {TABLE} t JOIN {TABLE} g"
                " ON g.key = t.key OR (g.translation_key = t.translation_key"
                f" AND t.translation_key <> '') WHERE t.public_id = %s AND {SHOWN.format('t')}"
            )
            self.parameters += [condition.facet, condition.public_id, now, now]
        group += f" AND {SHOWN.format('g')}"
        return self._facet(f"f.value IN ({group})")

    def _between(self, condition: Between) -> str:
        tests = []
        for sign, bound in ((">=", condition.since), ("<", condition.until)):
            if bound is not None:
                tests.append(f"i.{condition.column} {sign} %s")
                self.parameters.append(self.context.adapt(bound))
        joined = " AND ".join(tests) or "TRUE"
        return f"(i.{condition.column} IS NULL OR {joined})" if condition.or_null else f"({joined})"

    def _any(self, condition: AnyOf) -> str:
        groups = [c if isinstance(c, tuple) else (c,) for c in condition.conditions]
        tests = [" AND ".join(self._condition(part) for part in group) for group in groups]
        return "(" + " OR ".join(f"({test})" for test in tests) + ")" if tests else "FALSE"

    def _containing(self, condition: Containing) -> str:
        tests = []
        for word in condition.words:
            escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            tests.append("i.search_text LIKE %s ESCAPE '\\'")
            self.parameters.append(f"%{escaped}%")
        return "(" + " AND ".join(tests) + ")" if tests else "FALSE"
