"""Bound how often one client may ask at each public surface but GraphQL, whose requests have a cost.

Each client has a bucket for each surface. A key has buckets of its own once it is known to hold; a
client that makes keys up counts by its address.
"""

import hashlib
import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse

from cms.client_addresses import client_address
from cms.publishing.asker import AskerRefused, context_of
from cms.rate_buckets import Buckets, Rule, Taken, rule_of_minute

SURFACES = (
    ("/sync", "SYNC"),
    ("/feeds/", "FEEDS"),
    ("/calendar.ics", "CALENDAR"),
    ("/calls.ics", "CALENDAR"),
    ("/events/", "CALENDAR"),
    ("/sitemap", "SITEMAP"),
    ("/oai", "OAI"),
    ("/files/", "FILES"),
    ("/hub", "HUB"),
)
# Forms with which strangers could guess a password, or have mails sent.
LOG_IN = (
    "/admin/login/",
    "/admin/password_reset/",
    "/admin/account/",
    "/documents/authenticate_with_password/",
)
STRANGERS_PAGES = ("/admin/login/", "/admin/password_reset/")
ADMIN = ("/admin/", "/documents/")
# Supervisors must not be refused for what others ask; GraphQL and its schema count by themselves.
NOT_COUNTED = frozenset({"/healthz", "/readyz", "/graphql", "/graphql/schema.graphql"})
KEYS_MAX = 1_000
KEY_HOLDS_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class TooOften:
    """Hold what a client is told that has asked too often."""

    text: str
    headers: tuple[tuple[str, str], ...]


def refusal_of(request: HttpRequest) -> HttpResponse | None:
    """Count a request, and return the answer to it when its client has asked too often."""
    surface = surface_of(request.path_info, method=request.method or "")
    if rule_of(surface) is None:
        return None
    refused = count(surface, client=_client(request))
    if refused is None:
        return None
    response = HttpResponse(refused.text, status=429, content_type="text/plain; charset=utf-8")
    for name, value in refused.headers:
        response[name] = value
    response["Cache-Control"] = "no-store"
    if surface not in {"LOG_IN", "ADMIN"}:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Retry-After"
    return response


def count(surface: str, *, client: str) -> TooOften | None:
    """Count a request of a client at a surface; return what it is told when it has to wait."""
    rule = rule_of(surface)
    if rule is None:
        return None
    taken = _buckets().take(f"{surface}:{client}", 1, rule)
    return None if taken.is_granted else _too_often(taken, rule)


def surface_of(path: str, *, method: str) -> str:
    """Return the surface of an address; empty for one that is not counted."""
    if path in NOT_COUNTED:
        return ""
    if method == "POST" and path.startswith(LOG_IN):
        return "LOG_IN"
    for beginning, surface in SURFACES:
        if path.startswith(beginning):
            return surface
    is_admin = path.startswith(ADMIN) and not path.startswith(STRANGERS_PAGES)
    return "ADMIN" if is_admin else "OTHER"


def rule_of(surface: str) -> Rule | None:
    """Return how fast the buckets of a surface fill; None where there is no limit."""
    return rule_of_minute(settings.REQUEST_RATES.get(surface, 0))


def _too_often(taken: Taken, rule: Rule) -> TooOften:
    wait = max(1, math.ceil(taken.wait_seconds))
    window = math.ceil(rule.burst / rule.per_second)
    return TooOften(
        f"You have asked too often in a short time. Try again in {wait} seconds.\n",
        (
            ("Retry-After", str(wait)),
            ("RateLimit-Policy", f'"requests";q={rule.burst};w={window}'),
            ("RateLimit", f'"requests";r={max(0, int(taken.left))};t={wait}'),
        ),
    )


def _client(request: HttpRequest) -> str:
    sent = request.META.get("HTTP_AUTHORIZATION")
    if sent:
        key = hashlib.blake2b(sent.encode(errors="replace"), digest_size=12).hexdigest()
        if KEYS.holds(key, request):
            return f"key {key}"
    return client_address(request.META)


class HeldKeys:
    """Remember for a minute which keys hold, so that they are not looked up twice in each request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def holds(self, key: str, request: HttpRequest) -> bool:
        """Say whether the key of a request is one that we gave out."""
        if self._until.get(key, 0.0) > time.monotonic():
            return True
        try:
            is_ours = context_of(request).asker is not None
        except (AskerRefused, Error):
            return False
        if is_ours:
            with self._lock:
                self._until[key] = time.monotonic() + KEY_HOLDS_SECONDS
                if len(self._until) > KEYS_MAX:
                    self._until.popitem(last=False)
        return is_ours


KEYS = HeldKeys()


@cache
def _buckets() -> Buckets:
    return Buckets("request")
