"""Be many clients that send almost nothing, and ask meanwhile how others are served."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

START = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
HEADERS = START + b"X-Slow: "
BODY = START + b"Content-Length: 1000\r\n\r\n{"
QUESTION = b'{"query":"{ __typename }"}'
PROBE = START + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(QUESTION) + QUESTION


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


@contextmanager
def dripping(port: int, *, count: int, beginning: bytes) -> Iterator[list[socket.socket]]:
    """Open connections that send a beginning, then one byte a second each."""
    kept: list[socket.socket] = []
    done = threading.Event()

    def drip() -> None:
        while not done.wait(1):
            for connection in kept:
                with contextlib.suppress(OSError):
                    connection.send(b"a")

    with contextlib.ExitStack() as stack:
        for _ in range(count):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            connection.sendall(beginning)
            kept.append(connection)
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            done.set()
            thread.join(10)


def served(port: int, *, for_seconds: float, expected: bytes = b"__typename") -> Served:
    """Ask again and again, each time by a new connection."""
    seconds: list[float] = []
    failures = 0
    ends_at = time.monotonic() + for_seconds
    while time.monotonic() < ends_at:
        started = time.monotonic()
        failures += not _is_answered(port, expected)
        seconds.append(time.monotonic() - started)
        time.sleep(0.02)
    return Served(tuple(sorted(seconds)), failures)


def _is_answered(port: int, expected: bytes) -> bool:
    heard = b""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(PROBE)
            while expected not in heard and (chunk := connection.recv(65_536)):
                heard += chunk
    except OSError:
        return False
    return expected in heard


def ended(connections: list[socket.socket]) -> int:
    """Return how many connections the server has ended."""
    count = 0
    for connection in connections:
        connection.setblocking(False)
        try:
            while connection.recv(65_536):
                pass
            count += 1
        except BlockingIOError:
            pass
        except OSError:
            count += 1
    return count
