"""Tell portals by webhook: one event per change, signed, thin, and nothing of what is hidden."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import time_machine
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from wagtail.models import PageViewRestriction

from cms.publishing.models import PublishedItem
from cms.publishing.reconcile import tick
from cms.publishing.scopes import transaction
from cms.syndication.models import Delivery, DeliveryState, Follower, Portal
from cms.syndication.schema import WithdrawalReason
from tests.page_factories import World, make_news, make_project
from tests.syndication.following import (
    SECRET,
    announce,
    deliver,
    follower_of,
    make_portal,
    pending,
    settle,
)
from tests.syndication.receiver import Receiver, listening, status

pytestmark = pytest.mark.django_db
SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "frontend_contract/webhook.schema.json").read_text()
)
OTHER_SECRET = "whsec_" + "YW5vdGhlciBzZWNyZXQgZm9yIHRoZSByb3RhdGlvbiE="


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    with listening() as found:
        yield found


def messages(receiver: Receiver) -> list[dict[str, Any]]:
    """Return what arrived; each is of the promised form, small, and signed with the secret."""
    found = []
    for request in receiver.requests:
        assert len(request.body) <= 20_000
        message = Webhook(SECRET).verify(request.body, request.headers)
        jsonschema.validate(message, SCHEMA, format_checker=jsonschema.FormatChecker())
        found.append(message)
    return found


def publish(page: Any, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    with transaction():
        page.save_revision().publish()


def row_of(page: Any) -> PublishedItem:
    return PublishedItem.objects.get(key=f"page:{page.pk}")


def test_one_publish_makes_one_event_per_portal(world: World, receiver: Receiver) -> None:
    page = make_news(world.news, title="First", slug="first")
    settle()
    make_portal(receiver.url)
    make_portal(receiver.url)

    publish(page, title="Second")
    settle()

    row = row_of(page)
    expected = {
        "type": "item.updated",
        "timestamp": row.changed_at.isoformat().replace("+00:00", "Z"),
        "data": {
            "id": row.public_id,
            "type": "NewsPage",
            "version": row.version,
            "seq": row.seq,
            "locale": "en",
            "url": "https://main.example/news/first/",
            "changedAt": row.changed_at.isoformat().replace("+00:00", "Z"),
            "reason": None,
            "title": "Second",
        },
    }
    assert messages(receiver) == [expected, expected]
    assert len(set(receiver.ids())) == 2
    assert set(Delivery.objects.values_list("state", "status", "version")) == {
        ("DELIVERED", 204, row.version)
    }


def test_the_schema_of_messages_knows_every_reason_and_no_other() -> None:
    reason = SCHEMA["properties"]["data"]["properties"]["reason"]

    assert reason["enum"] == [None, *WithdrawalReason.values]


def test_fifty_autosaves_make_no_event(world: World, receiver: Receiver) -> None:
    page = make_news(world.news)
    make_portal(receiver.url)

    for number in range(50):
        page.title = f"Draft {number}"
        page.save_revision()
    settle()

    assert Delivery.objects.count() == 0
    assert receiver.requests == []


def test_a_draft_makes_no_event(world: World, receiver: Receiver) -> None:
    make_portal(receiver.url)

    make_news(world.news, live=False)
    settle()

    assert receiver.requests == []


def test_a_new_portal_begins_at_the_present(world: World, receiver: Receiver) -> None:
    make_news(world.news)
    portal = make_portal(receiver.url)

    settle()

    assert receiver.requests == []
    assert follower_of(portal).name == f"portal:{portal.pk}"


def test_the_bytes_that_are_signed_are_the_bytes_that_arrive(
    world: World, receiver: Receiver
) -> None:
    make_portal(receiver.url)
    make_news(world.news, title="Кирилица & 'quotes' \u2028")
    settle()

    (request,) = receiver.requests

    assert Webhook(SECRET).verify(request.body, request.headers)["type"] == "item.published"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.body + b" ", request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER_SECRET).verify(request.body, request.headers)


def test_both_secrets_sign_during_a_rotation_and_one_afterwards(
    world: World, receiver: Receiver
) -> None:
    until = timezone.now() + dt.timedelta(hours=1)
    make_portal(receiver.url, secret=OTHER_SECRET, former_secret=SECRET, former_secret_until=until)
    make_news(world.news)
    settle()
    with time_machine.travel(until):
        make_news(world.news)
        settle()
        first, second = receiver.requests
        # Each is checked at its own time, because receivers refuse what is older than five minutes.
        Webhook(OTHER_SECRET).verify(second.body, second.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(second.body, second.headers)

    assert Webhook(SECRET).verify(first.body, first.headers)
    assert Webhook(OTHER_SECRET).verify(first.body, first.headers)
    assert len(first.headers["webhook-signature"].split()) == 2
    assert len(second.headers["webhook-signature"].split()) == 1


def test_a_repeated_message_keeps_its_id_and_gets_a_new_timestamp(
    world: World, receiver: Receiver
) -> None:
    make_portal(receiver.url)
    make_news(world.news)
    receiver.answer(status(500, b"out of order"))
    deliver()

    with time_machine.travel(timezone.now() + dt.timedelta(seconds=10)):
        deliver()
        messages(Receiver(status(204), requests=receiver.requests[1:]))

    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert first.body == second.body


def test_cloud_event_attributes_agree_with_the_message(world: World, receiver: Receiver) -> None:
    make_portal(receiver.url)
    page = make_news(world.news)
    settle()

    (request,), (message,) = receiver.requests, messages(receiver)

    assert {name: value for name, value in request.headers.items() if name.startswith("ce-")} == {
        "ce-specversion": "1.0",
        "ce-id": request.headers["webhook-id"],
        "ce-source": "urn:ictcluster",
        "ce-type": "item.published",
        "ce-subject": row_of(page).public_id,
        "ce-time": message["timestamp"],
    }


def test_changes_that_wait_become_one(world: World, receiver: Receiver) -> None:
    make_portal(receiver.url)
    page = make_news(world.news)
    receiver.answer(status(500))
    deliver()
    (first,) = pending()

    publish(page, title="Second")
    publish(page, title="Third")
    announce()

    (waiting,) = pending()
    assert (waiting.pk, waiting.attempt, waiting.error) == (first.pk, 0, "")
    assert waiting.message_id != first.message_id
    assert waiting.version == row_of(page).version
    deliver()
    assert messages(receiver)[-1]["data"]["title"] == "Third"
    assert len(receiver.requests) == 2


HIDDEN = "CANARY-4711"


def hide_unpublish(page: Any) -> None:
    page.unpublish()


def hide_delete(page: Any) -> None:
    page.delete()


def hide_restrict(page: Any) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def hide_expire(page: Any) -> None:
    page.expire_at = timezone.now() - dt.timedelta(seconds=1)
    page.save()


def hide_from_others(page: Any) -> None:
    publish(page, syndication_allowed=False)


def hide_parent(page: Any) -> None:
    page.get_parent().specific.unpublish()


@pytest.mark.parametrize(
    ("hide", "reason"),
    [
        (hide_unpublish, "UNPUBLISHED"),
        (hide_delete, "DELETED"),
        (hide_restrict, "RESTRICTED"),
        (hide_expire, "EXPIRED"),
        (hide_from_others, None),
        (hide_parent, "UNPUBLISHED"),
    ],
)
def test_a_hidden_thing_is_told_of_without_its_content(
    hide: Any, reason: str | None, world: World, receiver: Receiver
) -> None:
    make_portal(receiver.url, types=["NewsPage"])
    page = make_news(world.news, title=HIDDEN, introduction=HIDDEN, slug="open")
    receiver.answer(status(500))
    deliver()
    receiver.requests.clear()

    hide(page)
    settle()

    (message,) = messages(receiver)
    assert message["type"] == "item.withdrawn"
    assert reason in {None, message["data"]["reason"]}
    assert HIDDEN.encode() not in receiver.requests[0].body
    assert HIDDEN not in str(list(Delivery.objects.values()))


def test_what_expires_before_it_is_sent_is_withdrawn_at_once(
    world: World, receiver: Receiver
) -> None:
    make_portal(receiver.url)
    end = timezone.now() + dt.timedelta(hours=1)
    make_news(world.news, title=HIDDEN, expire_at=end)
    announce()

    with time_machine.travel(end, tick=False):
        deliver()
        (message,) = messages(receiver)
        tick()
        settle()

    assert (message["type"], message["data"]["reason"]) == ("item.withdrawn", "EXPIRED")
    assert HIDDEN.encode() not in b"".join(request.body for request in receiver.requests)
    (last,) = Delivery.objects.order_by("-seq")[:1]
    assert (last.is_withdrawal, last.state) == (True, DeliveryState.DELIVERED)


def test_a_scope_lets_through_what_is_in_it_and_the_end_of_it(
    world: World, receiver: Receiver
) -> None:
    portal = make_portal(receiver.url, types=["NewsPage"], news_types=["OPEN_CALL"])
    news = make_news(world.news, types=["NEWS"])
    make_project(world.projects)
    call = make_news(world.news, types=["OPEN_CALL"], title="Call")
    settle()
    publish(call, types=["NEWS"], title="No call")
    publish(news, title="Still no call")
    settle()

    told = [(m["type"], m["data"]["id"], m["data"].get("title")) for m in messages(receiver)]
    assert told == [
        ("item.published", row_of(call).public_id, "Call"),
        ("item.withdrawn", row_of(call).public_id, None),
    ]
    assert follower_of(portal).position == max(row_of(news).seq or 0, row_of(call).seq or 0)


def test_a_paused_portal_hears_of_everything_afterwards(world: World, receiver: Receiver) -> None:
    portal = make_portal(receiver.url)
    portal.is_active = False
    portal.save()
    page = make_news(world.news)
    publish(page, title="Second")
    settle()
    assert receiver.requests == []

    portal.is_active = True
    portal.save()
    settle()

    assert [message["data"]["title"] for message in messages(receiver)] == ["Second"]


def test_410_pauses_the_portal_and_nothing_is_lost(world: World, receiver: Receiver) -> None:
    portal = make_portal(receiver.url)
    make_news(world.news)
    receiver.answer(status(410))
    settle()

    portal.refresh_from_db()
    assert (portal.is_active, follower_of(portal).is_active) == (False, False)
    assert [(d.status, d.attempt) for d in pending()] == [(410, 0)]

    portal.is_active = True
    portal.save()
    settle()
    assert len(messages(receiver)) == 2


def test_a_portal_without_a_secret_gets_nothing(world: World, receiver: Receiver) -> None:
    make_portal(receiver.url, secret="")
    make_news(world.news)
    settle()

    assert receiver.requests == []
    assert [d.error for d in pending()] == ["The portal has no secret to sign with."]


def test_a_deleted_portal_takes_its_deliveries_along(world: World, receiver: Receiver) -> None:
    portal = make_portal(receiver.url)
    make_news(world.news)
    announce()

    Portal.objects.get(pk=portal.pk).delete()

    assert (Follower.objects.count(), Delivery.objects.count()) == (0, 0)
