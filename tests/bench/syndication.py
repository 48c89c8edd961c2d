"""Measure syndication and write its page: `make bench-syndication`, or with QUICK=1 a look."""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from typing import Any

import psycopg

from tests.bench import databases
from tests.bench.report import machine, table
from tests.bench.webhooks import kills, latencies

REPORT = databases.ROOT / "docs" / "benchmarks" / "syndication.md"
POSTGRESQL = "postgres://postgres@127.0.0.1:5432/bench_syndication"
ABOUT = """\
# Benchmark of syndication

`make bench-syndication` writes this page; `make bench-syndication QUICK=1` prints a small one and writes
nothing. All numbers are of one run on one machine: compare them with each other.

{machine}
"""
SYNC = """
## Reading everything by `/sync`

{items:,} things in pages of 100, asked one after another inside one process, without a server
between. {real} news, 40 projects and what belongs to them are real; the rest are copies of the news'
rows with ids and numbers of their own. *Memory* is the largest resident size of the process before and
after.
"""
FEEDS = """
## Feeds of news

The newest page, asked inside one process. *Cold* is made anew each time, *kept* comes from the cache
under the content clock, *304* is asked with `If-None-Match`.
"""
PUSH = """
## From publishing to the webhook

Site, worker and receiver are processes on this machine, on one SQLite file. {count} publications, one
after another; the time runs from the end of the commit to the arrival of the signed message: median
**{median:.0f} ms**, 95 % within **{p95:.0f} ms**, the longest {longest:.0f} ms.

## Killed workers

The worker was killed {kills} times (`kill -9`) while {published} things were published: **{lost} events
were lost**, {twice} messages came twice under the same id, {stuck} deliveries were left stuck.
"""
HISTORIES = """
## Histories

{said}.
Reading everything and reading through four filters, compared word for word with a new copy and with a
crawl: see `docs/adr/0032-what-a-mirror-must-equal.md`.
"""


def say(words: str, *, since: float) -> None:
    """Print how far we are."""
    sys.stderr.write(f"{time.perf_counter() - since:5.0f} s  {words}\n")
    sys.stderr.flush()


def measure(
    database: AbstractContextManager[dict[str, str]], *, items: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what reading everything costs, and what feeds do."""
    with database as environment:
        steps = [
            json.loads(
                databases.in_process(
                    "syndication_steps", step, "--items", str(items), environment=environment
                )
            )
            for step in ("initial_sync", "feeds")
        ]
    return steps[0], steps[1]


def histories(count: int) -> str:
    """Run histories; return what the test says of them."""
    environment = {**os.environ, "HISTORIES": str(count)}
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "-s", "tests/syndication/histories"]
    done = subprocess.run(
        command, cwd=databases.ROOT, env=environment, capture_output=True, text=True, check=True
    )
    found = re.search(r"^\d+ histories, .* differences$", done.stdout, re.MULTILINE)
    assert found, done.stdout[-1000:]
    return found[0]


def of_sync(found: dict[str, dict[str, Any]]) -> str:
    """Return the table of reading everything."""
    rows = [
        [
            name,
            f"{row['items']:,}",
            f"{row['pages']}",
            f"{row['megabytes']:.1f} MiB",
            f"{row['seconds']:.1f}",
            f"{row['cpu']:.1f}",
            f"{row['statements']} ({row['statements'] / row['pages']:.1f} a page)",
            f"{row['memory_before']:.0f} → {row['memory_peak']:.0f} MiB",
        ]
        for name, row in found.items()
    ]
    heads = ["Database", "Things", "Pages", "Size", "Seconds", "CPU seconds", "SQL", "Memory"]
    return table(heads, rows)


def of_feeds(found: dict[str, dict[str, Any]]) -> str:
    """Return the table of feeds."""
    rows = [
        [name, form, f"{row['bytes']:,}"]
        + [
            f"{row[way]['per_second']:.0f} ({row[way]['statements']} SQL)"
            for way in ("cold", "kept", "unchanged")
        ]
        for name, forms in found.items()
        for form, row in forms.items()
    ]
    return table(["Database", "Format", "Bytes", "Cold /s", "Kept /s", "304 /s"], rows)


def main() -> None:
    """Measure, print the page, and write it unless it is only a quick one."""
    parser = argparse.ArgumentParser(prog="bench-syndication", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes; writes nothing")
    parser.add_argument("--postgresql", default=POSTGRESQL, help="made anew, dropped at the end")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--histories", type=int, default=0)
    options = parser.parse_args()
    started, quick = time.perf_counter(), options.quick
    items = 1_000 if quick else 10_000
    load = os.getloadavg()[0]
    say("publish and receive", since=started)
    pushed = latencies(publications=10 if quick else 60)
    say("kill workers", since=started)
    pushed |= kills(times=options.kills or (2 if quick else 20))
    synced, fed = {}, {}
    say(f"SQLite: read {items:,} things, ask for feeds", since=started)
    synced["SQLite"], fed["SQLite"] = measure(databases.sqlite(), items=items)
    version = ""
    try:
        version = databases.server_version(options.postgresql)
    except psycopg.OperationalError as error:
        say(f"PostgreSQL is left out: {str(error).splitlines()[0]}", since=started)
    else:
        say(f"PostgreSQL: read {items:,} things, ask for feeds", since=started)
        found = measure(databases.postgresql(options.postgresql), items=items)
        synced["PostgreSQL"], fed["PostgreSQL"] = found
    say("histories", since=started)
    said = histories(options.histories or (2 if quick else 50))
    page = "\n".join(
        [
            ABOUT.format(machine=machine(load=load, postgresql=version)),
            SYNC.format(items=items, real=200),
            of_sync(synced),
            FEEDS,
            of_feeds(fed),
            PUSH.format(**pushed),
            HISTORIES.format(said=said),
        ]
    )
    page = re.sub(r"\n{3,}", "\n\n", page)
    sys.stdout.write(page)
    if not quick:
        REPORT.write_text(page, encoding="utf-8")
    say("done", since=started)


if __name__ == "__main__":
    main()
