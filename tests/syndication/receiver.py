"""Be the other side: a small HTTP server on loopback that records what it gets and answers as told."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]


@dataclass(frozen=True)
class Received:
    """Hold one request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class Receiver:
    """Hold what came in, and what is answered: the next of `answers`, then `usual`.

    Shape: `hung_up` is set when the other side ends a connection before the end of its answer.
    """

    usual: Answer
    url: str = ""
    requests: list[Received] = field(default_factory=list)
    answers: deque[Answer] = field(default_factory=deque)
    hung_up: threading.Event = field(default_factory=threading.Event)

    def answer(self, *answers: Answer) -> None:
        """Set the next answers."""
        self.answers.extend(answers)

    def ids(self) -> list[str]:
        """Return the message ids in the order in which they came."""
        return [request.headers["webhook-id"] for request in self.requests]


class Handler(BaseHTTPRequestHandler):
    """Record a request, and answer it."""

    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        self._take(self.rfile.read(length))

    def do_GET(self) -> None:
        self._take(b"")

    def _take(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, self.path, headers, body, time.time())
        self.receiver.requests.append(received)
        answer = self.receiver.answers.popleft() if self.receiver.answers else self.receiver.usual
        try:
            answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            self.receiver.hung_up.set()

    def log_message(self, *args: Any) -> None:
        return


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer with a status; `retry_after="5"` becomes a header."""

    def answer(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def unfinished(*, begun: threading.Event, in_headers: bool = False) -> Answer:
    """Begin to answer 200, say so, and never come to an end."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        if not in_headers:
            handler.wfile.write(b"no\r\nContent-Length: 1000000\r\n\r\na")
        begun.set()
        # Nothing more is sent to us but the end of the connection.
        handler.connection.recv(1)
        raise BrokenPipeError

    return answer


def endless(body: bytes = b"x" * 65_536, *, code: int = 200, **headers: str) -> Answer:
    """Answer with a body of 10 GB."""

    def answer(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", str(10 * 1024**3))
        handler.end_headers()
        for _ in range(10 * 1024**3 // len(body)):
            handler.wfile.write(body)

    return answer


@contextmanager
def listening(usual: Answer | None = None) -> Iterator[Receiver]:
    """Listen on a free port of this machine; 204 is answered unless told otherwise."""
    receiver = Receiver(usual or status(204))
    handler = type("OwnHandler", (Handler,), {"receiver": receiver})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.socket.close()
