"""Answer GraphQL before Django's request cycle; hand everything else to Django.

A request that names its asker, that comes under a host which is not ours or that has to be sent to https
first is handed on as well: Django answers these as it answers them for any address.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from cms.api import documents, pipeline, sdl
from cms.api.cache.doorway import doorway
from cms.api.exchange import Asked, Reply
from cms.api.protection import is_secure, rules

_HOST_MAX_CHARACTERS = 255


class Front:
    """Be the WSGI application of the server."""

    def __init__(self, django: WSGIApplication) -> None:
        self.django = django
        # Read once, before anybody asks; a file that is broken stops the server here.
        documents.trusted(settings.GRAPHQL_DOCUMENTS_FILE)
        self.pages: dict[str, Callable[[Asked], Reply]] = {
            "/graphql": pipeline.reply,
            "/graphql/schema.graphql": sdl.reply,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        page = self.pages.get(environ.get("PATH_INFO", ""))
        if page is None or "HTTP_AUTHORIZATION" in environ or not _is_for_front(environ):
            return self.django(environ, start_response)
        first = doorway()
        ready = first.find(environ) if first is not None else None
        if ready is not None:
            return ready.send(environ, start_response)
        reply = page(Asked(environ))
        start_response(reply.status_line, reply.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [reply.body]


def _is_for_front(environ: WSGIEnvironment) -> bool:
    """Say whether Django would let a request through to its view."""
    host, judged = environ.get("HTTP_HOST", ""), rules()
    if judged.redirects_to_https and not is_secure(environ):
        return False
    return len(host) <= _HOST_MAX_CHARACTERS and _is_ours(host, judged.hosts)


@lru_cache(maxsize=256)
def _is_ours(host: str, allowed: tuple[str, ...]) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)
