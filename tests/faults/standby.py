"""Run a primary and a standby whose replay can be paused, both with a migrated database `site`."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
from django.conf import settings

from tests.databases import migrated_database
from tests.faults.services import BINARIES, OWNER, Service, postgres, programs
from tests.portals.installation import answers_at, free_port, running
from tests.waiting import wait_until


@dataclass(frozen=True)
class Pair:
    """Hold the addresses of a primary and its standby."""

    primary: str
    standby: str

    def pause(self) -> None:
        """Let the standby replay nothing more; what it has received waits."""
        self._tell("SELECT pg_wal_replay_pause()")
        wait_until(
            lambda: self._tell("SELECT pg_get_wal_replay_pause_state()") == "paused",
            what="the pause of the replay",
        )

    def resume(self) -> None:
        """Let the standby go on, and wait until it has all that the primary has written."""
        self._tell("SELECT pg_wal_replay_resume()")
        self.catch_up()

    def catch_up(self) -> None:
        """Wait until the standby has all that the primary has written."""
        with psycopg.connect(self.primary) as connection:
            row = connection.execute("SELECT pg_current_wal_lsn()::text").fetchone()
        assert row is not None
        wait_until(
            lambda: self._tell(f"SELECT pg_last_wal_replay_lsn() >= '{row[0]}'"),
            what="the standby's replay",
        )

    def _tell(self, statement: str) -> Any:
        with psycopg.connect(self.standby, autocommit=True) as connection:
            row = connection.execute(statement).fetchone()
        return row and row[0]


@contextmanager
def primary_and_standby() -> Iterator[Pair]:
    """Run both in folders that go with them."""
    with ExitStack() as stack:
        primary = stack.enter_context(postgres())
        _fill(primary)
        standby = stack.enter_context(_standby_of(primary))
        yield Pair(_address(primary.port), _address(standby))


def _address(port: int) -> str:
    return f"postgres://{OWNER}@127.0.0.1:{port}/site"


def _fill(primary: Service) -> None:
    """Copy the migrated database of the tests' server."""
    dump, restore = programs("pg_dump", "psql", folder=BINARIES)
    server: dict[str, Any] = settings.DATABASES["default"]
    source = f"postgres://{server['USER']}@{server['HOST']}:{server['PORT'] or 5432}"
    dumped = subprocess.run(
        [dump, f"{source}/{migrated_database()}"], capture_output=True, check=True, timeout=300
    )
    subprocess.run(
        [restore, "-q", "-v", "ON_ERROR_STOP=1", _address(primary.port)],
        input=dumped.stdout,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=300,
    )


@contextmanager
def _standby_of(primary: Service) -> Iterator[int]:
    copy, server = programs("pg_basebackup", "postgres", folder=BINARIES)
    folder = Path(mkdtemp(prefix="faults-"))
    # It refuses to run as root.
    owned: dict[str, Any] = {"user": OWNER, "group": OWNER} if os.geteuid() == 0 else {}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    data = folder / "data"
    try:
        if owned:
            shutil.chown(folder, OWNER, OWNER)
        take = [copy, "-R", "-X", "stream", "-c", "fast", "-h", "127.0.0.1", "-U", OWNER]
        take += ["-p", str(primary.port), "-D", str(data)]
        subprocess.run(take, check=True, timeout=300, cwd=folder, **owned, **quiet)
        port = free_port()
        serve = [server, "-D", str(data), f"--port={port}", "--listen_addresses=127.0.0.1"]
        # A query never has to give way to the replay.
        serve += ["--unix_socket_directories=", "--fsync=off", "--max_standby_streaming_delay=-1"]
        with running(serve, environment={**os.environ}, cwd=folder, **owned, **quiet):
            wait_until(lambda: answers_at(port), what="the start of the standby")
            wait_until(lambda: _reads(port), what="the standby's first answer")
            yield port
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _reads(port: int) -> bool:
    try:
        psycopg.connect(_address(port)).close()
    except psycopg.OperationalError:
        return False
    return True
