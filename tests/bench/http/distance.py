"""Say what stands between the endpoint and the least that answering takes, in microseconds a request."""

from collections.abc import Iterable

from tests.bench.http.measuring import OneDatabase
from tests.bench.http.rounds import Row

NGINX, LEAST, GET = Row("nginx", "", 16), Row("least", "", 16), Row("GET", "a", 16)
CACHED = Row("cached", "a", 16)
# Each with what it builds on, and what is done besides.
STEPS = (
    (NGINX, "nginx, static file", None, "the floor"),
    (LEAST, "the least", NGINX, "granian: headers for Python, and handing over to its thread"),
    (Row("304", "a", 16), "a, 304", LEAST, "the request's key, the clock, counts, its id, headers"),
    (GET, "a cached, GET", LEAST, "the same, and sending an answer with more headers"),
    (CACHED, "a cached, POST", GET, "reading the body"),
    *(
        (Row("cold", name, 16), f"{name} cold", Row("cached", name, 16), done)
        for name, done in {
            "a": "variables, cost, limits, what is known of the moment, JSON of 20 things, keeping it",
            "b": "the same for one thing by its path",
            "c": "the same for 30 things and 180 partners",
            "d": "the same for 20 things and a total",
        }.items()
    ),
    (Row("constant", "", 16), "constant Django view", LEAST, "Django's request cycle"),
)


def distances(found: OneDatabase) -> Iterable[tuple[str, ...]]:
    """Yield what each step takes, and how much more than the one it builds on."""
    for row, name, base, done in STEPS:
        took, less = _micros(found, row), _micros(found, base)
        if took:
            more = f"{took - less:+,.0f}" if less else ""
            yield (name, f"{took:,.0f}", more, done)


def _micros(found: OneDatabase, row: Row | None) -> float:
    measured = found.rows.get(row) if row else None
    return 1e6 / measured.per_second if measured and measured.per_second else 0.0
