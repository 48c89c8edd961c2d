"""Do one step of the benchmark in a process of its own; what it prints is one line of JSON."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import django


def settle(connection: Any) -> None:
    """Do at once what a database does by itself in the minutes after an import."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("ANALYZE")


def prepare(options: argparse.Namespace) -> dict[str, Any]:
    """Make the tables and what is in them, or add news to what is there."""
    from django.core.management import call_command
    from django.db import connection

    from home.models import ClusterPage
    from tests.bench import world

    started = time.perf_counter()
    call_command("migrate", verbosity=0)
    if not ClusterPage.objects.exists():
        world.build(world.Size(projects=40, pictures=60) if options.quick else world.Size())
    world.grow(options.news)
    settle(connection)
    return {"seconds": time.perf_counter() - started}


def operations(options: argparse.Namespace) -> dict[str, Any]:
    """Answer the contract's operations and the five questions."""
    from tests.bench.operations import contract_costs, question_costs

    contract = contract_costs(news=options.news, repeat=options.repeat)
    costs, said = question_costs(news=options.news, repeat=options.repeat)
    return {"contract": _plain(contract), "questions": _plain(costs), "said": said}


def publishing(options: argparse.Namespace) -> dict[str, Any]:
    """Publish, sweep, hide and show."""
    from tests.bench.publishing import publishing_costs

    return _plain(publishing_costs(repeat=options.repeat))


def profile(options: argparse.Namespace) -> dict[str, Any]:
    """Print where the time of one operation goes."""
    from tests.bench.profiling import profile_operation

    profile_operation(options.operation, news=options.news, repeat=options.repeat)
    return {}


def _plain(costs: dict[str, Any]) -> dict[str, Any]:
    return {name: found.as_dict() for name, found in costs.items()}


STEPS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "prepare": prepare,
    "operations": operations,
    "publishing": publishing,
    "profile": profile,
}


def main() -> None:
    """Do the step named on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--news", type=int, required=True)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--operation", default="NewsList")
    options = parser.parse_args()
    django.setup()
    sys.stdout.write(json.dumps(STEPS[options.step](options)))


if __name__ == "__main__":
    main()
