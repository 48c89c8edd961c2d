"""Exchange bytes with the server, as rudely as one likes."""

import contextlib
from dataclasses import dataclass

from tests.fuzz.server import Server


@dataclass(frozen=True)
class Heard:
    """Hold what came back: nothing, or a status and everything after it."""

    status: int
    content: bytes


SILENCE = Heard(0, b"")


def request(
    body: bytes,
    *,
    method: bytes = b"POST",
    target: bytes = b"/graphql",
    headers: tuple[tuple[bytes, bytes], ...] = ((b"Content-Type", b"application/json"),),
) -> bytes:
    """Return a request as bytes; it says how long its body is, and that it is the last one."""
    lines = [method + b" " + target + b" HTTP/1.1", b"Host: localhost"]
    lines += [name + b": " + value for name, value in headers]
    lines += [b"Content-Length: %d" % len(body), b"Connection: close"]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def exchange(server: Server, raw: bytes, *, ends: bool = False) -> Heard:
    """Send bytes, and return what comes back until the server ends the connection."""
    heard = b""
    with server.connect() as connection, contextlib.suppress(ConnectionError):
        connection.sendall(raw)
        if ends:
            with contextlib.suppress(OSError):
                connection.shutdown(1)
        while chunk := connection.recv(65_536):
            heard += chunk
    head = heard.split(b" ", 2)
    is_answer = len(head) == 3 and head[0].startswith(b"HTTP/")
    return Heard(int(head[1][:3]), heard) if is_answer else SILENCE
