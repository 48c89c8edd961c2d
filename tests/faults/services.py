"""Start a PostgreSQL and a Redis of one's own, which may be frozen, thawed and emptied."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
import pytest

from tests.portals.installation import answers_at, free_port, running
from tests.waiting import wait_until

OWNER = "postgres"
BINARIES = "usr/lib/postgresql/*/bin"


@dataclass(frozen=True)
class Service:
    """Hold a running service; `process` is the first of its processes."""

    port: int
    process: int

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let none of its processes run; the kernel still takes connections and bytes for them."""
        stopped: list[int] = []
        try:
            # A parent first, so that it makes no child that is not seen.
            for process in self._family(self.process):
                os.kill(process, signal.SIGSTOP)
                stopped.append(process)
            yield
        finally:
            for process in reversed(stopped):
                os.kill(process, signal.SIGCONT)

    def _family(self, process: int) -> Iterator[int]:
        yield process
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        for child in children:
            yield from self._family(int(child))


def programs(*names: str, folder: str = "") -> list[str]:
    """Return where programs are; where one is missing skip, in CI fail."""
    folders = map(str, sorted(Path("/").glob(folder))) if folder else ()
    path = os.pathsep.join([*folders, os.environ["PATH"]])
    found = [shutil.which(name, path=path) for name in names]
    missing = [name for name, place in zip(names, found, strict=True) if place is None]
    if missing:
        reason = f"needs {', '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return [place for place in found if place is not None]


@contextmanager
def postgres() -> Iterator[Service]:
    """Run a PostgreSQL with an empty database named `site`, in a folder that goes with it."""
    initdb, server = programs("initdb", "postgres", folder=BINARIES)
    folder = Path(mkdtemp(prefix="faults-"))
    # It refuses to run as root.
    owned: dict[str, Any] = {"user": OWNER, "group": OWNER} if os.geteuid() == 0 else {}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        if owned:
            shutil.chown(folder, OWNER, OWNER)
        make = [initdb, "--no-sync", "-A", "trust", "-U", OWNER, "-D", str(folder / "data")]
        subprocess.run(make, check=True, timeout=60, cwd=folder, **owned, **quiet)
        port = free_port()
        options = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
        }
        serve = [server, "-D", str(folder / "data")]
        serve += [f"--{name}={value}" for name, value in options.items()]
        with running(serve, environment={**os.environ}, cwd=folder, **owned, **quiet) as process:
            wait_until(lambda: answers_at(port), what="the start of PostgreSQL")
            address = f"postgres://{OWNER}@127.0.0.1:{port}/postgres"
            wait_until(lambda: _is_up(address), what="PostgreSQL's first answer")
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("CREATE DATABASE site")
            yield Service(port, process.pid)
            # Without waiting for who is still connected.
            process.send_signal(signal.SIGINT)
            process.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_up(address: str) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def redis(folder: Path) -> Iterator[Service]:
    """Run a Redis that keeps nothing on disk."""
    (server,) = programs("redis-server")
    port = free_port()
    serve = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": sys.stderr}
    with running(serve, environment={**os.environ}, **quiet) as process:
        wait_until(lambda: answers_at(port), what="the start of Redis")
        yield Service(port, process.pid)
