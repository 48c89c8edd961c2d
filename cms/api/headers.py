"""Say in headers how a reply may be used: by whom, for how long, in which form."""

from django.conf import settings

from cms.api.exchange import METHODS, Asked, Headers, Reply
from cms.api.negotiate import COMPRESS_FROM_BYTES, JSON, compressed, media_type
from cms.api.protection import protection

RETRY_SECONDS = "5"
ALLOW = ", ".join((*METHODS, "OPTIONS"))
# How long a browser remembers what it may send; browsers have limits of their own below a day.
PREFLIGHT_SECONDS = "86400"
EXPOSED = "Age, ETag, Retry-After, X-Request-Id"
# What libraries of frontends send without being asked to.
SENT = (
    "Accept, Content-Type, If-None-Match, X-Request-Id, Traceparent, GraphQL-Client-Name, "
    "GraphQL-Client-Version, Apollographql-Client-Name, Apollographql-Client-Version, "
    "Apollo-Require-Preflight, X-Apollo-Operation-Name"
)


def finish(
    asked: Asked, reply: Reply, *, media: str = "", varies: tuple[str, ...] = ("Accept",)
) -> Reply:
    """Return a reply with every header it needs, in the encoding that the client wants.

    Shape: `varies` names the headers of requests that decide the reply, beside those looked at here; a
           reply that has a `Content-Encoding` already stays in it.
    """
    headers, names = reply.headers, {name for name, _value in reply.headers}
    vary = list(varies)
    if reply.body:
        media = media or media_type(asked.header("accept")) or JSON
        headers.append(("Content-Type", f"{media}; charset=utf-8"))
        if "Content-Encoding" not in names and len(reply.body) >= COMPRESS_FROM_BYTES:
            vary += [name for name in ("Accept-Encoding",) if name not in vary]
            reply.body, encoding = compress(asked, reply.body)
            if encoding:
                headers.append(("Content-Encoding", encoding))
        headers.append(("Content-Length", str(len(reply.body))))
    _share(asked, headers, vary)
    if vary:
        headers.append(("Vary", ", ".join(vary)))
    headers += protection(asked.environ)
    if "Cache-Control" not in names:
        headers.append(("Cache-Control", "no-store"))
    if reply.status == 405 and "Allow" not in names:
        headers.append(("Allow", ALLOW))
    if reply.status == 401:
        headers.append(("WWW-Authenticate", "Bearer"))
    if reply.status == 503 and "Retry-After" not in names:
        headers.append(("Retry-After", RETRY_SECONDS))
    return reply


def compress(asked: Asked, body: bytes) -> tuple[bytes, str]:
    """Return a body as the client wants it, and its content coding; empty where it stays as it is."""
    return compressed(body, asked.header("accept-encoding"))


def preflight(asked: Asked) -> Reply:
    """Return the reply to a browser that asks what it may send."""
    allowed = [
        ("Allow", ALLOW),
        ("Access-Control-Allow-Headers", SENT),
        ("Access-Control-Allow-Methods", ALLOW),
        ("Access-Control-Max-Age", PREFLIGHT_SECONDS),
    ]
    headers: Headers = [*allowed, ("Cache-Control", "no-store"), *protection(asked.environ)]
    varies: list[str] = []
    _share(asked, headers, varies)
    if varies:
        headers.append(("Vary", ", ".join(varies)))
    return Reply(204, headers=headers)


def _share(asked: Asked, headers: Headers, varies: list[str]) -> None:
    """Let pages of other origins read the reply, without whatever the browser knows of its user."""
    origins = settings.GRAPHQL_CORS_ORIGINS
    if "*" in origins:
        headers.append(("Access-Control-Allow-Origin", "*"))
    else:
        varies.append("Origin")
        origin = asked.header("origin")
        if origin not in origins:
            return
        headers.append(("Access-Control-Allow-Origin", origin))
    headers.append(("Access-Control-Expose-Headers", EXPOSED))
