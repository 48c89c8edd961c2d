"""Start the site, the worker and an editor on a database of their own, all on this machine."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.databases import copy_migrated
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(
    command: list[str], *, environment: dict[str, str], cwd: Path = ROOT, **pipes: Any
) -> Iterator[subprocess.Popen[str]]:
    """Run a process, and end it."""
    process = subprocess.Popen(command, cwd=cwd, env=environment, text=True, **pipes)
    try:
        yield process
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(address: str) -> bool:
    """Say whether somebody answers there, whatever it is."""
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def answers_at(port: int) -> bool:
    """Say whether somebody takes connections at a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@dataclass
class Installation:
    """Hold where the site answers, what its editor does, and what its processes need to know."""

    address: str
    editor: subprocess.Popen[str]
    environment: dict[str, str]

    def do(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Let the editor do something; return what is public afterwards."""
        to, back = self.editor.stdin, self.editor.stdout
        assert to is not None
        assert back is not None
        to.write(json.dumps([name, arguments]) + "\n")
        to.flush()
        line = back.readline()
        assert line, f"the editor failed at {name}"
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def installation(folder: Path, *, with_worker: bool = True) -> Iterator[Installation]:
    """Copy a migrated SQLite file, and run everything that belongs to a site."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "CACHE_URL": "locmem://",
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "MEDIA_ROOT": str(folder / "media"),
        "OUTBOUND_ALLOW_LOOPBACK": "true",
    }
    environment.pop("DELIVERY_DATABASE_URL", None)
    python = sys.executable
    copy_migrated(folder / "site.sqlite3")
    with ExitStack() as stack:
        log: IO[str] = stack.enter_context((folder / "log").open("w"))
        written: dict[str, Any] = {"environment": environment, "stderr": log}
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        serve = [python, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
        stack.enter_context(running(serve, **written, stdout=log))
        if with_worker:
            stack.enter_context(running([python, "manage.py", "worker"], **written, stdout=log))
        act = [python, "-m", "tests.portals.editor"]
        editor = stack.enter_context(running(act, **written, **pipes))
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(f"{address}/healthz"), what="the start of the site")
        yield Installation(address, editor, environment)
