"""Take an installation of an earlier version to this code, as its operator does, and look at it again.

Run as `DATABASE_URL=… MEDIA_ROOT=… python -m tests.upgrade.upgrade SEEN`; prints JSON. It is an hour
after the installation was made: nothing has crossed a date since.
"""

# ruff: noqa: E402
import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import Any

import django
import time_machine

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client

from cms.syndication.deliveries import behind, fan_out
from tests.upgrade.look import STATEMENTS, look, plain, rows

# Made by the code of the version before, with the same key.
SIGNED = Path(__file__).with_name("0.1.0") / "signed.json"
COUNT = "INSERT INTO api_fieldusage (day, coordinate, client, requests) VALUES (%s, %s, %s, %s)"
COUNTED = "SELECT coordinate, requests FROM api_fieldusage ORDER BY coordinate"
LABELS = "SELECT DISTINCT app_label FROM django_content_type ORDER BY app_label"


def main(seen: Path) -> None:
    """Migrate, reconcile twice, and print what is there then, as `test_upgrade` reads it."""
    before = json.loads(seen.read_text())
    made_at = dt.datetime.fromisoformat(before["made_at"])
    tables, labels = connection.introspection.table_names(), rows(LABELS)
    count_members(made_at.date())
    with time_machine.travel(made_at + dt.timedelta(hours=1)):
        call_command("migrate", verbosity=0)
        call_command("reconcile", stdout=sys.stderr)
        found = look()
        call_command("reconcile", stdout=sys.stderr)
        result = {
            "seen": found,
            "again": {name: rows(sql) for name, sql in STATEMENTS.items()},
            "continued": refusal(before["cursor"]),
            "signed": signed(),
            "files": {address: Client().get(address).status_code for address in before["files"]},
            "members": rows(COUNTED),
            "lost_tables": sorted({*tables} - {*connection.introspection.table_names()}),
            "lost_labels": [label for label in labels if label not in rows(LABELS)],
            "told": told(),
        }
    sys.stdout.write(json.dumps(plain(result)))


def count_members(day: dt.date) -> None:
    """Count members of the schema, as the code of the version before did."""
    with connection.cursor() as cursor:
        for coordinate, requests in (("NewsPage.usage", 3), ("NewsPage.title", 5)):
            cursor.execute(COUNT, [day, coordinate, "site", requests])


def refusal(cursor: str) -> list[Any]:
    """Return the status and the code with which a cursor is refused."""
    answer = Client().get("/sync", {"after": cursor})
    return [answer.status_code, answer.json().get("error", {}).get("code")]


def signed() -> dict[str, str]:
    """Return what is answered to other texts that were signed before."""
    asked: dict[str, dict[str, str]] = json.loads(SIGNED.read_text())
    return {
        address: Client().get(address, parameters).getvalue().decode()
        for address, parameters in asked.items()
    }


def told() -> list[list[Any]]:
    """Tell everybody who waits what is new, and return what is on its way to them."""
    for follower in behind():
        fan_out(follower)
    return rows(STATEMENTS["deliveries"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
