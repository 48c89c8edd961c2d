"""Say in headers for how long a reply stays true, what it depends on, and whether the client has it.

Source: RFC 9110 (ETag, If-None-Match), RFC 9111 and 5861 (Cache-Control), docs/adr/0046-answer-cache.md.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from cms.api.exchange import Asked, Headers, Reply

STORABLE = frozenset({"GET", "HEAD"})
# A reply that says "you have it" says these again (RFC 9110, 15.4.5), and who may read it.
KEPT_WITHOUT_BODY = frozenset(
    {"cache-control", "etag", "vary", "surrogate-key", "cache-tag", "age"}
)
SEPARATORS = {"surrogate-key": " "}


@dataclass(frozen=True, slots=True)
class Truth:
    """Hold how long an answer is true, and what it depends on.

    Shape: `is_stored` when it was not worked out just now.
    Units: `ends_at` in seconds of the epoch of UNIX, infinite when nothing that is known ends it.
    """

    ends_at: float
    tags: Sequence[str]
    is_stored: bool


def lifetimes(ends_at: float, *, now: float) -> tuple[int, int, int]:
    """Return how long browsers, caches that many share, and stale copies of these may be used.

    Shape: never beyond the end, also a stale copy.
    Units: seconds.
    """
    left = max(0.0, ends_at - now)
    own: int = settings.ANSWER_MAX_AGE_SECONDS
    shared: int = settings.ANSWER_SHARED_MAX_AGE_SECONDS
    stale: int = settings.ANSWER_STALE_SECONDS
    own, shared = (int(min(seconds, left)) for seconds in (own, shared))
    return own, shared, int(min(stale, left - max(own, shared)))


def cache_control(ends_at: float, *, now: float) -> str:
    """Return the `Cache-Control` of an answer that is anybody's."""
    own, shared, stale = lifetimes(ends_at, now=now)
    more = f", stale-while-revalidate={stale}" if stale else ""
    return f"public, max-age={own}, s-maxage={shared}{more}"


def longest() -> int:
    """Return for how long a copy may be used at the most."""
    own, shared, stale = lifetimes(float("inf"), now=0.0)
    return max(own, shared) + stale


def mark(asked: Asked, reply: Reply, truth: Truth | None, *, now: float) -> Reply:
    """Add to a reply how it may be kept; without a `truth` nobody may keep it.

    Answers to POST are not: caches on the way do not keep them, and hardly anything could say when
    they may be used again.
    """
    reply.headers = [pair for pair in reply.headers if pair[0].lower() != "cache-control"]
    if truth is None or asked.method not in STORABLE or reply.status != 200:
        reply.headers.append(("Cache-Control", "no-store"))
        return reply
    reply.headers += [
        ("Cache-Control", cache_control(truth.ends_at, now=now)),
        ("ETag", entity_tag(reply)),
        *tag_headers(truth.tags),
    ]
    if truth.is_stored:
        # Its moment of the content clock was read less than a second ago: it was validated then.
        reply.headers.append(("Age", "0"))
    return reply


def entity_tag(reply: Reply) -> str:
    """Return the strong tag of a representation: another one for another coding or media type."""
    digest = hashlib.blake2b(reply.body, digest_size=12)
    for name in ("Content-Type", "Content-Encoding"):
        digest.update(f"\n{header_of(reply.headers, name)}".encode())
    return f'"{base64.urlsafe_b64encode(digest.digest()).decode()}"'


def tag_headers(tags: Sequence[str]) -> Headers:
    """Return the headers that say what an answer depends on, by the names of the settings."""
    names: list[str] = settings.ANSWER_TAG_HEADERS
    return [(name, SEPARATORS.get(name.lower(), ",").join(tags)) for name in names if tags]


def header_of(headers: Headers, name: str) -> str:
    """Return a header of a reply, empty when it is not there."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), "")


def is_known(if_none_match: str, tag: str) -> bool:
    """Say whether the client has a representation already, by weak comparison."""
    if not tag or not if_none_match:
        return False
    named = (one.strip().removeprefix("W/") for one in if_none_match.split(","))
    return if_none_match.strip() == "*" or tag in named


def without_body(headers: Headers) -> Headers:
    """Return the headers of the reply that says "you have it"."""
    return [
        (name, value)
        for name, value in headers
        if name.lower() in KEPT_WITHOUT_BODY or name.lower().startswith("access-control-")
    ]


def conditional(asked: Asked, reply: Reply) -> Reply:
    """Return a reply, or 304 when the client has the representation."""
    known = is_known(asked.header("if-none-match"), header_of(reply.headers, "ETag"))
    if not known or reply.status != 200 or asked.method not in STORABLE:
        return reply
    return Reply(304, headers=without_body(reply.headers))
