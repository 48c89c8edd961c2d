"""Migrate once for all tests that give processes a database of their own."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from psycopg.sql import SQL, Identifier

ROOT = Path(__file__).resolve().parents[1]


def copy_migrated(path: Path, factory: pytest.TempPathFactory) -> None:
    """Put a migrated SQLite file at a path.

    Shape: the first to ask migrates, which takes half a minute; workers share the file.
    """
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    made = folder / "migrated.sqlite3"
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _migrate(folder / "migrating.sqlite3")
            (folder / "migrating.sqlite3").rename(made)
    shutil.copy(made, path)


def _migrate(path: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{path}",
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
    }
    environment.pop("COVERAGE_PROCESS_START", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def keep_template() -> None:
    """Keep a copy of the database of this worker, which must be new; where that is PostgreSQL."""
    if not _is_made():
        return
    # Nothing is copied while somebody is connected.
    for one in connections.all():
        one.close()
        one.close_pool()  # type: ignore[attr-defined] # of PostgreSQL alone
    drop_template()
    _on_server("CREATE DATABASE {} TEMPLATE {}", _template(), connection.settings_dict["NAME"])


def drop_template() -> None:
    """Drop the copy, if there is one."""
    if _is_made():
        _on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", _template())


@contextmanager
def migrated_postgres(name: str) -> Iterator[str]:
    """Give the address of a new migrated database on the server of the tests, and drop it afterwards."""
    _on_server("CREATE DATABASE {} TEMPLATE {}", name, _template())
    try:
        yield f"{_server()}/{name}"
    finally:
        _on_server("DROP DATABASE {} WITH (FORCE)", name)


def _is_made() -> bool:
    """Say whether this run made a database on PostgreSQL: it makes none when no test asks for it."""
    name = connection.settings_dict["NAME"]
    return connection.vendor == "postgresql" and name.startswith("test_")


def _template() -> str:
    return f"{connection.settings_dict['NAME']}_migrated"


def _server() -> str:
    parts: dict[str, Any] = connection.settings_dict
    return f"postgres://{parts['USER']}@{parts['HOST'] or '127.0.0.1'}:{parts['PORT'] or 5432}"


def _on_server(statement: Any, *names: str) -> None:
    with psycopg.connect(f"{_server()}/postgres", autocommit=True) as server:
        server.execute(SQL(statement).format(*map(Identifier, names)))
