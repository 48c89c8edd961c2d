"""Be a subscriber: ask the hub over HTTP, answer at a callback, and do by hand what the worker does."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client
from django.utils import timezone

from cms.syndication.deliveries import behind, fan_out
from cms.syndication.leases import lease
from cms.syndication.models import Delivery, HubSubscription
from cms.syndication.sending import attempt
from tests.publishing.published import number_changes_now
from tests.syndication.receiver import Answer, Handler, Received, Receiver, status

BASE = "http://files.test"
NEWS = f"{BASE}/feeds/test/news.json"
EVENTS = f"{BASE}/feeds/test/events.json"


@dataclass(frozen=True)
class Question:
    """Hold what a callback was asked."""

    mode: str
    topic: str
    challenge: str
    lease_seconds: str
    reason: str

    @classmethod
    def of(cls, received: Received) -> "Question":
        """Read a request to a callback."""
        query = parse_qs(urlsplit(received.path).query)
        names = ("mode", "topic", "challenge", "lease_seconds", "reason")
        return cls(*[query.get(f"hub.{name}", [""])[0] for name in names])


def echo(code: int = 200, *, around: str = "{}") -> Answer:
    """Answer a question with its challenge; `around` spoils it."""

    def answer(handler: Handler) -> None:
        query = parse_qs(urlsplit(handler.path).query)
        challenge = query.get("hub.challenge", [""])[0]
        status(code, around.format(challenge).encode())(handler)

    return answer


def post(
    callback: str,
    *,
    mode: str = "subscribe",
    topic: str = NEWS,
    address: str = "127.0.0.1",
    forwarded: str = "",
    **more: Any,
) -> Any:
    """Send a request to the hub; `lease_seconds` and `secret` may be added."""
    form = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback}
    form |= {f"hub.{name}": str(value) for name, value in more.items()}
    return Client().post(
        "/hub",
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
        REMOTE_ADDR=address,
        HTTP_X_FORWARDED_FOR=forwarded,
    )


def announce() -> None:
    """Fan out to everybody who is behind."""
    number_changes_now()
    for follower in behind():
        fan_out(follower)


def work(*, now: dt.datetime | None = None) -> int:
    """Fan out, then try once what is due; return how many deliveries were tried."""
    announce()
    due = lease("test", limit=100, now=now or timezone.now())
    for delivery in due:
        attempt(delivery)
    return len(due)


def settle() -> None:
    """Work until nothing is due."""
    while work():
        pass


def questions(receiver: Receiver) -> list[Question]:
    """Return what the callback was asked so far."""
    return [Question.of(request) for request in receiver.requests if request.method == "GET"]


def brought(receiver: Receiver) -> list[Received]:
    """Return what was distributed to the callback so far."""
    return [request for request in receiver.requests if request.method == "POST"]


def subscribed(receiver: Receiver, *, topic: str = NEWS, **more: Any) -> HubSubscription:
    """Subscribe a callback and have it confirmed."""
    receiver.answer(echo())
    assert post(receiver.url, topic=topic, **more).status_code == 202
    settle()
    return HubSubscription.objects.get(topic=topic, callback=receiver.url)


def waiting() -> list[Delivery]:
    """Return what is on its way to subscribers, oldest first."""
    pending = Delivery.objects.filter(state="PENDING", follower__channel="WEBSUB")
    return list(pending.order_by("pk"))
