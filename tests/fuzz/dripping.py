"""Be many clients that send almost nothing, and ask meanwhile whether others are served."""

import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager

# So that a hang is a failure.
HANG_SECONDS = 60.0
START = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
HEADERS = START + b"X-Slow: "
BODY = START + b"Content-Length: 20000\r\n\r\n{"
# No length, so that who reads it cannot know how much is to come.
CHUNKS = START + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n{"
EXPECTED = START + b"Expect: 100-continue\r\nContent-Length: 20000\r\n\r\n"
ADMIN = (
    b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20000\r\n\r\nu"
)
QUESTION = b'{"query":"{ __typename }"}'
PROBE = START + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(QUESTION) + QUESTION


@contextmanager
def slow_clients(port: int, *, count: int, beginning: bytes) -> Iterator[list[socket.socket]]:
    """Open connections, and send on each the beginning of a request."""
    with contextlib.ExitStack() as stack:
        opened = []
        for _ in range(count):
            address = ("127.0.0.1", port)
            connection = stack.enter_context(socket.create_connection(address, HANG_SECONDS))
            connection.sendall(beginning)
            opened.append(connection)
        yield opened


def drip(connections: list[socket.socket]) -> None:
    """Send one more byte on each connection."""
    for connection in connections:
        with contextlib.suppress(OSError):
            connection.send(b"a")


def is_answered(
    port: int, *, expected: bytes = b"__typename", patience_seconds: float = HANG_SECONDS
) -> bool:
    """Ask by a new connection, and say whether what is expected was answered."""
    heard = b""
    try:
        with socket.create_connection(("127.0.0.1", port), patience_seconds) as connection:
            connection.sendall(PROBE)
            while expected not in heard and (chunk := connection.recv(65_536)):
                heard += chunk
    except OSError:
        return False
    return heard.startswith(b"HTTP/1.1 200 ") and expected in heard


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
