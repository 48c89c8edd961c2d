"""Count the statements and the time that something takes."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Spread:
    """Hold the middle and the quartiles of several measurements."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        """Return the spread of some values; of a single one, the value itself."""
        if len(values) == 1:
            return cls(values[0], values[0], values[0], 1)
        low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(middle, low, high, len(values))


@dataclass(frozen=True, slots=True)
class Cost:
    """Hold what one thing costs.

    Units: milliseconds; `cpu` is this process's own time, so a database server's is not in it, but
           SQLite's is; `statements` are SQL statements.
    """

    statements: int
    cpu: Spread
    wall: Spread

    def as_dict(self) -> dict[str, Any]:
        """Return the cost as JSON knows it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> "Cost":
        """Return the cost that `as_dict` wrote."""
        return cls(raw["statements"], Spread(**raw["cpu"]), Spread(**raw["wall"]))


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements sent to the database meanwhile."""
    statements: list[str] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield statements


def cost(act: Callable[[int], object], *, repeat: int, warm_up: int = 3) -> Cost:
    """Return what `act` costs; it is given the number of the repetition."""
    (found,) = costs_in_turn([act], repeat=repeat, warm_up=warm_up)
    return found


def costs_in_turn(
    acts: Sequence[Callable[[int], object]], *, repeat: int, warm_up: int = 1
) -> list[Cost]:
    """Return what several acts cost that take turns, so that a busy moment hits them all."""
    statements = [0] * len(acts)
    cpu: list[list[float]] = [[] for _act in acts]
    wall: list[list[float]] = [[] for _act in acts]
    for number in range(warm_up + 1 + repeat):
        for place, act in enumerate(acts):
            if number == warm_up:
                with counted() as sent:
                    act(number)
                statements[place] = len(sent)
                continue
            started, started_cpu = time.perf_counter_ns(), time.process_time_ns()
            act(number)
            if number > warm_up:
                cpu[place].append((time.process_time_ns() - started_cpu) / 1e6)
                wall[place].append((time.perf_counter_ns() - started) / 1e6)
    return [
        Cost(sent, Spread.of(used), Spread.of(passed))
        for sent, used, passed in zip(statements, cpu, wall, strict=True)
    ]
