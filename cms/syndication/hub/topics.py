"""Say which addresses can be subscribed to, and what each has to say at this instant.

A topic is a feed of this installation under its own name. It is answered by the same view that answers
a reader, so that what is distributed is byte for byte what a reader would get.
"""

import hashlib
import io
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpResponse
from django.urls import resolve

FEEDS = "/feeds/"
TOPIC_CHARACTERS_MAX = 500
_SELF = re.compile(r"<([^>]*)>\s*;[^,]*\brel=\"?self\"?")


class TopicRefused(Exception):
    """Say in a sentence why an address is no topic of this hub."""


class TopicUnavailable(Exception):
    """Say that a feed cannot be read at the moment."""


@dataclass(frozen=True, slots=True)
class Content:
    """Hold what a feed answers."""

    body: bytes
    content_type: str

    @property
    def digest(self) -> str:
        """Return what differs when the bytes do."""
        return hashlib.blake2b(self.body, digest_size=16).hexdigest()


def base_url() -> str:
    """Return the address under which the feeds are found."""
    return str(settings.FILES_BASE_URL)


def check_topic(topic: str) -> None:
    """Do nothing when an address may be one of a feed here; nothing is read.

    Raises: TopicRefused.
    """
    wanted = f"{base_url()}{FEEDS}"
    if not topic.startswith(wanted) or "#" in topic or len(topic) > TOPIC_CHARACTERS_MAX:
        raise TopicRefused(
            f"hub.topic must be the address of a feed of this site: it starts with {wanted}, has no"
            f" part behind # and at most {TOPIC_CHARACTERS_MAX} characters."
        )
    if "after" in parse_qs(urlsplit(topic).query, keep_blank_values=True):
        raise TopicRefused(
            "hub.topic must be a whole feed, not a later page of one: without `after`."
        )


def content_of(topic: str) -> Content:
    """Return what a feed says now.

    Raises: TopicRefused when there is no such feed, or it goes by another address; TopicUnavailable.
    """
    check_topic(topic)
    response = _answer(topic)
    if response.status_code >= 500:
        raise TopicUnavailable(f"The feed answers {response.status_code}.")
    if response.status_code != 200:
        raise TopicRefused(
            f"hub.topic leads to no feed: asked for it, this site answers {response.status_code}."
        )
    own = _SELF.search(response.headers.get("Link", ""))
    if own is not None and own[1] != topic:
        raise TopicRefused(f"The feed at hub.topic calls itself {own[1]}: subscribe to that.")
    return Content(response.content, response.headers["Content-Type"])


def _answer(topic: str) -> HttpResponse:
    parts = urlsplit(topic)
    path = unquote(parts.path)
    if not path.startswith(FEEDS):
        raise TopicRefused("hub.topic leads to no feed of this site.")
    request = _request(parts.netloc, path, parts.query)
    try:
        match = resolve(path)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except Http404:
        raise TopicRefused("hub.topic leads to no feed of this site.") from None
    return response


def _request(host: str, path: str, query: str) -> WSGIRequest:
    """Return a reader's anonymous request."""
    return WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "HTTP_HOST": host,
            "SERVER_NAME": host.partition(":")[0],
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": urlsplit(base_url()).scheme,
            "wsgi.input": io.BytesIO(),
        }
    )
