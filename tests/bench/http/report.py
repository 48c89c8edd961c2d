"""Write the numbers and the bars they are held to as Markdown."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.bench.http.distance import distances
from tests.bench.http.load import generator
from tests.bench.http.measuring import OneDatabase, Pace
from tests.bench.http.questions import NAMES, TITLES
from tests.bench.http.rounds import Row
from tests.bench.report import machine

ABOUT = """\
`make bench-http` writes this page and its plot; `QUICK=1` prints a small one and writes nothing. All
numbers are of one run on one machine, so compare them with each other, not with those of another run.

Each server is one real process with one worker, started by the line that `deploy/start` serves with;
the product runs with production's settings. The load comes from a process of its own, so on a machine
with two cores each has one. All servers are up at the same time and take turns, round by round: each
waits until the machine is calm, and warms up for a second. A row is the median of its rounds. Every
answer is judged by its status and its size. News have a body of 3 KB in 8 blocks, 2 topics, an author
and a picture; there are 200 projects with 6 partners each, 500 pictures.

*Cold*: every request has other variables than all before, so that no kept answer serves, while the
document is always the same: parsing and planning are done once. The variable that differs is declared
and used, but in a field that `@include(if: $never)` leaves out, so that it costs nothing.
What was found and rendered of single things in the same moment of the content clock does serve.
*Cold, nothing kept*: the same of a server with `ITEM_CACHE_BYTES=0` and `ANSWER_CACHE_BYTES=0`.
*Cached*: the same few requests again and again. *Constant*: a Django view behind the product's own
middleware that returns the bytes of answer a, by the same command line; none of its threads rest.
*The least*: an application without Django that returns these bytes, by the same command line, with one
thread leading. *nginx*: one worker that serves them from a file. What stands between an answer and
these floors is in the last table of each database: what a request takes, and how much more than the row
that it builds on.
*Grapple*: wagtail-grapple's own schema and graphene-django's view on the same models and rows.
"""
KINDS = {
    "cold": "cold",
    "bare": "cold, nothing kept",
    "cached": "cached, POST",
    "GET": "cached, GET",
    "304": "`If-None-Match`, 304",
    "grapple": "plain grapple",
    "constant": "constant Django view",
    "least": "the least, without Django",
    "nginx": "nginx, static file",
}
SHARES = {"a": 0.35, "b": 0.5, "c": 0.22, "d": 0.2}
# Requests per second, c=16, PostgreSQL, one process, on a machine like this: Keystone, Directus,
# Payload, Strapi, and PostGraphile, which compiles to SQL and is no CMS.
PEERS = {
    "Keystone": {"a": 214, "b": 585, "c": 46, "d": 384},
    "Directus": {"a": 63, "b": 83, "c": 57, "d": 115},
    "Payload": {"a": 67, "b": 116, "c": 39, "d": 95},
    "Strapi": {"a": 11, "b": 63, "c": 8, "d": 64},
    "PostGraphile": {"a": 641, "b": 1110, "c": 318, "d": 328},
}


@dataclass(slots=True)
class Results:
    """Hold what was found, by database."""

    load: float
    pace: Pace
    postgresql: str = ""
    found: dict[str, OneDatabase] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bar:
    """Hold what was wanted of one figure, and the figure."""

    what: str
    wanted: str
    figure: str
    is_met: bool


def markdown(results: Results) -> str:
    """Return the report."""
    parts = [
        "# Benchmark of the endpoint over HTTP",
        ABOUT,
        machine(load=results.load, postgresql=results.postgresql)
        + f" Load by {generator()}; {results.pace.news:,} news.",
        "![Requests per second by question](http.svg)",
    ]
    for name, found in results.found.items():
        bars = [(b.what, b.wanted, b.figure, "yes" if b.is_met else "**no**") for b in _bars(found)]
        parts += [
            f"## {name}",
            f"### {name}: bars",
            _table(("Bar", "Wanted", "Found", "Met"), bars),
            f"### {name}: rows",
            _table(
                (
                    "Who",
                    "Question",
                    "req/s, c=1",
                    "p50 ms",
                    "p99 ms",
                    "req/s, c=16",
                    "p99 ms",
                    "bad",
                ),
                _rows(found),
            ),
            f"### {name}: microseconds a request, c=16",
            _table(("What", "µs", "more", "What is done besides"), distances(found)),
            *[f"Not measured: {why}." for why in found.not_offered.values()],
        ]
    parts += ["## Questions", "\n".join(f"- **{n}**: {text}" for n, text in TITLES.items())]
    parts += ["## Peers", _peers(results)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _rows(found: OneDatabase) -> Iterable[tuple[str, ...]]:
    for kind, words in KINDS.items():
        for question in ("", *NAMES):
            one = found.rows.get(Row(kind, question, 1))
            many = found.rows.get(Row(kind, question, 16))
            if one and many:
                alone = (f"{one.per_second:,.0f}", f"{one.p50:.2f}", f"{one.p99:.2f}")
                together = (f"{many.per_second:,.0f}", f"{many.p99:.1f}", str(one.bad + many.bad))
                yield (words, question or "a's bytes", *alone, *together)


def _rate(found: OneDatabase, kind: str, question: str = "", connections: int = 16) -> float:
    measured = found.rows.get(Row(kind, question, connections))
    return measured.per_second if measured else 0.0


def _bars(found: OneDatabase) -> Iterable[Bar]:
    yield from _cold_bars(found)
    yield from _cached_bars(found)
    yield from _pause_bars(found)
    yield from _growth_bars(found)
    yield _most("published → visible, longest", found.visible["most"], 1.0, unit="s")
    memory = found.memory["product"]
    yield _most("memory of the process after the run", memory, 250, unit="MB")
    yield _most("start to first answer", found.starts["product"], 5, unit="s")


def _cold_bars(found: OneDatabase) -> Iterable[Bar]:
    constant = _rate(found, "constant")
    for name, share in SHARES.items():
        rate = _rate(found, "cold", name)
        text = f"{rate / constant:.2f} ({rate:,.0f} of {constant:,.0f} req/s)"
        what = f"{name} cold, c=16, as a share of the constant view"
        yield Bar(what, f"≥ {share}", text, rate / constant >= share)
    for name in ("a", "c"):
        theirs = _rate(found, "grapple", name)
        ratio = _rate(found, "cold", name) / theirs if theirs else math.inf
        yield _least(f"{name} cold, c=16, against plain grapple", ratio, 50)


def _cached_bars(found: OneDatabase) -> Iterable[Bar]:
    constant, nginx = _rate(found, "constant"), _rate(found, "nginx")
    # By GET where that is offered, as caches in front ask.
    kind = "GET" if Row("GET", "a", 16) in found.rows else "cached"
    rate = _rate(found, kind, "a")
    for each in dict.fromkeys((kind, "cached")):
        ratio = _rate(found, each, "a") / constant
        yield _least(f"a {KINDS[each]}, c=16, against the constant view", ratio, 6)
    if nginx:
        yield _least("a cached, c=16, against nginx on the same bytes", rate / nginx, 1 / 3)
    if not_modified := _rate(found, "304", "a"):
        yield _least("304s, c=16, against whole cached answers", not_modified / rate, 1)


def _pause_bars(found: OneDatabase) -> Iterable[Bar]:
    for kind in ("cold", "cached"):
        for name in NAMES:
            one = found.rows[Row(kind, name, 1)]
            if not one.p50:
                continue
            what = f"{name} {kind}, c=1, p99 against p50 (pauses of the collector)"
            yield _most(what, one.p99 / one.p50, 5)


def _growth_bars(found: OneDatabase) -> Iterable[Bar]:
    """Yield how much dearer each question is, both times in units of the constant view."""
    floor = Row("constant", "", 16)
    for row, measured in found.grown.items():
        if row == floor or row.connections == 1 or not measured.per_second:
            continue
        before = found.rows[row].per_second / found.rows[floor].per_second
        after = measured.per_second / found.grown[floor].per_second
        what = f"{row.question} {KINDS[row.kind]} with 100,000 news in place of 2,000"
        yield _most(what, before / after, 1.3)


def _least(what: str, figure: float, wanted: float) -> Bar:
    return Bar(what, f"≥ {wanted:.3g} ×", f"{figure:.2f} ×", figure >= wanted)


def _most(what: str, figure: float, wanted: float, *, unit: str = "×") -> Bar:
    return Bar(what, f"≤ {wanted:g} {unit}", f"{figure:.2f} {unit}", figure <= wanted)


def _peers(results: Results) -> str:
    about = (
        "Requests per second at c=16 with one process on PostgreSQL, measured before on a machine"
        " like this; not part of this run."
    )
    rows = [(name, *(f"{rates[n]:,}" for n in NAMES)) for name, rates in PEERS.items()]
    if found := results.found.get("PostgreSQL"):
        rows.append(("**This run, cold**", *(f"{_rate(found, 'cold', n):,.0f}" for n in NAMES)))
    return f"{about}\n\n{_table(('Peer', *NAMES), rows)}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---", *(["---:"] * (len(heads) - 1))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
