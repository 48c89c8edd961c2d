"""Know a portal by its key, and narrow what it asks for to what it may see.

A key never shows more than what is public: it says who asks, and leaves things out. Only its digest is
stored; a key has 256 random bits, so that looking its digest up says nothing about any other key.
"""

import datetime as dt
import hashlib
import hmac
import logging
import re
import secrets
from dataclasses import asdict, replace

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from cms.publishing.asker import Acquaintance, AskerRefused, know_by
from cms.publishing.reading.context import ReadContext
from cms.syndication.models import Portal, PortalKey
from cms.syndication.stream import ChangesAfter, StreamFilter
from cms.syndication.webhooks import scope

logger = logging.getLogger(__name__)

PREFIX = "ict_"
RANDOM_BYTES = 32
# So much of a key stays readable, for people to tell their keys apart.
SHOWN = 12
USED_AT_MOST_EVERY = dt.timedelta(minutes=1)
REALM = 'Bearer realm="syndication"'
# Source: RFC 9110, 11.4, and the characters of 5.6.2.
CREDENTIALS = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+ +[\x21-\x7e][\x20-\x7e]*")


def connect() -> None:
    """Let every way of reading know portals by their keys."""
    know_by(Acquaintance(find=portal_of, note=note_pulls))


# Making and revoking


def digest_of(key: str) -> str:
    """Return what is stored of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def make_key(portal: Portal) -> tuple[str, PortalKey]:
    """Make a key for a portal; this is the only moment at which it can be read."""
    text = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    stored = PortalKey.objects.create(portal=portal, prefix=text[:SHOWN], digest=digest_of(text))
    return text, stored


def revoke_key(key: PortalKey, *, now: dt.datetime) -> None:
    """Let a key count no longer; the instant of its first revocation stays."""
    PortalKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


# Reading


def portal_of(request: HttpRequest) -> Portal | None:
    """Return the portal whose key a request carries; None for a request without a key.

    Shape:  the portal's rows are looked up in the authoring database, which a request without a key
            does not touch.
    Raises: AskerRefused, with status 401, for a key that is unknown or revoked, or of a paused portal,
            and for a header that holds no credentials: its sender means to be known.
    """
    sent = request.headers.get("authorization")
    if sent is None:
        return None
    # The server passes on an empty header in place of one that it cannot decode.
    if not CREDENTIALS.fullmatch(sent.strip(" \t")):
        raise _not_accepted(
            "The Authorization header is malformed. Send “Bearer”, a space and the key."
        )
    scheme, _space, token = sent.strip(" \t").partition(" ")
    # Whatever else stands in that header is for somebody else: a proxy's password, for instance.
    if scheme.lower() != "bearer":
        return None
    key = _key_for(token.strip())
    if key is None:
        raise _not_accepted("This key is not known here. Ask for a new one.")
    if key.revoked_at is not None:
        raise _not_accepted("This key was revoked. Ask for a new one.")
    if not key.portal.is_active:
        raise _not_accepted("This portal is paused. Ask whoever manages it here.")
    _note_use(key, now=timezone.now())
    return key.portal


def _not_accepted(message: str) -> AskerRefused:
    return AskerRefused(401, code="KEY_REFUSED", message=message)


def _key_for(token: str) -> PortalKey | None:
    if not token.startswith(PREFIX) or not token.isascii():
        return None
    digest = digest_of(token)
    key = PortalKey.objects.select_related("portal").filter(digest=digest).first()
    return key if key is not None and hmac.compare_digest(key.digest, digest) else None


def _note_use(key: PortalKey, *, now: dt.datetime) -> None:
    """Write when a key was used, at most once a minute; the answer does not depend on it."""
    if key.last_used_at is not None and now - key.last_used_at < USED_AT_MOST_EVERY:
        return
    try:
        with transaction.atomic():
            PortalKey.objects.filter(pk=key.pk).update(last_used_at=now)
    except DatabaseError as error:
        logger.warning("the use of a key was not noted: %s", type(error).__name__)


# Narrowing


def narrowed(request: HttpRequest, asked: StreamFilter) -> tuple[StreamFilter, Portal | None]:
    """Return what a request asks for, less what its key may not see, and whose key it is.

    Shape:  never wider than what is asked for, and the same without a key.
    Raises: AskerRefused: 401 for a key that does not hold, 403 when nothing of a part is left.
    """
    portal = portal_of(request)
    return (asked if portal is None else narrow(asked, scope(portal))), portal


def narrow(asked: StreamFilter, allowed: StreamFilter) -> StreamFilter:
    """Return the part of what is asked for that lies within a scope.

    Raises: AskerRefused, with status 403, naming the part of which nothing is left.
    """
    parts = asdict(allowed)
    return replace(
        asked, **{name: _common(name, getattr(asked, name), parts[name]) for name in parts}
    )


def _common(name: str, asked: tuple[str, ...], allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of one part that are in both; an empty part is all there is."""
    if not asked or not allowed:
        return asked or allowed
    common = tuple(value for value in asked if value in allowed)
    if not common:
        # An empty part would ask for everything.
        message = f"This key may see {', '.join(allowed)} among `{name}`, and nothing else."
        raise AskerRefused(403, code="OUTSIDE_SCOPE", message=message)
    return common


def refuse_feed(portal: Portal | None, *, feed: str) -> None:
    """Do nothing when a portal may read a feed; nobody is refused without a key.

    Raises: AskerRefused, with status 403.
    """
    if portal is not None and portal.feeds and feed not in portal.feeds:
        message = f"This key may read {', '.join(portal.feeds)}, not {feed}."
        raise AskerRefused(403, code="OUTSIDE_SCOPE", message=message)


def note_pulls(context: ReadContext) -> None:
    """Note how far a portal has read: whoever sends a cursor has what came before it."""
    for load, found in context.results.items():
        if isinstance(load, ChangesAfter) and load.after is not None:
            confirm_pull(context.asker, position=found.since, asked=load.wanted, now=context.now)


def confirm_pull(portal: Portal, *, position: int, asked: StreamFilter, now: dt.datetime) -> None:
    """Write how far a portal has read; the answer does not depend on it.

    Shape: counts only when `asked` is all that the portal may see, for a portal that reads one topic
           has not seen the rest. A position never goes back.
    """
    if asked.digest != scope(portal).digest:
        return
    try:
        with transaction.atomic():
            Portal.objects.filter(pk=portal.pk, pulled_position__lt=position).update(
                pulled_position=position
            )
            Portal.objects.filter(pk=portal.pk).update(pulled_at=now)
    except DatabaseError as error:
        logger.warning("a pull was not noted: %s", type(error).__name__)


# Answering


def refusal(refused: AskerRefused) -> JsonResponse:
    """Return the answer to a keyed request that is refused."""
    body = {"error": {"code": refused.code, "message": refused.message}}
    response = JsonResponse(body, status=refused.status)
    if refused.status == 401:
        response["WWW-Authenticate"] = f'{REALM}, error="invalid_token"'
    keep_private(response)
    return response


def keep_private(response: HttpResponseBase) -> None:
    """Keep the answer to a keyed request out of every cache, and apart from everybody's."""
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Authorization"])
