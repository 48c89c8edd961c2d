"""Fetch lists of published things: filtered, ordered, by keyset, with totals.

All lists of one level of an operation become one statement, whatever their number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cms.publishing.reading.conditions import Condition, Order, timeless
from cms.publishing.reading.cursors import cursor_of
from cms.publishing.reading.items import Item
from cms.publishing.reading.list_statement import ListStatement
from cms.publishing.reading.loads import Load, make_item
from cms.publishing.reading.named import Named, in_full
from cms.publishing.reading.narrowing import Sql
from cms.publishing.reading.totals import TOTALS, end_terms

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext

FIRST_MAX = 100
# SQLite refuses more terms in one compound statement.
COMPOUND_MAX = 200


@dataclass(frozen=True)
class Listing(Load):
    """Need one page of a list.

    Shape: `types` are GraphQL type names; `locale` empty means all languages; `after` is a cursor.
           `includes_siteless` adds what belongs to no site.
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
    includes_siteless: bool = False

    @property
    def sites(self) -> tuple[str, ...]:
        """Return the keys of the sites whose things are listed; empty is that of things of no site."""
        return (self.site, "") if self.includes_siteless else (self.site,)

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
        return cursor_of(self.listing, self.sort_values[number], self.items[number])


class _Rows(NamedTuple):
    """Hold what a statement found of one list.

    Shape: rows with their sort values, which have the columns of `named.Named` if `are_named`, else
           those of an item.
    """

    rows: list[tuple[Any, Any]]
    total: int | None
    are_named: bool


def _fetch(context: ReadContext, loads: Sequence[Listing]) -> dict[Load, Any]:
    known: Mapping[Any, _Rows] = context.known.names if context.known is not None else {}
    found = {load: rows for load in loads if (rows := known.get(_asked_for(context, load)))}
    missing = [load for load in loads if load not in found]
    if missing:
        found |= _asked(context, missing)
    items = _items(context, found)
    return {load: _slice(load, items[load], total=found[load].total) for load in loads}


def _asked_for(context: ReadContext, load: Listing) -> Listing:
    """Return what is asked for, whenever it is asked within one moment."""
    if not load.conditions:
        return load
    return replace(load, conditions=timeless(load.conditions, context.now))


def _asked(context: ReadContext, loads: Sequence[Listing]) -> dict[Listing, _Rows]:
    """Ask the database for lists, all of them in one statement."""
    # What the item cache may have is named only; the long half of a document is never in it.
    are_named = context.items is not None and not any(load.tail for load in loads)
    totals = _known_totals(context, loads)
    terms = _terms(context, loads, names_only=are_named, but_totals_of=totals)
    statement = " UNION ALL ".join(text for text, _values in terms)
    parameters = [value for _text, values in terms for value in values]
    nodes: dict[int, list[tuple[Any, Any]]] = {}
    counted: dict[int, int] = {}
    ends: dict[int, list[Any]] = {}
    for number, total, value, *row in context.query(statement, parameters) if terms else []:
        if row[0] is not None:
            nodes.setdefault(number, []).append((value, row))
        elif total is not None:
            counted[number] = total
        else:
            ends.setdefault(number, []).append(value)
    for number, counted_now in counted.items():
        TOTALS.remember(context, loads[number], counted_now, ends=ends[number])
    totals |= counted
    found = {
        load: _Rows(nodes.get(number, []), totals.get(number), are_named)
        for number, load in enumerate(loads)
    }
    if context.known is not None and are_named:
        for load, rows in found.items():
            context.known.keep_names(_asked_for(context, load), rows, count=len(rows.rows))
    return found


def _terms(
    context: ReadContext,
    loads: Sequence[Listing],
    *,
    names_only: bool,
    but_totals_of: Collection[int],
) -> list[Sql]:
    """Return the terms of the statement.

    Shape: nodes before totals, since PostgreSQL takes the types of the columns from the first term.
    """
    statements = [ListStatement(context, load, names_only=names_only) for load in loads]
    terms = [
        statements[number].nodes(number) for number, load in enumerate(loads) if load.wants_nodes
    ]
    for number, load in enumerate(loads):
        if load.wants_total and number not in but_totals_of:
            terms.append(statements[number].total(number))
            terms += end_terms(context, load, number, nothing=statements[number].nothing)
    return terms


def _items(
    context: ReadContext, found: dict[Listing, _Rows]
) -> dict[Listing, list[tuple[Any, Item | None]]]:
    """Return the items of rows with their sort values; None for one that ended just now."""
    names = [Named(*row) for rows in found.values() if rows.are_named for _value, row in rows.rows]
    named = in_full(context, names)
    items: dict[Listing, list[tuple[Any, Item | None]]] = {}
    for load, rows in found.items():
        if rows.are_named:
            items[load] = [(value, named.get((row[0], row[1]))) for value, row in rows.rows]
        else:
            made = [(value, make_item(row)) for value, row in rows.rows]
            items[load] = [(value, context.laid_over(one.key, one) or one) for value, one in made]
    return items


def _slice(load: Listing, found: list[tuple[Any, Item | None]], *, total: int | None) -> Slice:
    shown = [(value, item) for value, item in found[: load.first] if item is not None]
    return Slice(
        listing=load,
        items=tuple(item for _value, item in shown),
        sort_values=tuple(value for value, _item in shown),
        has_next=len(found) > load.first,
        has_previous=load.after is not None,
        total=total,
    )


def _known_totals(context: ReadContext, loads: Sequence[Listing]) -> dict[int, int]:
    wanted = [(number, load) for number, load in enumerate(loads) if load.wants_total]
    found = ((number, TOTALS.known(context, load)) for number, load in wanted)
    return {number: total for number, total in found if total is not None}
