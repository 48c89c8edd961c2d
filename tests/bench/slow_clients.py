"""Measure how 200 slow clients disturb others, for several servers.

`python -m tests.bench.slow_clients` serves an application that reads the body and answers a constant,
with what is installed beside the interpreter given as the first argument (default: this one): granian,
and where they are there gunicorn, waitress and uvicorn with a2wsgi. Writes a Markdown table.
"""

import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fuzz.dripping import BODY, HEADERS, PROBE, drip, is_answered, slow_clients
from tests.portals.installation import ROOT, free_port, running

ANSWER = b'{"data":{"__typename":"Query"}}'
CONSTANT = "tests.bench.slow_clients"
SECONDS = 4.0
Commands = dict[str, list[str]]


def constant(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Read what was sent, and answer always the same."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Length", str(len(ANSWER)))])
    return [ANSWER]


def asgi() -> Any:
    """Return the same behind ASGI, for uvicorn's factory."""
    from a2wsgi import WSGIMiddleware  # type: ignore[import-not-found]

    return WSGIMiddleware(constant, workers=8)


def commands(folder: Path, port: int) -> Commands:
    """Return how each server is started."""
    target, at = f"{CONSTANT}:constant", str(port)
    granian = [str(folder / "granian"), "--interface", "wsgi", "--no-ws", "--port", at]
    return {
        "granian, 4 threads": [*granian, "--blocking-threads", "4", target],
        "granian, 512 threads": [*granian, "--blocking-threads", "512", target],
        "gunicorn gthread, 8": [
            *(str(folder / "gunicorn"), "-k", "gthread", "--threads", "8"),
            *("-b", f"127.0.0.1:{at}", target),
        ],
        "waitress, 8": [
            *(str(folder / "waitress-serve"), f"--port={at}", "--threads=8"),
            *("--connection-limit=1000", target),
        ],
        "uvicorn and a2wsgi, 8": [
            *(str(folder / "uvicorn"), "--port", at, "--log-level", "warning", "--factory"),
            f"{CONSTANT}:asgi",
        ],
    }


def requests_per_second(port: int, *, connections: int) -> float:
    """Return how many requests are answered in a second over connections that stay."""
    question = PROBE.replace(b"Connection: close\r\n", b"")
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port), 5)
        connection.sendall(question)
        selector.register(connection, selectors.EVENT_READ, bytearray())
    count, started = 0, time.monotonic()
    while time.monotonic() < started + SECONDS:
        for key, _events in selector.select(1):
            found: Any = key.fileobj
            key.data.extend(found.recv(65_536))
            if key.data.endswith(ANSWER):
                key.data.clear()
                count += 1
                found.sendall(question)
    for key in list(selector.get_map().values()):
        opened: Any = key.fileobj
        opened.close()
    return count / (time.monotonic() - started)


@dataclass(frozen=True)
class Served:
    """Hold how others were served.

    Units: seconds, sorted.
    """

    seconds: tuple[float, ...]
    failures: int

    def quantile(self, share: float) -> float:
        """Return the time within which this share was answered."""
        return self.seconds[min(int(len(self.seconds) * share), len(self.seconds) - 1)]


def served(port: int) -> Served:
    """Ask again and again, each time by a new connection."""
    seconds: list[float] = []
    failures = 0
    ends_at = time.monotonic() + SECONDS
    while time.monotonic() < ends_at:
        started = time.monotonic()
        failures += not is_answered(port, patience_seconds=5)
        seconds.append(time.monotonic() - started)
        time.sleep(0.02)
    return Served(tuple(sorted(seconds)), failures)


def beside_slow_clients(port: int, *, beginning: bytes) -> Served:
    """Ask beside 200 clients that send a byte a second each."""
    with slow_clients(port, count=200, beginning=beginning) as connections:
        done = threading.Event()

        def drip_on() -> None:
            while not done.wait(1):
                drip(connections)

        thread = threading.Thread(target=drip_on, daemon=True)
        thread.start()
        try:
            return served(port)
        finally:
            done.set()
            thread.join()


def measure(name: str, command: list[str], port: int) -> str:
    """Return the row of one server."""
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with running(command, environment=environment, **quiet):
        time.sleep(4)
        rate = requests_per_second(port, connections=16)
        found = [beside_slow_clients(port, beginning=beginning) for beginning in (HEADERS, BODY)]
    return f"| {name} | {rate:,.0f} | {' | '.join(shown(one) for one in found)} |"


def shown(found: Served) -> str:
    """Return how others were served, in words for a table."""
    total = len(found.seconds)
    if found.failures:
        return f"{found.failures} of {total} failed"
    return f"{found.quantile(0.95) * 1000:.1f} ms"


def main() -> None:
    """Write the table."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else sys.executable).absolute().parent
    head = "| server | requests/s, c=16 | p95 beside 200 headers | p95 beside 200 bodies |"
    sys.stdout.write(f"{head}\n|---|---|---|---|\n")
    for name in commands(folder, 0):
        port = free_port()
        command = commands(folder, port)[name]
        if Path(command[0]).exists():
            sys.stdout.write(f"{measure(name, command, port)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
