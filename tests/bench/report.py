"""Write the numbers as Markdown."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from tests.bench.measure import Cost

QUESTIONS = {
    "list": "20 newest news with topics, author, project, picture",
    "item": "One news item with its body",
    "projects": "30 projects with programmes, coordinator and partners",
    "profile": "The cluster's profile",
    "deep": "20 news far down the list, with the total",
}
PUBLISHING = {
    "publish": "Publish one news item, public row included",
    "publish by Wagtail alone": "The same with publishing suspended: Wagtail's own cost",
    "projection": "Load one news item and project it",
    "sweep": "Sweep everything, nothing to do",
    "hide": "Hide all news by restricting their section",
    "show": "Show them again",
}
ABOUT = """\
`make bench` writes this page; `make bench QUICK=1` prints a small one and writes nothing. All numbers
are of one run on one machine, so compare them with each other, not with those of another run.

*SQL* is the number of statements. *CPU* is the time of the Python process, in milliseconds: the median,
and in brackets the quartiles. SQLite works inside that process, PostgreSQL does not, so its own work is
only in *elapsed*. Nothing is cached but parsed documents and what Wagtail itself keeps (addresses of
sites, rows of renditions). No HTTP is involved on either side. News have a body of 3 KB in 8 blocks,
2 topics, an author, a project and a picture; projects have 6 partners and 2 programmes.
"""
FAIRNESS = """\
Both sides answer in the same run, from the same rows, and the benchmark stops when their answers differ
in titles, names, terms or texts. What differs:

- Ours is asked through `cms.api.pipeline.respond`, which keeps parsed documents. Grapple's schema is
  asked by `schema.execute`, which parses and validates each time, as graphene-django's view does.
- Our fields are declared so that a projection records references instead of following them; for grapple
  the same sources answer the things themselves, by foreign key and relation, as on a site made for it.
- Ids are primary keys and addresses are paths there, opaque ids and absolute addresses here. Pictures
  are asked for in one size; its files exist beforehand and Wagtail finds their rows in its cache.
- The deep page is found by a cursor here, by a page number there; both count the whole list.
- The profile is asked without completeness, languages and metadata, which grapple does not have.
"""


@dataclass(slots=True)
class Results:
    """Hold what was measured.

    Shape: `steps[database][news]` has the answers of the steps `operations` and `grapple`;
           `publishing[database]` the costs of publishing with the largest number of news.
    """

    sizes: Sequence[int]
    load: float = 0.0
    postgresql: str = ""
    steps: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    publishing: dict[str, dict[str, Any]] = field(default_factory=dict)


def markdown(results: Results) -> str:
    """Return the report."""
    parts = [
        "# Benchmark of the backbone",
        ABOUT,
        machine(load=results.load, postgresql=results.postgresql),
    ]
    parts += ["## Operations of the contract", _contract(results)]
    parts += ["## Beside plain grapple", FAIRNESS, _questions(results)]
    parts += [f"## Publishing, with {results.sizes[-1]:,} news", _publishing(results)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def machine(*, load: float, postgresql: str) -> str:
    """Return what the numbers were measured on; `postgresql` is the server's version, if any."""
    versions = [
        f"Python {platform.python_version()}",
        f"Django {version('django')}",
        f"Wagtail {version('wagtail')}",
        f"wagtail-grapple {version('wagtail-grapple')}",
        f"SQLite {sqlite3.sqlite_version}",
        *([f"PostgreSQL {postgresql}"] if postgresql else []),
    ]
    cores = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    words = f"Load average when it began: {load:.1f}; above 0 others were at work too."
    return f"Machine: {cores}. {', '.join(versions)}. {words}"


def _contract(results: Results) -> str:
    columns = [(database, news) for database in results.steps for news in results.sizes]
    head = ["Operation", "SQL", *(f"{name}, {news:,} news" for name, news in columns)]
    first = results.steps[columns[0][0]][columns[0][1]]["operations"]["contract"]
    rows = []
    for name in first:
        costs = [
            Cost.from_dict(results.steps[database][news]["operations"]["contract"][name])
            for database, news in columns
        ]
        counts = sorted({found.statements for found in costs})
        rows.append([name, "–".join(map(str, counts)), *(_spread(found) for found in costs)])
    return f"CPU ms of one operation, median of {costs[0].cpu.count}.\n\n{table(head, rows)}"


def _questions(results: Results) -> str:
    head = ["Question", "Database", "News", "SQL", "SQL, grapple", "CPU", "CPU, grapple"]
    head += ["CPU ratio", "Elapsed", "Elapsed, grapple", "Elapsed ratio"]
    rows = []
    for name, label in QUESTIONS.items():
        for database, by_size in results.steps.items():
            for news, step in by_size.items():
                ours = Cost.from_dict(step["operations"]["questions"][name])
                theirs = Cost.from_dict(step["grapple"]["questions"][name])
                rows.append([label, database, f"{news:,}", *_beside(ours, theirs)])
    return table(head, rows)


def _beside(ours: Cost, theirs: Cost) -> list[str]:
    return [
        str(ours.statements),
        str(theirs.statements),
        _spread(ours),
        _spread(theirs),
        f"{theirs.cpu.median / ours.cpu.median:.0f} ×",
        f"{ours.wall.median:.1f}",
        f"{theirs.wall.median:.1f}",
        f"{theirs.wall.median / ours.wall.median:.0f} ×",
    ]


def _publishing(results: Results) -> str:
    head = ["What", "Database", "SQL", "CPU ms", "Elapsed ms", "Measured"]
    rows = []
    for name, label in PUBLISHING.items():
        for database, costs in results.publishing.items():
            found = Cost.from_dict(costs[name])
            numbers = [str(found.statements), _spread(found), f"{found.wall.median:.1f}"]
            rows.append([label, database, *numbers, f"{found.cpu.count} ×"])
    lines = [table(head, rows), ""]
    for database, costs in results.publishing.items():
        ours, alone = (
            Cost.from_dict(costs[name]) for name in ("publish", "publish by Wagtail alone")
        )
        lines.append(
            f"- {database}: publishing costs {ours.cpu.median / alone.cpu.median:.2f} × Wagtail's own"
            f" CPU, {ours.wall.median / alone.wall.median:.2f} × its elapsed time."
        )
    return "\n".join(lines)


def _spread(found: Cost) -> str:
    return f"{found.cpu.median:.1f} ({found.cpu.low:.1f}–{found.cpu.high:.1f})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; all columns but the first are numbers."""
    lines = [head, ["---", *(["---:"] * (len(head) - 1))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
