"""Protect replies and their readers with the headers that Django's middleware adds to its answers.

What is answered before Django's request cycle gets them here; where Django's middleware comes later, it
leaves them as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from cms.api.exchange import Headers
from cms.api.once import once_for


@dataclass(frozen=True, slots=True)
class Rules:
    """Hold the settings that every request is judged by: reading one costs more than using it."""

    hosts: tuple[str, ...]
    redirects_to_https: bool
    trusted: tuple[str, str] | None


@once_for("ALLOWED_HOSTS", "SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER")
def rules() -> Rules:
    """Return the settings as they are."""
    return Rules(
        tuple(settings.ALLOWED_HOSTS),
        settings.SECURE_SSL_REDIRECT,
        settings.SECURE_PROXY_SSL_HEADER,
    )


def is_secure(environ: Mapping[str, Any]) -> bool:
    """Say whether a request came by https, by the word of the proxy that is trusted to say so."""
    trusted = rules().trusted
    said: str | None = environ.get(trusted[0]) if trusted else None
    if trusted and said is not None:
        return said.split(",", 1)[0].strip() == trusted[1]
    return bool(environ.get("wsgi.url_scheme") == "https")


def protection(environ: Mapping[str, Any]) -> Headers:
    """Return the headers that go with every reply to a request."""
    found: Headers = [("X-Frame-Options", settings.X_FRAME_OPTIONS)]
    if settings.SECURE_CONTENT_TYPE_NOSNIFF:
        found.append(("X-Content-Type-Options", "nosniff"))
    if settings.SECURE_REFERRER_POLICY:
        found.append(("Referrer-Policy", settings.SECURE_REFERRER_POLICY))
    if settings.SECURE_CROSS_ORIGIN_OPENER_POLICY:
        policy = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
        found.append(("Cross-Origin-Opener-Policy", policy))
    if settings.SECURE_HSTS_SECONDS and is_secure(environ):
        found.append(("Strict-Transport-Security", _hsts()))
    return found


def _hsts() -> str:
    value = f"max-age={settings.SECURE_HSTS_SECONDS}"
    if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        value += "; includeSubDomains"
    return f"{value}; preload" if settings.SECURE_HSTS_PRELOAD else value
