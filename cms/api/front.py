"""Answer GraphQL before Django's request cycle; hand everything else to Django.

A request that names its asker goes to Django as well, whose view answers it the same way.
"""

from collections.abc import Callable, Iterable
from typing import Any

from cms.api import pipeline
from cms.api.cache.doorway import doorway
from cms.api.exchange import Asked

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
PATHS = frozenset({"/graphql"})


class Front:
    """Be the WSGI application of the server."""

    def __init__(self, django: Application) -> None:
        self.django = django

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO") not in PATHS or environ.get("HTTP_AUTHORIZATION"):
            return self.django(environ, start_response)
        first = doorway()
        ready = first.find(environ) if first is not None else None
        if ready is not None:
            return ready.send(environ, start_response)
        reply = pipeline.reply(Asked(environ))
        pipeline.let_go()
        start_response(reply.status_line, reply.headers)
        return [reply.body]
