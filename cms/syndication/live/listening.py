"""Read the request of a listener, and answer it in words when it cannot be served."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

HEAD_MAX_BYTES = 8 * 1024
HEAD_SECONDS = 10.0
EVENTS, HEALTH = "/events", "/healthz"
# Who may listen from elsewhere: everybody, without cookies, as for GraphQL.
OPEN = "Access-Control-Allow-Origin: *\r\n"
STREAM = (
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/event-stream\r\n"
    "Cache-Control: no-store, no-transform\r\n"
    # nginx passes on at once what says so.
    "X-Accel-Buffering: no\r\n"
    f"{OPEN}"
    "Connection: close\r\n"
    "\r\n"
).encode()
_PREFLIGHT = (
    "HTTP/1.1 204 No Content\r\n"
    f"{OPEN}"
    "Access-Control-Allow-Methods: GET\r\n"
    "Access-Control-Allow-Headers: Last-Event-ID, Cache-Control\r\n"
    "Access-Control-Max-Age: 86400\r\n"
    "Connection: close\r\n"
    "\r\n"
).encode()
_PHRASES = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class Request:
    """Hold what is asked: a path, the id of the last event that was received, and for whom."""

    path: str
    last_event_id: str
    forwarded_for: str = ""


class Answered(Exception):
    """Carry the whole answer to a request that does not become a stream."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer[:80])
        self.answer = answer


def plain(status: int, text: str, *, headers: str = "") -> bytes:
    """Return a short answer in words; `headers` end in line ends."""
    body = f"{text}\n".encode()
    head = (
        f"HTTP/1.1 {status} {_PHRASES[status]}\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"Cache-Control: no-store\r\n{OPEN}{headers}Connection: close\r\n\r\n"
    )
    return head.encode() + body


async def read_request(reader: asyncio.StreamReader) -> Request:
    """Read the head of a request.

    Shape:  at most `HEAD_MAX_BYTES`, within `HEAD_SECONDS`.
    Raises: Answered when it is nothing that can be listened to; ConnectionError, EOFError.
    """
    try:
        async with asyncio.timeout(HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise Answered(plain(431, "The head of the request is longer than 8 KiB.")) from None
    except TimeoutError:
        raise Answered(plain(408, "The request took longer than 10 seconds.")) from None
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise Answered(plain(400, "This is not a request of HTTP/1.1."))
    return _accepted(parts[0], parts[1], headers=_headers(lines))


def _headers(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, _colon, value in (line.partition(":") for line in lines if ":" in line):
        name = name.strip().lower()
        # A header that comes twice is a list, as of X-Forwarded-For.
        found[name] = f"{found[name]}, {value.strip()}" if name in found else value.strip()
    return found


def _accepted(method: str, target: str, *, headers: dict[str, str]) -> Request:
    try:
        address = urlsplit(target)
    except ValueError:
        raise Answered(plain(400, "The address cannot be read.")) from None
    if address.path not in {EVENTS, HEALTH}:
        raise Answered(plain(404, f"There is nothing here but {EVENTS}."))
    if method == "OPTIONS" and address.path == EVENTS:
        raise Answered(_PREFLIGHT)
    if method != "GET":
        text = "Only GET can be answered here."
        raise Answered(plain(405, text, headers="Allow: GET, OPTIONS\r\n"))
    if address.query:
        raise Answered(plain(400, f"{EVENTS} takes no parameters; leave the query out."))
    return Request(
        address.path, headers.get("last-event-id", ""), headers.get("x-forwarded-for", "")
    )
