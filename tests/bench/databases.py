"""Make an empty database for a run, and drop it afterwards."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def sqlite() -> Iterator[dict[str, str]]:
    """Give the environment of processes that share a SQLite file."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield _environment(f"sqlite:///{folder}/bench.sqlite3", folder)


@contextmanager
def postgresql(url: str) -> Iterator[dict[str, str]]:
    """Give the environment of processes that share a PostgreSQL database of that address.

    Raises: psycopg.OperationalError when no server answers.
    """
    parts = urlsplit(url)
    name = sql.Identifier(parts.path.strip("/"))
    server = urlunsplit(parts._replace(scheme="postgresql", path="/postgres"))
    with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name)
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                yield _environment(url, folder)
        finally:
            connection.execute(drop)


def server_version(url: str) -> str:
    """Return the version of the PostgreSQL server at an address."""
    server = urlunsplit(urlsplit(url)._replace(scheme="postgresql", path="/postgres"))
    with psycopg.connect(server, connect_timeout=3) as connection:
        return str(connection.info.server_version // 10_000)


def _environment(url: str, folder: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url,
        "BENCH_FILES": folder,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
    }


def in_process(module: str, *arguments: str, environment: dict[str, str]) -> str:
    """Run a module of this package in a process of its own, and return what it prints."""
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout
