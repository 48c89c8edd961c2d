"""Let SQLite begin where few rows are: at a list's order, or at what a filter finds.

A list can be read in two ways: along the index of its order, testing every row until the page is full,
which is best where a filter finds much; or from what a filter finds, sorting that, which is best where
it finds little. PostgreSQL knows how often a value occurs and chooses. SQLite does not, so its statement
looks itself: it takes at most `FEW` keys and one from each filter, and only the branch of the first
filter that found no more runs, or else the walk along the order.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# Sorting so many costs about what walking past as many costs that do not fit.
FEW = 500
# One branch for each filter, and the walk.
FILTERS_MAX = 3

Sql = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Narrow:
    """Hold the SELECT of the keys that one condition finds; a key may occur in it twice."""

    keys: str
    parameters: tuple[Any, ...]


def from_facets(test: str, parameters: Sequence[Any]) -> Narrow:
    """Return what finds the keys of items with a facet (alias `f`) that passes a test."""
    return Narrow(
        f"SELECT f.key FROM publishing_facet f WHERE f.facet = %s AND {test}", tuple(parameters)
    )


def any_of(narrow: Sequence[Narrow]) -> Narrow:
    """Return what finds the keys that one of several conditions finds."""
    keys = " UNION ALL ".join(each.keys for each in narrow)
    return Narrow(keys, tuple(value for each in narrow for value in each.parameters))


def page(narrow: Sequence[Narrow], write: Callable[[str, str, str], Sql]) -> Sql:
    """Return the statement that reads a page of a list in the way that is cheapest for it.

    Shape: `write` is given what comes before the table of items in FROM, a test of its own, and its
           LIMIT around one placeholder; of all its branches one has a limit above zero.
    """
    found, parameters = _found(narrow)
    texts = []
    for number, (is_mine, source, test) in enumerate(_ways(narrow)):
        # As a test SQLite would ask it again for every row of the walk.
        text, values = write(source, test, f"CASE WHEN {is_mine} THEN %s ELSE 0 END")
        texts.append(f"SELECT * FROM ({text}) AS b{number}")
        parameters += values
    return f"{found} {' UNION ALL '.join(texts)}", parameters


def count(narrow: Sequence[Narrow], write: Callable[[str, str], Sql]) -> Sql:
    """Return the statement that counts a list in the way that is cheapest for it."""
    found, parameters = _found(narrow)
    cases = []
    for is_mine, source, test in _ways(narrow):
        text, values = write(source, test)
        cases.append(f"WHEN {is_mine} THEN ({text})")
        parameters += values
    return f"{found} SELECT CASE {' '.join(cases)} END", parameters


def _found(narrow: Sequence[Narrow]) -> Sql:
    """Return the WITH that takes a few keys from each filter."""
    chosen = narrow[:FILTERS_MAX]
    texts = [
        f"d{number} AS MATERIALIZED ({each.keys} LIMIT {FEW + 1})"
        for number, each in enumerate(chosen)
    ]
    return f"WITH {', '.join(texts)}", [value for each in chosen for value in each.parameters]


def _ways(narrow: Sequence[Narrow]) -> Iterator[tuple[str, str, str]]:
    """Yield for each way of reading when it is taken, what it begins with, and how items join it."""
    before: list[str] = []
    for number in range(len(narrow[:FILTERS_MAX])):
        few = f"(SELECT count(*) FROM d{number}) <= {FEW}"
        # SQLite keeps to the order of a CROSS JOIN, and makes no filter of all items for few keys.
        source = f"(SELECT DISTINCT key FROM d{number} LIMIT {FEW}) AS k CROSS JOIN "
        yield " AND ".join([*before, few]), source, "i.key = k.key"
        before.append(f"NOT {few}")
    yield " AND ".join(before), "", ""
