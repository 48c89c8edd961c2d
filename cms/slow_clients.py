"""Wait for slow clients before anything that others need is taken, and not for ever.

The server reads headers without a thread, but an application that reads a body waits for it in its
thread. So bodies are read whole, in one of many threads, before the request takes one of the few places
in which requests are worked on. Some threads are kept for requests without a body, and who sends a body
too slowly is hung up on.

Source: docs/adr/0043-slow-clients.md, docs/adr/0073-slow-bodies.md.
"""

import contextlib
import io
import os
import socket
import stat
import struct
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings

from cms.gate import Busy, Gate

# The largest upload, and what belongs to the form around it.
BODY_MAX_BYTES = 30 * 1024 * 1024
MEMORY_MAX_BYTES = 256 * 1024
CHUNK_BYTES = 64 * 1024
DEADLINE_SECONDS = 10.0
# Uploads get longer, at no less than this pace.
BYTES_PER_SECOND = 20_000
# Between the arrival of a request and the moment at which its body is waited for; also, a client that
# sends `Expect: 100-continue` is told to go on in between.
SLACK_SECONDS = 1.0
PATIENCE_SECONDS = 10.0
REFUSED = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Connection", "close"),
)
NEVER_WAITS = frozenset({"/healthz"})
# Answers to its own refusals, and reads no more than it wants.
JUDGES_ITSELF = "/graphql"


class WholeBodies:
    """Be a WSGI application that hands on requests whose bodies have arrived."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.late = LateBodies()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        text = environ.get("CONTENT_LENGTH")
        size = int(text) if text and text.isascii() and text.isdigit() else 0
        is_graphql = environ.get("PATH_INFO") == JUDGES_ITSELF
        # Nothing else reads a body that does not say how long it is.
        is_open = is_graphql and not text and environ.get("REQUEST_METHOD") == "POST"
        if is_open:
            size = settings.GRAPHQL_BODY_MAX_BYTES + 1
        elif not size or (is_graphql and size > settings.GRAPHQL_BODY_MAX_BYTES):
            return self.application(environ, start_response)
        elif size > BODY_MAX_BYTES:
            return _refusal(start_response, "413 Request Entity Too Large", "too large")
        try:
            body = self.late.read(environ, size, is_open=is_open)
        except Busy:
            return _refusal(start_response, "503 Service Unavailable", "busy", ("Retry-After", "5"))
        if body is None:
            return _refusal(start_response, "408 Request Timeout", "incomplete")
        with body:
            environ["wsgi.input"] = body
            return self.application(environ, start_response)


class GatedApplication:
    """Be a WSGI application that lets so many requests at once into another."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.gate = Gate(settings.REQUESTS_AT_ONCE, patience_seconds=PATIENCE_SECONDS)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; what is streamed after that holds no place."""
        if environ.get("PATH_INFO") in NEVER_WAITS:
            return self.application(environ, start_response)
        try:
            with self.gate:
                return self.application(environ, start_response)
        except Busy:
            return _refusal(start_response, "503 Service Unavailable", "busy", ("Retry-After", "5"))


def _refusal(
    start_response: StartResponse, status: str, word: str, *headers: tuple[str, str]
) -> list[bytes]:
    start_response(status, [*REFUSED, *headers])
    return [f"{word}\n".encode()]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Hold a body that is waited for: who sends it, since when, and until when it may take."""

    address: str
    began_at: float
    ends_at: float


class LateBodies:
    """Read bodies, and hang up on who sends one too slowly, from a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[object, _Waiting] = {}
        self._has_waiting = threading.Event()
        self._owner = 0

    def read(
        self, environ: WSGIEnvironment, size: int, *, is_open: bool = False
    ) -> IO[bytes] | None:
        """Return a body of so many bytes; None when it ended early, which one that is open may.

        Raises: Busy, at once, while `BODIES_AT_ONCE` others are waited for.
        """
        mark, now = object(), time.monotonic()
        ends_at = now + DEADLINE_SECONDS + size / BYTES_PER_SECOND
        with self._lock:
            if len(self._waiting) >= settings.BODIES_AT_ONCE:
                raise Busy
            self._waiting[mark] = _Waiting(environ.get("REMOTE_ADDR") or "", now, ends_at)
            if self._owner != os.getpid():
                self._owner = os.getpid()
                threading.Thread(target=self._guard, name="late bodies", daemon=True).start()
        if not self._has_waiting.is_set():
            self._has_waiting.set()
        try:
            return _read(environ["wsgi.input"], size, is_open=is_open)
        finally:
            with self._lock:
                del self._waiting[mark]

    def _guard(self) -> None:
        while True:
            self._has_waiting.wait()
            time.sleep(1)
            now = time.monotonic()
            with self._lock:
                if not self._waiting:
                    self._has_waiting.clear()
                late = [body for body in self._waiting.values() if body.ends_at < now]
            for address in {body.address for body in late}:
                began_at = max(body.began_at for body in late if body.address == address)
                hang_up({address}, silent_seconds=now - began_at - SLACK_SECONDS)


def _read(source: Any, size: int, *, is_open: bool) -> IO[bytes] | None:
    if size <= CHUNK_BYTES:
        content: bytes = source.read(size)
        return io.BytesIO(content) if is_open or len(content) == size else None
    kept: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=MEMORY_MAX_BYTES)  # noqa: SIM115 - closed with the request
    left = size
    while left:
        chunk = source.read(min(left, CHUNK_BYTES))
        if not chunk:
            break
        kept.write(chunk)
        left -= len(chunk)
    if left and not is_open:
        kept.close()
        return None
    kept.seek(0)
    return kept


def hang_up(addresses: set[str], *, silent_seconds: float = 0.0) -> None:
    """End the connections of this process that came from some addresses and were long not answered.

    The server does not say which connection a request came by. One whose body is waited for has been
    sent nothing since the request began, so those that were sent something since then stay, also where
    all come from a proxy. What goes with it is idle, or its request has taken as long as the late one.

    Units: `silent_seconds` is how long nothing was sent on a connection.
    """
    ports = {
        found.getsockname()[1]
        for found in _sockets()
        if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    }
    for found in _sockets():
        with contextlib.suppress(OSError):
            peer = str(found.getpeername()[0]).removeprefix("::ffff:")
            # What we opened ourselves, as to a database, ends at another port.
            is_theirs = peer in addresses and found.getsockname()[1] in ports
            if is_theirs and _silence_seconds(found) >= silent_seconds:
                found.shutdown(socket.SHUT_RDWR)


def _silence_seconds(connection: socket.socket) -> float:
    """Return how long nothing was sent on a connection; before the first answer, how old it is.

    Source: `struct tcp_info` in linux/tcp.h, `tcpi_last_data_sent`, in milliseconds.
    """
    known = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    (milliseconds,) = struct.unpack_from("I", known, 44)
    return float(milliseconds) / 1000


def _sockets() -> Iterator[socket.socket]:
    """Yield the sockets of this process, each for the length of one turn."""
    folder = Path("/proc/self/fd")
    for entry in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            if not stat.S_ISSOCK(entry.stat().st_mode):
                continue
            with socket.socket(fileno=os.dup(int(entry.name))) as found:
                if found.family in {socket.AF_INET, socket.AF_INET6}:
                    yield found
