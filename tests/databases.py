"""Migrate once for each hash of migrations and installed packages; every test database is a copy.

On SQLite it is a file in `.cache/databases`, on PostgreSQL a database beside that of the tests.
"""

import fcntl
import functools
import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.signals import connection_created
from psycopg.sql import SQL, Identifier, Literal

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "databases"
# What migrations read beside their own files.
READ_BY_MIGRATIONS = ("cms/content/data/*", "cms/content/vocabulary.py", "cms/content/models/*.py")
PREFIX = "cms_migrated_"
# So many are kept, for other branches and the other Wagtail.
KEPT = 4
# Only turns a hang into a failure: a busy machine takes minutes.
HANG_SECONDS = 1800
# Held on the server while one process migrates and others wait for it.
LOCK = 0x7E57DA7A


@functools.cache
def state() -> str:
    """Return a hash of everything that a migrated database depends on."""
    patterns = ("*/migrations/*.py", "*/*/migrations/*.py", *READ_BY_MIGRATIONS)
    files = sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()})
    packages = sorted(f"{found.name}=={found.version}" for found in metadata.distributions())
    digest = hashlib.blake2b("\n".join(packages).encode(), digest_size=8)
    for path in files:
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def migrated_file() -> Path:
    """Return the migrated SQLite file; the first process to ask makes it, the others wait."""
    made = CACHE / f"{state()}.sqlite3"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            files = sorted(CACHE.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)
            for old in files[: 1 - KEPT]:
                old.unlink()
            unfinished = CACHE / "unfinished.sqlite3"
            unfinished.unlink(missing_ok=True)
            _migrate(f"sqlite:///{unfinished}")
            with closing(sqlite3.connect(unfinished)) as source:
                # One file, without a write-ahead log beside it.
                source.execute("PRAGMA journal_mode=DELETE")
            unfinished.rename(made)
    return made


def copy_migrated(path: Path) -> None:
    """Write a migrated SQLite file at a path."""
    with closing(sqlite3.connect(path)) as target:
        _fill(target)


@contextmanager
def migrated_postgres(name: str) -> Iterator[str]:
    """Return the address of a new migrated database on the server of the tests; drop it at the end."""
    with new_postgres(name, template=migrated_database()) as url:
        yield url


@contextmanager
def new_postgres(name: str, *, template: str = "template0") -> Iterator[str]:
    """Return the address of a new database on the server of the tests; drop it at the end."""
    _on_server("CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield f"{_server()}/{name}"
    finally:
        _on_server("DROP DATABASE {} WITH (FORCE)", name)


def migrated_database() -> str:
    """Return the name of the migrated PostgreSQL database; the first process to ask makes it."""
    name, unfinished = PREFIX + state(), PREFIX + "unfinished"
    with psycopg.connect(f"{_server()}/postgres", autocommit=True) as server:
        server.execute(SQL("SELECT pg_advisory_lock({})").format(Literal(LOCK)))
        oldest_first = server.execute("SELECT datname FROM pg_database ORDER BY oid").fetchall()
        names = [row[0] for row in oldest_first if row[0].startswith(PREFIX)]
        if name not in names:
            for old in {*names[: 1 - KEPT], unfinished}:
                drop = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                server.execute(drop.format(Identifier(old)))
            server.execute(SQL("CREATE DATABASE {}").format(Identifier(unfinished)))
            _migrate(f"{_server()}/{unfinished}")
            rename = SQL("ALTER DATABASE {} RENAME TO {}")
            server.execute(rename.format(Identifier(unfinished), Identifier(name)))
    return name


@contextmanager
def made_from_migrated() -> Iterator[None]:
    """Let Django make its test databases as copies of the migrated one.

    Shape: Django migrates them all the same, and finds nothing to do.
    """
    default: dict[str, Any] = settings.DATABASES["default"]
    if _is_on_postgres():
        # Django reads `TEST` of the connection, which is this very dictionary.
        default.setdefault("TEST", {})["TEMPLATE"] = migrated_database()
        yield
        return
    connection_created.connect(_fill_new)
    try:
        yield
    finally:
        connection_created.disconnect(_fill_new)


def _fill_new(*, connection: Any, **_: Any) -> None:
    if not connection.introspection.table_names():
        _fill(connection.connection)


def _fill(target: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(migrated_file())) as source:
        source.backup(target)


def _migrate(url: str) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
    }
    environment.pop("COVERAGE_PROCESS_START", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def _server() -> str:
    parts: dict[str, Any] = settings.DATABASES["default"]
    return f"postgres://{parts['USER']}@{parts['HOST'] or '127.0.0.1'}:{parts['PORT'] or 5432}"


def _is_on_postgres() -> bool:
    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


def _on_server(statement: Any, *names: str) -> None:
    with psycopg.connect(f"{_server()}/postgres", autocommit=True) as server:
        server.execute(SQL(statement).format(*map(Identifier, names)))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    sys.stdout.write(f"{migrated_database() if _is_on_postgres() else migrated_file()}\n")
