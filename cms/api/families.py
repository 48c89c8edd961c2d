"""Put what was counted of GraphQL requests into the form that Prometheus collects."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from cms.api.board import Sum
from cms.api.tallies import BOUNDS, EXECUTED, Key, Tally

RATE_LIMITED = "RATE_LIMITED"
Numbers = dict[tuple[str, ...], float]


def families(total: Sum) -> Iterator[Metric]:
    """Yield the metrics of GraphQL requests."""
    tallies = total.tallies
    yield _counter(
        "cms_graphql_requests",
        "GraphQL requests answered, by registered operation.",
        ["operation", "code", "cache"],
        _sums(tallies, by=lambda key: key, of=lambda tally: tally.requests),
    )
    yield _histogram(tallies)
    yield _counter(
        "cms_graphql_cost",
        "Nodes that executed operations could have returned.",
        ["operation"],
        _sums(tallies, by=lambda key: key[:1], of=lambda tally: tally.cost),
    )
    yield _counter(
        "cms_graphql_sql_statements",
        "SQL statements of executed operations.",
        ["operation"],
        _sums(tallies, by=lambda key: key[:1], of=lambda tally: tally.statements),
    )
    hits = {key: tally for key, tally in tallies.items() if key[2] != EXECUTED}
    yield _counter(
        "cms_graphql_cache_hits",
        "Answers that a cache had, by which one.",
        ["cache"],
        _sums(hits, by=lambda key: key[2:], of=lambda tally: tally.requests),
    )
    limited = sum(tally.requests for key, tally in tallies.items() if key[1] == RATE_LIMITED)
    yield _counter(
        "cms_graphql_rate_limited",
        "Requests refused because their client had asked too much.",
        [],
        {(): limited},
    )
    yield from _gauges(total)


def _gauges(total: Sum) -> Iterator[Metric]:
    for name, text, value in (
        ("cms_graphql_in_flight", "GraphQL requests being answered.", total.in_flight),
        ("cms_processes", "Processes of this server.", total.processes),
        ("cms_resident_bytes", "Memory that these processes hold.", total.resident_bytes),
    ):
        yield GaugeMetricFamily(name, text, value)


def _sums(
    tallies: dict[Key, Tally],
    *,
    by: Callable[[Key], tuple[str, ...]],
    of: Callable[[Tally], float],
) -> Numbers:
    found: Numbers = {}
    for key, tally in sorted(tallies.items()):
        found[by(key)] = found.get(by(key), 0) + of(tally)
    return found


def _counter(name: str, text: str, labels: list[str], numbers: Numbers) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for values, number in numbers.items():
        family.add_metric(list(values), number)
    return family


def _histogram(tallies: dict[Key, Tally]) -> Metric:
    family = HistogramMetricFamily(
        "cms_graphql_request_seconds",
        "Time to answer a GraphQL request.",
        labels=["operation", "cache"],
    )
    found: dict[tuple[str, str], Tally] = {}
    for (operation, _code, cache), tally in sorted(tallies.items()):
        found.setdefault((operation, cache), Tally()).add(tally)
    for labels, tally in found.items():
        family.add_metric(list(labels), _cumulative(tally.buckets), tally.seconds)
    return family


def _cumulative(buckets: Iterable[int]) -> list[tuple[str, float]]:
    names = [*(str(bound) for bound in BOUNDS), "+Inf"]
    found: list[tuple[str, float]] = []
    below = 0
    for name, count in zip(names, buckets, strict=True):
        below += count
        found.append((name, below))
    return found
