"""Make a portal with a webhook, and do by hand what the worker does all the time."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from cms.syndication.deliveries import behind, fan_out
from cms.syndication.leases import finish, lease
from cms.syndication.models import Delivery, DeliveryState, Follower, Portal
from cms.syndication.sending import attempt
from tests.publishing.published import number_changes_now

SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0cyB3aXRoIDMyIGJ5dGVz"
_numbers = itertools.count(1)


def make_portal(url: str, **fields: Any) -> Portal:
    """Make an active portal; what is public already is not announced to it."""
    number_changes_now()
    fields.setdefault("secret", SECRET)
    return Portal.objects.create(name=f"Portal {next(_numbers)}", webhook_url=url, **fields)


def announce() -> int:
    """Fan out to everybody who is behind."""
    number_changes_now()
    return sum(fan_out(follower) for follower in behind())


def deliver(*, limit: int = 100) -> int:
    """Fan out, and try once what is due now; return how many were tried."""
    announce()
    due = lease("test", limit=limit)
    for delivery in due:
        attempt(delivery)
    return len(due)


def settle() -> None:
    """Deliver until nothing is due."""
    while deliver():
        pass


def pending() -> list[Delivery]:
    """Return what waits, in the order of the clock."""
    return list(Delivery.objects.filter(state=DeliveryState.PENDING).order_by("seq"))


def follower_of(portal: Portal) -> Follower:
    """Return a portal's follower as it is now."""
    return Follower.objects.get(portal=portal)


def failed(delivery: Delivery, *, now: dt.datetime | None = None, **reply: Any) -> None:
    """End an attempt without an answer."""
    finish(delivery, reply=None, error="No connection could be made.", now=now or timezone.now())
