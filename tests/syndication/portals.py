"""Make portals, what is on its way to them, and people who may or may not manage them."""

import datetime as dt
import itertools
from typing import Any

from django.contrib.auth.models import Group, User

from cms.publishing.models import PublishedItem
from cms.syndication.models import Delivery, DeliveryState, Portal
from tests.page_factories import NOON

_numbers = itertools.count(1)
ADDRESS = "https://portal.example/hook"


def make_portal(**fields: Any) -> Portal:
    """Make a portal that is told by webhook."""
    fields.setdefault("name", f"Portal {next(_numbers)}")
    fields.setdefault("webhook_url", ADDRESS)
    return Portal.objects.create(**fields)


def row_of(page: Any) -> PublishedItem:
    """Return the published row of a page."""
    return PublishedItem.objects.get(key=f"page:{page.pk}")


def make_delivery(portal: Portal, row: PublishedItem, state: str, **fields: Any) -> Delivery:
    """Make a delivery of a row's present state, unless told otherwise."""
    ended = {} if state == DeliveryState.PENDING else {"finished_at": NOON}
    values: dict[str, Any] = {
        "message_id": f"msg_{next(_numbers)}",
        "public_id": row.public_id,
        "seq": row.seq,
        "version": row.version,
        "is_withdrawal": not row.visible,
        "due_at": NOON,
        "created_at": NOON - dt.timedelta(minutes=5),
        "attempt": 1,
        **ended,
        **fields,
    }
    assert portal.follower is not None
    return Delivery.objects.create(follower=portal.follower, state=state, **values)


def member(role: str) -> User:
    """Return an account in a role; `administrator` may do everything, `stranger` nothing."""
    name = role.lower().replace(" ", "-")
    is_superuser = role == "administrator"
    user = User.objects.create_user(name, f"{name}@example.org", "x", is_superuser=is_superuser)
    if not is_superuser and role != "stranger":
        user.groups.add(Group.objects.get(name=role))
    return user
