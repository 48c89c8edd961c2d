"""Run the benchmark over HTTP: `python -m tests.bench.http [--quick | --full] [--profile a]`."""

import argparse
import os
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg

from tests.bench import databases
from tests.bench.http.measuring import Pace, measure_database
from tests.bench.http.plot import svg
from tests.bench.http.report import Results, markdown
from tests.bench.http.servers import production

REPORT = databases.ROOT / "docs" / "benchmarks" / "http.md"
POSTGRESQL = "postgres://postgres@127.0.0.1:5432/bench_http"
STARTED = time.perf_counter()


def say(words: str) -> None:
    """Print how far we are."""
    sys.stderr.write(f"{time.perf_counter() - STARTED:5.0f} s  {words}\n")
    sys.stderr.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.http", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small world; writes nothing")
    parser.add_argument("--full", action="store_true", help="100,000 items too")
    parser.add_argument("--profile", metavar="QUESTION", choices="abcd", help="no more than that")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"), help="one database alone")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="for the product's server"
    )
    parser.add_argument("--postgresql", default=POSTGRESQL, help="made anew, and dropped")
    parser.add_argument("--report", type=Path, default=REPORT)
    return parser.parse_args()


def _databases(options: argparse.Namespace) -> dict[str, AbstractContextManager[dict[str, str]]]:
    found: dict[str, AbstractContextManager[dict[str, str]]] = {}
    if options.only != "SQLite":
        try:
            databases.server_version(options.postgresql)
        except psycopg.OperationalError as error:
            say(f"PostgreSQL is left out: {str(error).splitlines()[0]}")
        else:
            found["PostgreSQL"] = databases.postgresql(options.postgresql)
    if options.only != "PostgreSQL":
        found["SQLite"] = databases.sqlite()
    return found


def _profile(question: str) -> None:
    with databases.sqlite() as environment:
        databases.in_process("step", "prepare", "--news", "200", "--quick", environment=environment)
        server = production(environment, port=80)
        found = databases.in_process("http.profiled", question, "200", environment=server)
        sys.stdout.write(found)


def main() -> None:
    """Measure, print the report, and write it unless it is only a quick one."""
    options = _options()
    os.environ.update(entry.partition("=")[::2] for entry in options.set)
    if options.profile:
        _profile(options.profile)
        return
    pace = Pace(
        quick=options.quick, full=options.full, rounds=options.rounds, seconds=options.seconds
    )
    results = Results(load=os.getloadavg()[0], pace=pace)
    for name, database in _databases(options).items():
        with database as environment:
            results.found[name] = measure_database(name, environment, pace, say=say)
    if "PostgreSQL" in results.found:
        results.postgresql = databases.server_version(options.postgresql)
    report = markdown(results)
    sys.stdout.write(report)
    if not options.quick:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        options.report.write_text(report, encoding="utf-8")
        options.report.with_suffix(".svg").write_text(svg(results), encoding="utf-8")
    say("done")


if __name__ == "__main__":
    main()
