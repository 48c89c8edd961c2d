"""Write the statements of lists: which items a list has, one page of them, and how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cms.publishing.reading.conditions import (
    FACETED,
    AnyOf,
    Between,
    Condition,
    Containing,
    Having,
    PointingAt,
    PointingAtAny,
    ResolvableRedirect,
    Unset,
    Whose,
)
from cms.publishing.reading.cursors import read_cursor
from cms.publishing.reading.items import COLUMNS
from cms.publishing.reading.loads import LISTED, SHOWN, TABLE, columns, marks, nulls
from cms.publishing.reading.named import NAMES, Named
from cms.publishing.reading.narrowing import Narrow, Sql, any_of, count, from_facets, page
from cms.publishing.reading.redirect_conditions import is_resolvable

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext
    from cms.publishing.reading.listing import Listing


def where(context: ReadContext, load: Listing) -> tuple[str, list[Any]]:
    """Return the test that a list's items (alias `i`) pass, with its parameters."""
    statement = ListStatement(context, load)
    return " AND ".join(statement.wheres), statement.parameters


class ListStatement:
    """Write the SELECT of one list.

    Shape: with `names_only` its rows have the columns of `named.Named`, else those of an item.
    """

    def __init__(self, context: ReadContext, load: Listing, *, names_only: bool = False) -> None:
        self.context, self.load = context, load
        self.columns = NAMES if names_only else columns("i", tail=load.tail)
        self.nothing = nulls(len(Named._fields) if names_only else len(COLUMNS) + 1)
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
        test = f"i.type IN ({marks(len(load.types))}) AND i.site IN ({marks(len(load.sites))})"
        values = [*load.types, *load.sites]
        if load.locale:
            test, values = f"{test} AND i.locale = %s", [*values, load.locale]
        return test, values

    def _base(self) -> None:
        place, values = self._place()
        self.wheres += [place, LISTED.format("i"), SHOWN.format("i")]
        self.parameters += values
        self.parameters.append(self.context.now_parameter)

    def nodes(self, number: int) -> Sql:
        """Return the term that yields this list's items, one more than asked for.

        Shape: of a page that is taken from the end of the list the last item comes first.
        """
        load = self.load
        bounds = []
        if load.after is not None:
            bounds.append(self._bound(load.after, is_before=False))
        if load.before is not None:
            bounds.append(self._bound(load.before, is_before=True))
        value = f"CAST(i.{load.order.value[0]} AS text), {self.columns}"
        selected = f"{number}, CAST(NULL AS bigint), {value}"
        rows, values = self._page(
            selected, bounds, is_backward=load.is_backward, count=load.size + 1
        )
        return f"SELECT * FROM ({rows}) AS n{number}", values

    def beyond(self, number: int, *, is_before: bool) -> Sql:
        """Return the term that yields one row if something stands beyond a cursor of the list.

        Shape: `is_before` asks for what stands at the cursor `after` or before it, else it is what
               stands at the cursor `before` or after it.
        """
        cursor = self.load.after if is_before else self.load.before
        assert cursor is not None
        bound = self._bound(cursor, is_before=is_before, is_inclusive=True)
        row, values = self._page("1", [bound], is_backward=is_before, count=1)
        # The columns are no part of the inner statement: PostgreSQL would make texts of its NULLs.
        nothing = f"{number}, CAST(NULL AS bigint), CAST(NULL AS text), {self.nothing}"
        return f"SELECT {nothing} WHERE EXISTS (SELECT 1 FROM ({row}) AS n{number})", values

    def _bound(self, cursor: str, *, is_before: bool, is_inclusive: bool = False) -> Sql:
        """Return the test that items before or after a cursor pass."""
        column, direction = self.load.order.value
        value, public_id = read_cursor(cursor, listing=self.load)
        sign = "<" if is_before == (direction == "ASC") else ">"
        adapted = value if self.load.order.is_text else self.context.adapt(value)
        test = f"(i.{column}, i.public_id) {sign}{'=' if is_inclusive else ''} (%s, %s)"
        return test, [adapted, public_id]

    def _page(self, selected: str, bounds: list[Sql], *, is_backward: bool, count: int) -> Sql:
        """Return a statement of so many rows within bounds, from the beginning or from the end."""
        column, direction = self.load.order.value
        if is_backward:
            direction = "ASC" if direction == "DESC" else "DESC"
        wheres = [*self.wheres, *(test for test, _values in bounds)]
        parameters = [*self.parameters, *(one for _test, values in bounds for one in values)]
        order = f" ORDER BY i.{column} {direction}, i.public_id {direction} LIMIT "

        def write(source: str, test: str, limit: str) -> Sql:
            tests = " AND ".join([*wheres, *([test] if test else [])])
            text = f"SELECT {selected} FROM {source}{TABLE} i WHERE {tests}{order}{limit}"
            return text, [*parameters, count]

        return page(self.narrow, write) if self.narrow else write("", "", "%s")

    def total(self, number: int) -> tuple[str, list[Any]]:
        """Return the term that counts this list."""

        def write(source: str, test: str) -> tuple[str, list[Any]]:
            tests = " AND ".join([*self.wheres, *([test] if test else [])])
            return f"SELECT count(*) FROM {source}{TABLE} i WHERE {tests}", self.parameters

        counted, values = count(self.narrow, write) if self.narrow else write("", "")
        return f"SELECT {number}, ({counted}), NULL, {self.nothing}", list(values)

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
        if isinstance(condition, ResolvableRedirect):
            test, values = is_resolvable(self.context, site=condition.site)
            self.parameters += values
            return test
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
