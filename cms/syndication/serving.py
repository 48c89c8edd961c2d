"""Answer documents made of published rows: parameters in, conditional answers out.

Every answer is the same for everybody without a key: no cookie is read or set, nothing is written.
"""

import datetime as dt
import functools
import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, cast

import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from cms.content.local_time import local_midnight
from cms.publishing.asker import AskerRefused, context_of
from cms.publishing.reading.context import ReadContext, UnknownSite
from cms.publishing.reading.served import ServedSite
from cms.syndication.keys import keep_private
from cms.syndication.keys import refusal as refused_key
from cms.syndication.parameters import BadParameter

UNREACHABLE = (InterfaceError, OperationalError)
CODES = {
    400: "BAD_REQUEST",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "BODY_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    503: "SERVICE_UNAVAILABLE",
}
READING = ("GET", "HEAD")
# What of a bad value is repeated to whoever sent it.
QUOTED_LENGTH = 60

Rest = ParamSpec("Rest")


@dataclass(frozen=True, slots=True)
class Served:
    """Hold a document.

    Shape: `changed_at` is the last instant at which it may have become another one, None where that
           is not known. `likeness` is what the document's ETag is made of, where the body holds what
           does not matter, such as the time of the answer; the ETag is weak then.
    """

    body: bytes
    content_type: str
    status: int = 200
    changed_at: dt.datetime | None = None
    likeness: bytes | None = None


Maker = Callable[Concatenate[HttpRequest, ReadContext, Rest], Served]
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def served(methods: Collection[str] = READING) -> Callable[[Maker[Rest]], View[Rest]]:
    """Make a view of a function that returns a document; 400 for BadParameter, 405, 503."""

    def decorate(make: Maker[Rest]) -> View[Rest]:
        @functools.wraps(make)
        def view(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
            if request.method not in methods:
                allowed = ", ".join(methods)
                response = _http(request, refusal(f"Use {allowed}.", status=405))
                response["Allow"] = allowed
                return response
            try:
                context = context_of(request)
                document = make(request, context, *args, **kwargs)
            except AskerRefused as error:
                return refused_key(error)
            except BadParameter as error:
                document = refusal(str(error))
            except UNREACHABLE:
                text = "The content is not reachable at the moment. Try again in a few seconds."
                document = refusal(text, status=503)
            response = _http(request, document)
            patch_vary_headers(response, ["Authorization"])
            if "authorization" in request.headers:
                keep_private(response)
            return response

        return cast("View[Rest]", csrf_exempt(view))

    return decorate


def refusal(sentence: str, *, status: int = 400) -> Served:
    """Return the document that says why there is no other: a stable code and a sentence."""
    body = {"error": {"code": CODES[status], "message": sentence}}
    return Served(orjson.dumps(body), "application/json", status=status)


def _http(request: HttpRequest, document: Served) -> HttpResponse:
    response = HttpResponse(
        document.body, content_type=document.content_type, status=document.status
    )
    response["Access-Control-Allow-Origin"] = "*"
    # Whoever keeps a copy asks each time whether it is still true; that is cheap, and a thing that is
    # withdrawn is gone at once.
    response["Cache-Control"] = "public, no-cache" if document.status == 200 else "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    if document.status == 503:
        response["Retry-After"] = "5"
    if document.status != 200 or request.method not in READING:
        return response
    etag = _etag(document)
    response["ETag"] = etag
    modified = _last_modified(document)
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    answer = get_conditional_response(request, etag=etag, last_modified=modified, response=response)
    assert isinstance(answer, HttpResponse)
    return answer


def _etag(document: Served) -> str:
    likeness = document.body if document.likeness is None else document.likeness
    mark = f'"{hashlib.blake2b(likeness, digest_size=12).hexdigest()}"'
    return mark if document.likeness is None else f"W/{mark}"


def _last_modified(document: Served) -> int | None:
    """Return the second of the last change, once no further change can fall into it.

    Source: RFC 9110, 8.8.2.2.
    """
    if document.changed_at is None:
        return None
    second = int(document.changed_at.timestamp())
    return second if dt.datetime.now(dt.UTC).timestamp() >= second + 1 else None


# Parameters


def asked_site(given: Mapping[str, str], context: ReadContext) -> ServedSite:
    """Return the site that is asked for; the default site when none is.

    Raises: BadParameter.
    """
    try:
        return context.site(given.get("site"))
    except UnknownSite as error:
        if "site" not in given:
            raise BadParameter("No default site is public: name one by `site`.") from error
        raise BadParameter(f"`site`: there is no site {_quoted(given['site'])}.") from error


def asked_language(given: Mapping[str, str], site: ServedSite) -> str:
    """Return the language that is asked for, empty when none is.

    Raises: BadParameter for one in which the site is not public.
    """
    code = given.get("language", "")
    if "language" in given and code not in site.languages:
        languages = ", ".join(sorted(site.languages))
        raise BadParameter(
            f"`language`: the site has no language {_quoted(code)}; it has: {languages}."
        )
    return code


def asked_instant(given: Mapping[str, str], name: str, *, is_end: bool) -> dt.datetime | None:
    """Return the instant that a parameter gives; a date means all of that day.

    Units:  a date, or a time without a zone, is of the `TIME_ZONE` setting.
    Raises: BadParameter.
    """
    text = given.get(name)
    if text is None:
        return None
    try:
        if len(text) == len("2026-01-01"):
            day = dt.date.fromisoformat(text)
            return local_midnight(day + dt.timedelta(days=1) if is_end else day)
        # In an address a plus sign stands for a space.
        moment = dt.datetime.fromisoformat(text.replace(" ", "+"))
    except (ValueError, OverflowError) as error:
        raise BadParameter(
            f"`{name}`: {_quoted(text)} is neither a date (2026-03-01) nor an instant"
            " (2026-03-01T12:00:00Z)."
        ) from error
    return moment if moment.tzinfo else local_zone(moment)


def local_zone(moment: dt.datetime) -> dt.datetime:
    """Return a time as the clock shows it where the cluster is."""
    return dt.datetime.combine(moment.date(), moment.time(), local_midnight(moment.date()).tzinfo)


def asked_number(given: Mapping[str, str], name: str) -> int | None:
    """Return a whole number from 1 up.

    Raises: BadParameter.
    """
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0):
        raise BadParameter(f"`{name}`: {_quoted(text)} is not a whole number from 1 up.")
    return int(text)


def _quoted(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
    return f"“{shown[:QUOTED_LENGTH]}”"


def public_address(path: str) -> str:
    """Return the absolute address of a path of this server."""
    return f"{settings.FILES_BASE_URL}{path}"
