"""Answer a request that was asked before, byte for byte, before anything of it is read.

The first level of the answer cache: from what came over the wire straight to the reply. It holds only
what the levels below have kept, under the same moment of the content clock.
"""

import io
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings

from cms.api import freshness, observe
from cms.api.cache.answers import answers
from cms.api.cache.clock import ClockReader
from cms.api.cache.memory import Memory
from cms.api.exchange import Facts, Headers, Reply
from cms.api.once import once_for
from cms.api.protection import is_secure
from cms.publishing.reading.moments import Moment

# Under this name the key of a request travels with it.
KEY = "cms.doorway"
# Longer requests are rare and are answered one level below.
BODY_MAX_BYTES = 16 * 1024
READY_BYTES = 2_500
# Everything of a request that shapes a reply, besides the body.
SHAPING = (
    "REQUEST_METHOD",
    "PATH_INFO",
    "QUERY_STRING",
    "CONTENT_TYPE",
    "HTTP_CONTENT_ENCODING",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ORIGIN",
)
Key = tuple[Any, ...]


@dataclass(slots=True)
class Ready:
    """Hold a reply that needs nothing more; `facts` say what operators note about it."""

    status_line: str
    headers: Headers
    headers_without_body: Headers
    body: bytes
    tag: str
    full_until: float
    ends_at: float
    facts: Facts

    def send(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Reply, with 304 when the client has it already."""
        facts, started = self.facts, time.perf_counter()
        request_id = observe.hit(
            environ,
            operation_name=facts.operation_name,
            document_id=facts.document_id,
            is_trusted=facts.is_trusted,
            cache="doorway",
            started=started,
            named=facts.named,
        )
        told = (observe.HEADER, request_id)
        if_none_match = environ.get("HTTP_IF_NONE_MATCH")
        if if_none_match and (
            # Nearly all send the one tag that they were given.
            if_none_match == self.tag or freshness.is_known(if_none_match, self.tag)
        ):
            start_response("304 Not Modified", [*self._in_time(self.headers_without_body), told])
            return []
        start_response(self.status_line, [*self._in_time(self.headers), told])
        return [self.body]

    def _in_time(self, headers: Headers) -> Headers:
        """Return headers that promise nothing beyond the end."""
        now = time.time()
        if now < self.full_until or not self.tag:
            return headers.copy()
        limited = freshness.cache_control(self.ends_at, now=now)
        return [(n, limited if n == "Cache-Control" else v) for n, v in headers]


class Doorway:
    """Hold replies by the bytes of their requests."""

    def __init__(self, *, clock: ClockReader, size_bytes: int) -> None:
        self.clock = clock
        self.memory: Memory[Key, Ready] = Memory(size_bytes=size_bytes)

    def find(self, environ: WSGIEnvironment) -> Ready | None:
        """Return the reply to a request that was asked before; without input or output."""
        key = _key_of(environ)
        if key is None:
            return None
        environ[KEY] = key
        moment = self.clock.held()
        return self.memory.get(moment, key) if moment is not None else None

    def keep(self, key: Key, reply: Reply, *, moment: Moment, facts: Facts) -> None:
        """Keep the reply to a request."""
        tag = freshness.header_of(reply.headers, "ETag")
        headers = [pair for pair in reply.headers if pair[0] != "Age"]
        if tag:
            headers.append(("Age", "0"))
        ready = Ready(
            reply.status_line,
            headers,
            freshness.without_body(headers),
            reply.body,
            tag,
            moment.ends_at - freshness.longest(),
            moment.ends_at,
            # Without the question: it may be long.
            replace(facts, question=None),
        )
        asked = sum(len(part) for part in key if isinstance(part, str | bytes))
        written = sum(len(name) + len(value) for name, value in headers)
        self.memory.put(moment, key, ready, size=READY_BYTES + asked + written + len(reply.body))


def _key_of(environ: WSGIEnvironment) -> Key | None:
    """Return everything of a request that shapes its reply; None for what is not looked up here."""
    method = environ["REQUEST_METHOD"]
    body = b""
    if method == "POST":
        length = environ.get("CONTENT_LENGTH") or ""
        if not (length.isascii() and length.isdigit() and 0 < int(length) <= BODY_MAX_BYTES):
            return None
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)
    elif method != "GET":
        return None
    return body, is_secure(environ), *map(environ.get, SHAPING)


@once_for("ANSWER_CACHE_BYTES", "CACHES")
def doorway() -> Doorway | None:
    """Return the doorway of this process; None when the answer cache is switched off."""
    below = answers()
    if below is None:
        return None
    return Doorway(clock=below.clock, size_bytes=settings.ANSWER_CACHE_BYTES // 2)
