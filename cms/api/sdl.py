"""Answer the public schema in its own language, for tools that make code of it."""

import hashlib
from functools import cache

import orjson
from django.conf import settings

from cms.api import headers, request_rates
from cms.api.errors import Code, Refused
from cms.api.exchange import Asked, Reply
from cms.api.negotiate import JSON, accepts_gzip, compressed
from cms.api.schema import sdl
from cms.client_addresses import client_address

MEDIA_TYPE = "text/plain"
ALLOW = "GET, HEAD, OPTIONS"
CACHE_CONTROL = "public, max-age=300"


def reply(asked: Asked) -> Reply:
    """Return the reply to a request for the schema."""
    if asked.method == "OPTIONS":
        return headers.preflight(asked)
    refused = request_rates.count("OTHER", client=client_address(asked.environ))
    if refused is not None:
        found = Reply(429, refused.text.encode(), list(refused.headers))
        return headers.finish(asked, found, media=MEDIA_TYPE, varies=())
    if asked.method not in {"GET", "HEAD"}:
        return _refused(asked, Code.METHOD_NOT_ALLOWED, "Read the schema with GET.", status=405)
    if not settings.GRAPHQL_SCHEMA_PUBLIC:
        message = "The schema of this API is not public."
        return _refused(asked, Code.SCHEMA_NOT_PUBLIC, message, status=403)
    body, encoding, etag = _form("gzip" if accepts_gzip(asked.header("accept-encoding")) else "")
    found = Reply(200, body, [("ETag", etag), ("Cache-Control", CACHE_CONTROL)])
    if _has(asked.header("if-none-match"), etag):
        found.status, found.body = 304, b""
    elif encoding:
        found.headers.append(("Content-Encoding", encoding))
    return headers.finish(asked, found, media=MEDIA_TYPE, varies=("Accept-Encoding",))


def _refused(asked: Asked, code: Code, message: str, *, status: int) -> Reply:
    refused = Refused(code, message, status=status)
    found = Reply(status, orjson.dumps({"errors": refused.errors}))
    if status == 405:
        found.headers.append(("Allow", ALLOW))
    return headers.finish(asked, found, media=JSON, varies=())


@cache
def _form(accept_encoding: str) -> tuple[bytes, str, str]:
    """Return the schema in an encoding, the encoding's name and the entity tag of just these bytes."""
    body, encoding = compressed(sdl().encode(), accept_encoding)
    return body, encoding, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _has(if_none_match: str, etag: str) -> bool:
    """Say whether a client has what it would be sent.

    Source: RFC 9110 section 13.1.2; the comparison is weak.
    """
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag in tags
