"""Answer `POST /hub`: check what is asked, and promise to ask the callback."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict

from cms.client_addresses import client_address
from cms.http_methods import public_methods
from cms.syndication.hub.intake import (
    LEASE_SECONDS_DEFAULT,
    LEASE_SECONDS_MAX,
    LEASE_SECONDS_MIN,
    Asked,
    TooMany,
    take_in,
)
from cms.syndication.hub.topics import TopicRefused, TopicUnavailable, check_topic, content_of
from cms.syndication.models import HubMode
from cms.syndication.public_addresses import AddressRefused, checked_address

BODY_MAX_BYTES = 8 * 1024
FORM = "application/x-www-form-urlencoded"
CALLBACK_CHARACTERS_MAX = 500
SECRET_BYTES_MAX = 199
MODES = (HubMode.SUBSCRIBE, HubMode.UNSUBSCRIBE)
NAMES = ("hub.mode", "hub.topic", "hub.callback", "hub.lease_seconds", "hub.secret")


class Refused(Exception):
    """Say in a sentence what is wrong with a request, and with which status."""

    def __init__(self, words: str, *, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


@public_methods("POST")
def hub(request: HttpRequest) -> HttpResponse:
    """Take in a wish to subscribe or unsubscribe; 202 says that the callback will be asked."""
    try:
        take_in(replace(_asked(_form(request)), client=_client(request)))
    except Refused as error:
        return _words(str(error), status=error.status)
    except TooMany as error:
        return _words(str(error), status=429, retry_after=error.seconds)
    except (TopicUnavailable, InterfaceError, OperationalError):
        text = "The hub cannot look at this at the moment; come again."
        return _words(text, status=503, retry_after=5)
    return _words("Accepted: the callback will be asked whether it wants this.", status=202)


def _client(request: HttpRequest) -> str:
    """Return what stands for the address of a client; the address itself is not kept."""
    address = client_address(request.META).encode()
    return hmac.new(settings.SECRET_KEY.encode(), address, hashlib.sha256).hexdigest()[:32]


def _form(request: HttpRequest) -> Mapping[str, str]:
    """Return the parameters that the hub knows.

    Raises: Refused.
    """
    if request.content_type != FORM:
        raise Refused(f"The request must be sent as {FORM}.", status=415)
    too_big = Refused(f"The request is longer than {BODY_MAX_BYTES} bytes.", status=413)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > BODY_MAX_BYTES:
        raise too_big
    try:
        form: QueryDict = request.POST
    except RequestDataTooBig:
        raise too_big from None
    except (SuspiciousOperation, UnicodeError):
        raise Refused("The form cannot be read.") from None
    twice = next((name for name in NAMES if len(form.getlist(name)) > 1), None)
    if twice:
        raise Refused(f"{twice} stands there twice.")
    return {name: form.get(name, "") for name in NAMES}


def _asked(form: Mapping[str, str]) -> Asked:
    """Return what is asked for.

    Raises: Refused naming the first parameter that cannot be used; TopicUnavailable.
    """
    mode = next((mode for mode in MODES if form["hub.mode"] == mode), None)
    if mode is None:
        raise Refused("hub.mode must be subscribe or unsubscribe.")
    topic = form["hub.topic"]
    callback, host = _callback(form["hub.callback"])
    secret, lease_seconds = _secret(form["hub.secret"]), _lease(form["hub.lease_seconds"])
    try:
        if mode is HubMode.UNSUBSCRIBE:
            # A feed that is no more can still be left.
            check_topic(topic)
        else:
            content_of(topic)
    except TopicRefused as error:
        raise Refused(str(error)) from error
    if mode is HubMode.UNSUBSCRIBE:
        return Asked(mode, topic, callback, host)
    return Asked(mode, topic, callback, host, secret, lease_seconds)


def _callback(text: str) -> tuple[str, str]:
    """Return a callback in its one form, and its host."""
    if not text:
        raise Refused("hub.callback is missing: the address at which the subscriber is told.")
    if len(text) > CALLBACK_CHARACTERS_MAX:
        raise Refused(f"hub.callback is longer than {CALLBACK_CHARACTERS_MAX} characters.")
    try:
        address = checked_address(text)
    except AddressRefused as error:
        raise Refused(f"hub.callback cannot be used. {error}") from error
    if len(address.url) > CALLBACK_CHARACTERS_MAX:
        raise Refused(f"hub.callback is longer than {CALLBACK_CHARACTERS_MAX} characters.")
    return address.url, address.host


def _secret(text: str) -> str:
    if len(text.encode(errors="replace")) > SECRET_BYTES_MAX or "\x00" in text:
        raise Refused("hub.secret must be shorter than 200 bytes, without NUL.")
    return text


def _lease(text: str) -> int:
    """Return how long a subscription is to last, within what the hub grants."""
    if not text:
        return LEASE_SECONDS_DEFAULT
    if not (text.isascii() and text.isdigit()) or len(text) > 18 or int(text) == 0:
        raise Refused("hub.lease_seconds must be a whole number of seconds, more than 0.")
    return min(max(int(text), LEASE_SECONDS_MIN), LEASE_SECONDS_MAX)


def _words(text: str, *, status: int, retry_after: int | None = None) -> HttpResponse:
    response = HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response
