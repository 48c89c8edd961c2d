"""Run the server of production on a database of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.portals.installation import ROOT, answers, free_port, running
from tests.waiting import wait_until

# As in deploy/start.
THREADS = 256
Environment = dict[str, str]


@dataclass(frozen=True)
class Server:
    """Hold where the server answers, and what it writes."""

    port: int
    log: Path

    def connect(self, *, timeout_seconds: float = 60.0) -> socket.socket:
        """Return a connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout_seconds)


def demo_site(folder: Path) -> Environment:
    """Fill a SQLite file with the demo content; return what its processes need to know."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "CACHE_URL": "locmem://",
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "MEDIA_ROOT": str(folder / "media"),
    }
    environment.pop("DELIVERY_DATABASE_URL", None)
    for command in (["migrate", "-v0"], ["demo"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            check=True,
            timeout=300,
            capture_output=True,
        )
    return environment


@contextmanager
def serving(site: Environment, folder: Path, *, deadline_seconds: int) -> Iterator[Server]:
    """Serve a site with granian; slow clients have so long for headers, and for bodies."""
    environment = {**site, "BODY_DEADLINE_SECONDS": str(deadline_seconds)}
    options = ("--http1-header-read-timeout", str(1000 * deadline_seconds))
    application = "tests.fuzz.slow_site:application"
    with running_application(application, folder, *options, environment=environment) as server:
        yield server


@contextmanager
def running_application(
    application: str, folder: Path, *options: str, environment: Environment | None = None
) -> Iterator[Server]:
    """Serve an application with granian, as deploy/start does."""
    port = free_port()
    serve = [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "wsgi", "--http", "1", "--no-ws", "--port", str(port)),
        *("--blocking-threads", str(THREADS)),
        *options,
        application,
    ]
    path = folder / "log"
    everything = {**os.environ, **(environment or {})}
    with path.open("w") as log, running(serve, environment=everything, stdout=log, stderr=log):
        address = f"http://127.0.0.1:{port}/healthz"
        wait_until(lambda: answers(address), what="the start of the server")
        yield Server(port, path)
