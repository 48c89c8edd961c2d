"""Give races a database of their own: they need commits, processes and kills."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.databases import copy_migrated, migrated_postgres

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[[str], Any]
COUNTS = ("KILLS", "RACES", "PAGE_RACES")
# So that a hang is a failure. Each kill of KILLS and each turn of RACES takes seconds on a busy machine.
TIMEOUT_SECONDS = 540 + 5 * sum(int(os.environ.get(name) or 0) for name in COUNTS)


def _runner(url: str, media: Path) -> Run:
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "MEDIA_ROOT": str(media),
    }
    environment.pop("COVERAGE_PROCESS_START", None)

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    run("-m", "tests.concurrency.actors", "world")
    return lambda scenario: json.loads(run("-m", "tests.concurrency.actors", scenario))


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run scenarios on a SQLite file; not again where all other tests are on PostgreSQL."""
    if connection.vendor == "postgresql":
        pytest.skip("on SQLite, whatever the database of the tests: make test")
    folder = tmp_path_factory.mktemp("race")
    copy_migrated(folder / "race.sqlite3")
    return _runner(f"sqlite:///{folder}/race.sqlite3", folder)


@pytest.fixture(scope="module")
def on_postgres(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run scenarios on a PostgreSQL database that is dropped afterwards."""
    with migrated_postgres(f"race_{os.getpid()}") as url:
        yield _runner(url, tmp_path_factory.mktemp("race"))
