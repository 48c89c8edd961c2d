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

import django
import time_machine

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
django.setup()

from django.core.management import call_command
from django.test import Client

from tests.upgrade.look import follow, look, plain


def main(seen: Path) -> None:
    """Migrate, reconcile twice, and print what is there then."""
    before = json.loads(seen.read_text())
    made_at = dt.datetime.fromisoformat(before["made_at"])
    with time_machine.travel(made_at + dt.timedelta(hours=1)):
        call_command("migrate", verbosity=0)
        call_command("reconcile", stdout=sys.stderr)
        found = look()
        call_command("reconcile", stdout=sys.stderr)
        again = look()
        continued = follow(before["cursor"])
        files = {address: Client().get(address).status_code for address in before["files"]}
    result = {"seen": found, "again": again, "continued": continued, "files": files}
    sys.stdout.write(json.dumps(plain(result)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
