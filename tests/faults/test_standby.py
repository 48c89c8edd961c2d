"""A standby whose replay is paused asks portals to come again, and goes on when it has caught up."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.standby import primary_and_standby
from tests.portals.installation import ROOT

pytestmark = [pytest.mark.postgres, pytest.mark.deep]


def run(module: str, *arguments: str, database: str, folder: Path) -> Any:
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "MEDIA_ROOT": str(folder),
    }
    for name in ("DELIVERY_DATABASE_URL", "COVERAGE_PROCESS_START"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_a_portal_waits_for_a_standby_whose_replay_is_paused(
    django_db_setup: None, tmp_path: Path
) -> None:
    def ask(database: str, cursor: str = "") -> Any:
        arguments = (cursor,) if cursor else ()
        return run("tests.faults.asking", *arguments, database=database, folder=tmp_path)

    with primary_and_standby() as pair:
        run("tests.concurrency.actors", "world", database=pair.primary, folder=tmp_path)
        pair.catch_up()
        pair.pause()
        run("tests.concurrency.actors", "publish", database=pair.primary, folder=tmp_path)
        status, _wait, body = ask(pair.primary)
        cursor = body["cursor"]

        behind = ask(pair.standby, cursor)
        pair.resume()
        caught_up = ask(pair.standby, cursor)

    assert status == 200
    assert (behind[0], behind[2]["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert int(behind[1]) > 0
    assert (caught_up[0], caught_up[2]["items"]) == (200, [])
