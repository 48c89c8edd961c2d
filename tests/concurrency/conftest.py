"""Give races a database of their own: they need commits, processes and kills."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.migrated import copy_migrated

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[[str], Any]
# Each kill of KILLS takes some seconds on a busy machine.
TIMEOUT_SECONDS = 300 + 5 * int(os.environ.get("KILLS", "0"))


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

    if url.startswith("postgres"):
        run("manage.py", "migrate", "-v0")
    run("-m", "tests.concurrency.actors", "world")
    return lambda scenario: json.loads(run("-m", "tests.concurrency.actors", scenario))


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run scenarios on a SQLite file."""
    folder = tmp_path_factory.mktemp("race")
    copy_migrated(folder / "race.sqlite3", tmp_path_factory)
    return _runner(f"sqlite:///{folder}/race.sqlite3", folder)


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run scenarios on a PostgreSQL database that is dropped afterwards."""
    parts = settings.DATABASES["default"]
    name = f"race_{os.getpid()}"
    user, host, port = parts["USER"], parts["HOST"] or "127.0.0.1", parts["PORT"] or 5432
    server = f"postgres://{user}@{host}:{port}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield _runner(f"{server}/{name}", tmp_path_factory.mktemp("race"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
