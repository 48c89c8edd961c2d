"""Serve `GET /feeds/{subject}.{form}`; the same bytes for everybody.

An answer is kept under the content clock, so asking again costs one statement until something changes.
"""

import datetime as dt
import hashlib
import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from cms.http_methods import READING, public_methods
from cms.publishing.asker import AskerRefused, context_of
from cms.publishing.reading.context import ReadContext
from cms.publishing.subjects import subjects
from cms.syndication.feeds.asked import Asked, asked_of
from cms.syndication.feeds.atom import write_atom
from cms.syndication.feeds.document import MEDIA_TYPES, Feed, feed_address, hub_url, make_feed
from cms.syndication.feeds.json_feed import write_json
from cms.syndication.feeds.reading import read_page
from cms.syndication.feeds.rss import write_rss
from cms.syndication.keys import keep_private, refusal
from cms.syndication.parameters import BadParameter, refused
from cms.syndication.scoped import conditions, scoped
from cms.syndication.stream import StreamFilter

WRITERS: dict[str, Callable[[Feed], bytes]] = {
    "rss": write_rss,
    "atom": write_atom,
    "json": write_json,
}
# How long an answer is kept that nobody asks for any more.
KEPT_SECONDS = 600


class Written(NamedTuple):
    """Hold an answer and until when it is true while the content clock stands still."""

    body: bytes
    etag: str
    next_url: str | None
    moved_at: dt.datetime | None
    holds_until: dt.datetime | None


@public_methods(*READING)
def feed(request: HttpRequest, subject: str, form: str) -> HttpResponse:
    """Answer a page of a feed; a refusal says in JSON what is wrong."""
    found = subjects().get(subject)
    if found is None or form not in WRITERS:
        message = f"Feeds are {', '.join(subjects())}, each as {', '.join(WRITERS)}."
        return refused("NOT_FOUND", message, status=404)
    try:
        context = context_of(request)
        asked = _scoped(asked_of(found, request, context), context, form=form)
        written = _kept(asked, context, form=form)
    except BadParameter as error:
        return refused("BAD_REQUEST", str(error))
    except AskerRefused as error:
        return refusal(error)
    except (InterfaceError, OperationalError):
        message = "The content is not reachable at the moment. Try again in a few seconds."
        response = refused("SERVICE_UNAVAILABLE", message, status=503)
        response["Retry-After"] = "5"
        return response
    answer = _answer(request, written, asked, form=form, now=context.now)
    patch_vary_headers(answer, ["Authorization"])
    if context.asker is not None:
        keep_private(answer)
    return answer


def _scoped(asked: Asked, context: ReadContext, *, form: str) -> Asked:
    """Return what is asked for, less what the key of whoever asks may not see.

    Raises: AskerRefused.
    """
    whole = StreamFilter(types=asked.subject.types, locales=(asked.language,))
    part = scoped(context, whole, feed=form)
    return replace(
        asked, subject=replace(asked.subject, types=part.types), further=conditions(part)
    )


def _kept(asked: Asked, context: ReadContext, *, form: str) -> Written:
    """Return the answer that is kept for this clock, or write it.

    Raises: BadParameter for a value that never was public.
    """
    address = feed_address(asked.subject.name, form=form, query=asked.query(asked.after))
    scope = f"{asked.subject.types} {asked.further}"
    mark = f"{context.epoch} {context.clock} {asked.site.base_url} {address} {scope}"
    key = f"feed.{hashlib.blake2b(mark.encode(), digest_size=16).hexdigest()}"
    if (found := cache.get(key)) is not None:
        kept = Written(*found)
        if kept.holds_until is None or context.now < kept.holds_until:
            return kept
    written = _write(asked, context, form=form)
    # As a plain tuple, which another version of this program can read or leave.
    cache.set(key, tuple(written), KEPT_SECONDS)
    return written


def _write(asked: Asked, context: ReadContext, *, form: str) -> Written:
    found = read_page(context, asked)
    asked.refuse_unknown(found.known)
    page = make_feed(asked, found, context, form=form)
    body = WRITERS[form](page)
    etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    return Written(body, etag, page.next_url, found.moved_at, found.holds_until)


def _answer(
    request: HttpRequest, written: Written, asked: Asked, *, form: str, now: dt.datetime
) -> HttpResponse:
    response = HttpResponse(written.body, content_type=f"{MEDIA_TYPES[form]}; charset=utf-8")
    own = feed_address(asked.subject.name, form=form, query=asked.query(asked.after))
    links = [(own, "self"), (hub_url(), "hub")]
    if written.next_url:
        links.append((written.next_url, "next"))
    modified = _last_modified(written.moved_at, now=now)
    response["Link"] = ", ".join(f'<{address}>; rel="{rel}"' for address, rel in links)
    response["ETag"] = written.etag
    # May be kept, but has to be asked for again each time: a withdrawal counts at once.
    response["Cache-Control"] = "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    answer = get_conditional_response(
        request, etag=written.etag, last_modified=modified, response=response
    )
    assert isinstance(answer, HttpResponse)
    return answer


def _last_modified(moment: dt.datetime | None, *, now: dt.datetime) -> int | None:
    """Return the second from which on this answer is given; None until it has come.

    A change may follow another one within the same second, and readers throw away an answer that is
    dated like the one they have, whatever its ETag. So two answers never have the same date.
    """
    if moment is None:
        return None
    following = math.floor(moment.timestamp()) + 1
    return following if following <= now.timestamp() else None
