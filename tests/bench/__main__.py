"""Run the benchmark: `make bench`, or `make bench QUICK=1`, or `make bench PROFILE=NewsList`."""

import argparse
import json
import os
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg

from tests.bench import databases
from tests.bench.report import Results, markdown

REPORT = databases.ROOT / "docs" / "benchmarks" / "backbone.md"
POSTGRESQL = "postgres://postgres@127.0.0.1:5432/bench"


class Differ(Exception):
    """Say that the two sides did not give the same answer."""


class Bench:
    """Go through the steps, database by database."""

    def __init__(self, *, quick: bool) -> None:
        self.quick = quick
        self.sizes = (200,) if quick else (20, 2_000)
        self.repeat = 9 if quick else 40
        self.results = Results(self.sizes, load=os.getloadavg()[0])
        self.started = time.perf_counter()

    def say(self, words: str) -> None:
        """Print how far we are."""
        seconds = time.perf_counter() - self.started
        sys.stderr.write(f"{seconds:5.0f} s  {words}\n")
        sys.stderr.flush()

    def run(self, name: str, database: AbstractContextManager[dict[str, str]]) -> None:
        """Measure everything on one database."""
        with database as environment:
            for news in self.sizes:
                self.say(f"{name}: write and publish {news:,} news")
                self._step("prepare", news, environment)
                self.say(f"{name}: ask, ours")
                ours = self._step("operations", news, environment)
                self.say(f"{name}: ask, plain grapple")
                theirs = self._grapple(news, environment)
                _check_same(ours["said"], theirs["said"])
                by_size = self.results.steps.setdefault(name, {})
                by_size[news] = {"operations": ours, "grapple": theirs}
            self.say(f"{name}: publish, sweep, hide and show")
            found = self._step("publishing", self.sizes[-1], environment)
            self.results.publishing[name] = found

    def profile(self, operation: str) -> None:
        """Print where the time of one operation goes, on SQLite."""
        with databases.sqlite() as environment:
            self._step("prepare", 200, environment)
            self._step("profile", 200, environment, "--operation", operation)

    def _step(
        self, name: str, news: int, environment: dict[str, str], *more: str
    ) -> dict[str, Any]:
        arguments = [name, "--news", str(news), "--repeat", str(self.repeat), *more]
        if self.quick:
            arguments.append("--quick")
        printed = databases.in_process("step", *arguments, environment=environment)
        return dict(json.loads(printed))

    def _grapple(self, news: int, environment: dict[str, str]) -> dict[str, Any]:
        repeat = str(max(5, self.repeat // 3))
        arguments = ["--news", str(news), "--repeat", repeat]
        printed = databases.in_process("plain_grapple", *arguments, environment=environment)
        return dict(json.loads(printed))


def _check_same(ours: dict[str, list[str]], theirs: dict[str, list[str]]) -> None:
    for name, said in ours.items():
        if said != theirs[name]:
            missing = set(said) ^ set(theirs[name])
            raise Differ(f"The answers to “{name}” differ: {sorted(missing)[:5]}")


def main() -> None:
    """Measure, print the report, and write it unless it is only a quick one."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes; writes nothing")
    parser.add_argument("--profile", metavar="OPERATION", help="show where its time goes, no more")
    parser.add_argument(
        "--postgresql", default=POSTGRESQL, help="made anew, and dropped at the end"
    )
    parser.add_argument("--report", type=Path, default=REPORT)
    options = parser.parse_args()
    bench = Bench(quick=options.quick or bool(options.profile))
    if options.profile:
        bench.profile(options.profile)
        return
    bench.run("SQLite", databases.sqlite())
    try:
        bench.results.postgresql = databases.server_version(options.postgresql)
    except psycopg.OperationalError as error:
        bench.say(f"PostgreSQL is left out: {str(error).splitlines()[0]}")
    else:
        bench.run("PostgreSQL", databases.postgresql(options.postgresql))
    report = markdown(bench.results)
    sys.stdout.write(report)
    if not options.quick:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        options.report.write_text(report, encoding="utf-8")
    bench.say("done")


if __name__ == "__main__":
    main()
