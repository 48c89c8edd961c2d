"""Say in headers how a reply may be used: by whom, for how long, in which form."""

from cms.api.exchange import Asked, Headers, Reply

RETRY_SECONDS = "5"


def finish(asked: Asked, reply: Reply, *, media_type: str = "application/json") -> Reply:
    """Return a reply with every header it needs."""
    headers: Headers = reply.headers
    if reply.body:
        headers.append(("Content-Type", media_type))
        headers.append(("Content-Length", str(len(reply.body))))
    headers.append(("Access-Control-Allow-Origin", "*"))
    headers.append(("Cache-Control", "no-store"))
    if reply.status == 405:
        headers.append(("Allow", "POST, OPTIONS"))
    if reply.status == 401:
        headers.append(("WWW-Authenticate", "Bearer"))
    if reply.status == 503:
        headers.append(("Retry-After", RETRY_SECONDS))
    return reply


def preflight(asked: Asked) -> Reply:
    """Return the reply to a browser that asks what it may send."""
    allowed = [
        ("Access-Control-Allow-Headers", "Content-Type, Accept"),
        ("Access-Control-Allow-Methods", "POST, OPTIONS"),
    ]
    return finish(asked, Reply(204, headers=allowed))
