"""Answer GraphQL before Django's request cycle; hand everything else to Django.

A request that names its asker, that comes under a host which is not ours or that has to be sent to https
first is handed on as well: Django answers these as it answers them for any address.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from cms.api import pipeline, sdl
from cms.api.cache.doorway import doorway
from cms.api.exchange import Asked, Headers, Reply
from cms.api.held import connection_of_thread

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_HOST_MAX_CHARACTERS = 255


class Front:
    """Be the WSGI application of the server."""

    def __init__(self, django: Application) -> None:
        self.django = django
        self.pages: dict[str, Callable[[Asked], Reply]] = {
            "/graphql": pipeline.reply,
            "/graphql/schema.graphql": sdl.reply,
        }

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        page = self.pages.get(environ.get("PATH_INFO", ""))
        if page is None or environ.get("HTTP_AUTHORIZATION") or not _is_for_front(environ):
            return self.django(environ, start_response)
        protection = _protection(is_secure=_is_secure(environ))
        first = doorway()
        ready = first.find(environ) if first is not None else None
        if ready is not None:
            return ready.send(environ, start_response, protection)
        with connection_of_thread():
            reply = page(Asked(environ))
        reply.headers.extend(protection)
        start_response(reply.status_line, reply.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [reply.body]


def _is_for_front(environ: dict[str, Any]) -> bool:
    """Say whether Django would let a request through to its view."""
    host = environ.get("HTTP_HOST", "")
    if settings.SECURE_SSL_REDIRECT and not _is_secure(environ):
        return False
    return len(host) <= _HOST_MAX_CHARACTERS and _is_ours(host, tuple(settings.ALLOWED_HOSTS))


@lru_cache(maxsize=256)
def _is_ours(host: str, allowed: tuple[str, ...]) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def _is_secure(environ: dict[str, Any]) -> bool:
    """Say whether a request came by https, by the word of the proxy that is trusted to say so."""
    trusted: tuple[str, str] | None = settings.SECURE_PROXY_SSL_HEADER
    said: str | None = environ.get(trusted[0]) if trusted else None
    if trusted and said is not None:
        return said.split(",", 1)[0].strip() == trusted[1]
    return bool(environ.get("wsgi.url_scheme") == "https")


def _protection(*, is_secure: bool) -> Headers:
    """Return the headers that Django's security middleware adds to every answer."""
    found: Headers = [("X-Frame-Options", settings.X_FRAME_OPTIONS)]
    if settings.SECURE_CONTENT_TYPE_NOSNIFF:
        found.append(("X-Content-Type-Options", "nosniff"))
    if settings.SECURE_REFERRER_POLICY:
        found.append(("Referrer-Policy", settings.SECURE_REFERRER_POLICY))
    if settings.SECURE_CROSS_ORIGIN_OPENER_POLICY:
        policy = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
        found.append(("Cross-Origin-Opener-Policy", policy))
    if settings.SECURE_HSTS_SECONDS and is_secure:
        found.append(("Strict-Transport-Security", _hsts()))
    return found


def _hsts() -> str:
    value = f"max-age={settings.SECURE_HSTS_SECONDS}"
    if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        value += "; includeSubDomains"
    return f"{value}; preload" if settings.SECURE_HSTS_PRELOAD else value
