"""Fetch lists of published things: filtered, ordered, by keyset, with totals.

All lists of one level of an operation become one statement, whatever their number.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator, Mapping, Sequence
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

FIRST_DEFAULT = 20
FIRST_MAX = 100
# SQLite refuses more than 500 terms in one compound statement.
TERMS_MAX = 450


@dataclass(frozen=True)
class Listing(Load):
    """Need one page of a list.

    Shape: `types` are GraphQL type names; `locale` empty means all languages. Exactly one of `first`
           and `last` is a number; `after` and `before` are cursors, which are not part of the page.
           `wants_previous` and `wants_next` ask whether something stands beyond these cursors.
           `includes_siteless` adds what belongs to no site.
    """

    types: tuple[str, ...]
    site: str
    locale: str
    order: Order
    first: int | None = None
    after: str | None = None
    conditions: tuple[Condition, ...] = ()
    last: int | None = None
    before: str | None = None
    wants_total: bool = False
    wants_nodes: bool = True
    wants_previous: bool = False
    wants_next: bool = False
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

    @property
    def is_backward(self) -> bool:
        """Say whether the page is taken from the end of the list."""
        return self.last is not None

    @property
    def size(self) -> int:
        """Return how many items the page has at the most."""
        size = self.last if self.last is not None else self.first
        assert size is not None
        return size

    @classmethod
    def fetch(cls, context: ReadContext, loads: Sequence[Listing]) -> dict[Load, Any]:
        """Return one slice for each need."""
        return _fetch(context, loads)


@dataclass(frozen=True, slots=True)
class Slice:
    """Hold one page of a list.

    Shape: at most `size` items in the order of the list, with the sort value of each, of which cursors
           are made; `total` is None unless it was asked for.
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
           those of an item, one more than the page has if there are more; a page that is taken from
           the end of the list has its last item first.
    """

    rows: list[tuple[Any, Any]]
    total: int | None
    are_named: bool
    has_previous: bool
    has_next: bool


class _Part(enum.Enum):
    """Say what a term of the statement yields of a list."""

    NODES = enum.auto()
    PREVIOUS = enum.auto()
    NEXT = enum.auto()
    TOTAL = enum.auto()
    ENDS = enum.auto()


_Answers = dict[tuple[_Part, int], list[Any]]


def _fetch(context: ReadContext, loads: Sequence[Listing]) -> dict[Load, Any]:
    known: Mapping[Any, _Rows] = context.known.names if context.known is not None else {}
    found = {load: rows for load in loads if (rows := known.get(_asked_for(context, load)))}
    missing = [load for load in loads if load not in found]
    if missing:
        found |= _asked(context, missing)
    items = _items(context, found)
    return {load: _slice(load, items[load], found[load]) for load in loads}


def _asked_for(context: ReadContext, load: Listing) -> Listing:
    """Return what is asked for, whenever it is asked within one moment."""
    if not load.conditions:
        return load
    return replace(load, conditions=timeless(load.conditions, context.now))


def _asked(context: ReadContext, loads: Sequence[Listing]) -> dict[Listing, _Rows]:
    """Ask the database for lists, all of them in one statement unless they are very many."""
    # What the item cache may have is named only; the long half of a document is never in it.
    are_named = context.items is not None and not any(load.tail for load in loads)
    totals = _known_totals(context, loads)
    answers = _answers(context, loads, names_only=are_named, but_totals_of=totals)
    for number, load in enumerate(loads):
        if counted := answers.get((_Part.TOTAL, number)):
            (totals[number],) = counted
            ends = answers.get((_Part.ENDS, number), ())
            TOTALS.remember(context, load, totals[number], ends=ends)
    found = {
        load: _Rows(
            rows=answers.get((_Part.NODES, number), []),
            total=totals.get(number),
            are_named=are_named,
            has_previous=(_Part.PREVIOUS, number) in answers,
            has_next=(_Part.NEXT, number) in answers,
        )
        for number, load in enumerate(loads)
    }
    if context.known is not None and are_named:
        for load, rows in found.items():
            context.known.keep_names(_asked_for(context, load), rows, count=len(rows.rows))
    return found


def _answers(
    context: ReadContext,
    loads: Sequence[Listing],
    *,
    names_only: bool,
    but_totals_of: Collection[int],
) -> _Answers:
    """Return what the statements answer, by part and number of the list."""
    statements = [ListStatement(context, load, names_only=names_only) for load in loads]
    parts = list(_parts(loads, but_totals_of=but_totals_of))
    terms = [
        term
        for number, (part, of) in enumerate(parts)
        for term in _terms(context, part, statements[of], number)
    ]
    answers: _Answers = {}
    for start in range(0, len(terms), TERMS_MAX):
        some = terms[start : start + TERMS_MAX]
        statement = " UNION ALL ".join(text for text, _values in some)
        parameters = [value for _text, values in some for value in values]
        for number, total, value, *row in context.query(statement, parameters):
            part = parts[number][0]
            answer = (value, row) if part is _Part.NODES else total
            answers.setdefault(parts[number], []).append(value if part is _Part.ENDS else answer)
    return answers


def _parts(
    loads: Sequence[Listing], *, but_totals_of: Collection[int]
) -> Iterator[tuple[_Part, int]]:
    """Yield what is asked of which list.

    Shape: nodes come first, since PostgreSQL takes the types of the columns from the first term.
    """
    numbered = list(enumerate(loads))
    yield from ((_Part.NODES, number) for number, load in numbered if load.wants_nodes)
    yield from ((_Part.PREVIOUS, number) for number, load in numbered if load.wants_previous)
    yield from ((_Part.NEXT, number) for number, load in numbered if load.wants_next)
    for number, load in numbered:
        if load.wants_total and number not in but_totals_of:
            yield _Part.TOTAL, number
            yield _Part.ENDS, number


def _terms(context: ReadContext, part: _Part, statement: ListStatement, number: int) -> list[Sql]:
    """Return the terms of one part, whose rows begin with a number."""
    if part is _Part.NODES:
        return [statement.nodes(number)]
    if part is _Part.TOTAL:
        return [statement.total(number)]
    if part is _Part.ENDS:
        return end_terms(context, statement.load, number, nothing=statement.nothing)
    return [statement.beyond(number, is_before=part is _Part.PREVIOUS)]


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


def _slice(load: Listing, found: list[tuple[Any, Item | None]], rows: _Rows) -> Slice:
    shown = [(value, item) for value, item in found[: load.size] if item is not None]
    has_more = len(found) > load.size
    if load.is_backward:
        shown.reverse()
    return Slice(
        listing=load,
        items=tuple(item for _value, item in shown),
        sort_values=tuple(value for value, _item in shown),
        has_next=rows.has_next or (has_more and not load.is_backward),
        has_previous=rows.has_previous or (has_more and load.is_backward),
        total=rows.total,
    )


def _known_totals(context: ReadContext, loads: Sequence[Listing]) -> dict[int, int]:
    wanted = [(number, load) for number, load in enumerate(loads) if load.wants_total]
    found = ((number, TOTALS.known(context, load)) for number, load in wanted)
    return {number: total for number, total in found if total is not None}
