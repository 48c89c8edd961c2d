"""Portals are managed by those who may, and what is secret is shown once."""

import base64
import datetime as dt
import logging
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from standardwebhooks import Webhook
from wagtail.models import ModelLogEntry

from cms.syndication.models import Delivery, DeliveryState, Follower, Portal, PortalKey
from cms.syndication.webhooks import secrets_of, sign
from tests.page_factories import NOON, World, make_news
from tests.syndication.portals import ADDRESS, make_delivery, make_portal, member, row_of

pytestmark = pytest.mark.usefixtures("numbered")

ROLES = {
    "administrator": True,
    "Moderators": True,
    "Portal managers": True,
    "Editors": False,
    "stranger": False,
}
READING = ("index", "index_results", "add", "edit", "delete", "history", "failures")
WRITING = ("new_key", "revoke_key", "new_secret", "replay_one", "replay_range")
SECRETS = ("secret", "former_secret", "former_secret_until")


@pytest.fixture
def portal(world: World) -> Portal:
    """Make a portal with a key, a secret and something given up."""
    portal = make_portal(name="ECCP", secret="whsec_" + base64.b64encode(b"s" * 32).decode())
    PortalKey.objects.create(portal=portal, prefix="ict_abcdefgh", digest="d" * 64)
    make_delivery(portal, row_of(make_news(world.news)), DeliveryState.FAILED)
    return portal


def _url(name: str, portal: Portal) -> str:
    arguments: dict[str, list[Any]] = {
        "index": [],
        "index_results": [],
        "add": [],
        "revoke_key": [portal.pk, portal.keys.earliest("pk").pk],
        "replay_one": [portal.pk, Delivery.objects.earliest("pk").pk],
    }
    return reverse(f"portals:{name}", args=arguments.get(name, [portal.pk]))


def _as(client: Client, role: str) -> Client:
    client.force_login(member(role))
    return client


def _form(**fields: Any) -> dict[str, Any]:
    empty = {"name": "ECCP", "contact_name": "", "contact_email": "", "webhook_url": ""}
    return {**empty, "is_active": "on", **fields}


def _errors(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def _state(portal: Portal) -> Any:
    return (
        Portal.objects.filter(pk=portal.pk).values(*SECRETS).get(),
        list(PortalKey.objects.values_list("pk", "revoked_at")),
        list(Delivery.objects.values_list("pk", "state")),
    )


# Who may


@pytest.mark.parametrize("route", READING)
@pytest.mark.parametrize(("role", "may"), ROLES.items())
def test_who_may_look_at_portals(
    portal: Portal, client: Client, role: str, may: bool, route: str
) -> None:
    response = _as(client, role).get(_url(route, portal))

    assert (response.status_code == 200) is may
    if not may:
        assert response.status_code in {302, 403}
        assert "ECCP" not in response.content.decode()


@pytest.mark.parametrize("route", WRITING)
@pytest.mark.parametrize(("role", "may"), ROLES.items())
def test_who_may_change_portals(
    portal: Portal, client: Client, role: str, may: bool, route: str
) -> None:
    before = _state(portal)
    fields = {"since": "2026-01-01T00:00", "until": "2027-01-01T00:00"}

    response = _as(client, role).post(_url(route, portal), fields)

    assert (_state(portal) != before) is may
    if not may:
        assert response.status_code in {302, 403}
        assert "whsec_" not in response.content.decode()


@pytest.mark.parametrize("route", WRITING)
def test_nothing_is_changed_by_looking(portal: Portal, client: Client, route: str) -> None:
    before = _state(portal)

    response = _as(client, "administrator").get(_url(route, portal))

    assert response.status_code == 405
    assert _state(portal) == before


@pytest.mark.parametrize("route", WRITING)
def test_a_form_of_another_site_changes_nothing(portal: Portal, route: str) -> None:
    before = _state(portal)

    response = _as(Client(enforce_csrf_checks=True), "administrator").post(_url(route, portal))

    assert response.status_code == 403
    assert _state(portal) == before


@pytest.mark.parametrize(("role", "may"), list(ROLES.items())[:4])
def test_who_sees_portals_in_the_sidebar(
    world: World, client: Client, role: str, may: bool
) -> None:
    page = _as(client, role).get(reverse("wagtailadmin_home")).content.decode()

    assert (reverse("portals:index") in page) is may


# The form


def test_a_portal_is_made_with_a_secret_that_is_shown_once(world: World, client: Client) -> None:
    _as(client, "Portal managers")
    form = _form(webhook_url=ADDRESS, types=["NewsPage"], languages=["bg"], feeds=["atom"])

    made = client.post(reverse("portals:add"), form)
    portal = Portal.objects.get()
    again = client.get(reverse("portals:edit", args=[portal.pk]))

    assert (portal.types, portal.languages, portal.feeds) == (["NewsPage"], ["bg"], ["atom"])
    assert "no-store" in made["Cache-Control"]
    assert portal.secret in made.content.decode()
    assert portal.secret not in again.content.decode()
    assert len(base64.b64decode(portal.secret.removeprefix("whsec_"))) == 32
    assert Follower.objects.get() == portal.follower


def test_a_portal_that_asks_by_itself_gets_a_secret_with_its_first_address(
    world: World, client: Client
) -> None:
    _as(client, "Portal managers")

    made = client.post(reverse("portals:add"), _form())
    portal = Portal.objects.get()
    before = portal.secret
    edit = reverse("portals:edit", args=[portal.pk])
    addressed = client.post(edit, _form(webhook_url=ADDRESS))
    portal.refresh_from_db()
    later = client.post(edit, _form(webhook_url=ADDRESS, contact_name="Ana"))

    assert (before, made.status_code, made["Location"]) == ("", 302, edit)
    assert portal.secret in addressed.content.decode()
    assert (later.status_code, later["Location"]) == (302, edit)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://portal.example/hook", "https"),
        ("https://portal.example:8443/hook", "port"),
        ("https://ana:secret@portal.example/hook", "password"),
        ("https://127.0.0.1/hook", "public internet"),
        ("https://localhost/hook", "network"),
        ("https://[::1]/hook", "public internet"),
        ("https://10.0.0.5/hook", "public internet"),
    ],
)
def test_an_address_to_which_nothing_can_be_sent_is_refused(
    world: World, client: Client, address: str, words: str
) -> None:
    response = _as(client, "Portal managers").post(
        reverse("portals:add"), _form(webhook_url=address)
    )

    (error,) = _errors(response)["webhook_url"]
    assert words in error
    assert Portal.objects.count() == 0


@pytest.mark.parametrize("name", ["types", "news_types", "topics", "languages", "feeds"])
def test_what_is_not_offered_cannot_be_chosen(world: World, client: Client, name: str) -> None:
    response = _as(client, "Portal managers").post(
        reverse("portals:add"), _form(**{name: ["NONSENSE"]})
    )

    assert list(_errors(response)) == [name]
    assert Portal.objects.count() == 0


def test_a_topic_that_is_gone_stays_ticked_so_that_nothing_is_widened(
    portal: Portal, client: Client
) -> None:
    Portal.objects.filter(pk=portal.pk).update(topics=["FORMER"])
    _as(client, "Portal managers")

    page = client.get(_url("edit", portal)).content.decode()
    client.post(_url("edit", portal), _form(topics=["FORMER"], webhook_url=ADDRESS))

    portal.refresh_from_db()
    assert "FORMER (no longer used)" in page
    assert portal.topics == ["FORMER"]


def test_a_portal_that_takes_over_other_things_has_confirmed_nothing(
    portal: Portal, client: Client
) -> None:
    Portal.objects.filter(pk=portal.pk).update(pulled_position=7, pulled_at=NOON)
    _as(client, "Portal managers")
    edit, seen = _url("edit", portal), []

    for fields in ({"contact_name": "Ana"}, {"types": ["NewsPage"]}):
        response = client.post(edit, _form(webhook_url=ADDRESS, **fields), follow=True)
        portal.refresh_from_db()
        warned = "has to read /sync from the beginning" in response.content.decode()
        seen.append((portal.pulled_position, warned))

    assert seen == [(7, False), (0, True)]


def test_deleting_a_portal_deletes_what_is_on_its_way(portal: Portal, client: Client) -> None:
    _as(client, "Portal managers").post(_url("delete", portal))

    counts = [model.objects.count() for model in (Portal, PortalKey, Follower, Delivery)]
    assert counts == [0, 0, 0, 0]


def test_the_list_says_how_far_each_portal_is(portal: Portal, client: Client) -> None:
    make_portal(name="Other", webhook_url="", pulled_position=1, pulled_at=NOON)

    response = _as(client, "Moderators").get(_url("index", portal))

    found = {
        p.name: (p.progress.failed, p.progress.position) for p in response.context["object_list"]
    }
    assert portal.follower is not None
    assert found == {"ECCP": (1, portal.follower.position), "Other": (0, 1)}


def test_a_portal_that_said_it_is_gone_is_told_apart_from_a_paused_one(
    portal: Portal, client: Client
) -> None:
    _as(client, "Moderators")
    Portal.objects.filter(pk=portal.pk).update(is_active=False)

    paused = client.get(_url("edit", portal)).content.decode()
    Delivery.objects.update(status=410)
    gone = client.get(_url("edit", portal)).content.decode()

    assert "This portal is paused" in paused
    assert "it is no more (410)" in gone


# Keys and secrets


def test_a_key_is_shown_once(
    portal: Portal, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    _as(client, "Portal managers")

    with caplog.at_level(logging.DEBUG):
        made = client.post(_url("new_key", portal))
        key = made.context["value"]
        pages = [client.get(_url(name, portal)).content.decode() for name in READING]

    assert key.startswith("ict_")
    assert made.content.decode().count(key) == 1
    assert "no-store" in made["Cache-Control"]
    assert [page for page in pages if key in page] == []
    assert key not in caplog.text
    assert key not in repr(list(ModelLogEntry.objects.values()))
    assert key not in repr(list(client.session.items()))


def test_a_secret_is_shown_once_and_its_former_one_signs_along_for_a_day(
    portal: Portal, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    _as(client, "Portal managers")
    former = portal.secret

    with caplog.at_level(logging.DEBUG), time_machine.travel(NOON, tick=False):
        made = client.post(_url("new_secret", portal))
        pages = [client.get(_url(name, portal)).content.decode() for name in READING]

    portal.refresh_from_db()
    present = portal.secret
    assert present in made.content.decode()
    assert former not in made.content.decode()
    for secret in (present, former):
        assert [page for page in pages if secret in page] == []
        assert secret not in caplog.text
        assert secret not in repr(list(ModelLogEntry.objects.values()))
        assert secret not in repr(list(client.session.items()))
    day = dt.timedelta(days=1)
    assert secrets_of(portal, now=NOON + day - dt.timedelta(seconds=1)) == (present, former)
    assert secrets_of(portal, now=NOON + day) == (present,)


def test_changing_a_secret_twice_forgets_the_first(portal: Portal, client: Client) -> None:
    _as(client, "Portal managers")
    first = portal.secret

    client.post(_url("new_secret", portal))
    client.post(_url("new_secret", portal))

    portal.refresh_from_db()
    assert first not in {portal.secret, portal.former_secret}


def test_receivers_with_either_secret_accept_what_is_signed_while_it_changes(
    portal: Portal, client: Client
) -> None:
    former = portal.secret
    _as(client, "Portal managers").post(_url("new_secret", portal))
    portal.refresh_from_db()
    now = dt.datetime.now(tz=dt.UTC)
    stamp, body = str(int(now.timestamp())), b'{"type": "item.published"}'

    secrets = secrets_of(portal, now=now)
    signature = sign(body, message_id="msg_1", timestamp=stamp, secrets=secrets)

    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": stamp,
        "webhook-signature": signature,
    }
    for secret in (portal.secret, former):
        assert Webhook(secret).verify(body.decode(), headers) == {"type": "item.published"}


def test_a_revoked_key_stays_listed(portal: Portal, client: Client) -> None:
    _as(client, "Portal managers")

    client.post(_url("revoke_key", portal))
    page = client.get(_url("edit", portal)).content.decode()

    assert PortalKey.objects.get().revoked_at is not None
    assert "ict_abcdefgh…" in page
    assert "revoked" in page


def test_a_key_is_revoked_only_under_its_own_portal(portal: Portal, client: Client) -> None:
    other, key = make_portal(), portal.keys.get()

    response = _as(client, "Portal managers").post(
        reverse("portals:revoke_key", args=[other.pk, key.pk])
    )

    key.refresh_from_db()
    assert (response.status_code, key.revoked_at) == (404, None)


def test_the_history_says_what_was_done_and_no_secret(portal: Portal, client: Client) -> None:
    _as(client, "Portal managers")

    for route in ("revoke_key", "new_key", "new_secret"):
        client.post(_url(route, portal))
    page = client.get(_url("history", portal)).content.decode()

    assert [words in page for words in ("Key made", "Key revoked", "Secret changed")] == [True] * 3


# What was given up


def test_one_delivery_is_tried_again_with_the_same_id(portal: Portal, client: Client) -> None:
    delivery = Delivery.objects.get()

    response = _as(client, "Moderators").post(_url("replay_one", portal))

    found = Delivery.objects.get()
    assert response["Location"] == _url("failures", portal)
    assert (found.message_id, found.state, found.attempt) == (
        delivery.message_id,
        DeliveryState.PENDING,
        0,
    )


def test_a_delivery_is_tried_again_only_under_its_own_portal(
    portal: Portal, client: Client
) -> None:
    other = make_portal()
    address = reverse("portals:replay_one", args=[other.pk, Delivery.objects.get().pk])

    response = _as(client, "Moderators").post(address)

    assert response.status_code == 404
    assert Delivery.objects.get().state == DeliveryState.FAILED


def test_a_range_is_tried_again_from_its_beginning_to_before_its_end(
    portal: Portal, world: World, client: Client
) -> None:
    Delivery.objects.all().delete()
    hours = {}
    for hour in range(4):
        ended = NOON + dt.timedelta(hours=hour)
        row = row_of(make_news(world.news))
        hours[hour] = make_delivery(portal, row, DeliveryState.FAILED, finished_at=ended).pk
    other = make_portal()
    strange = make_delivery(other, row_of(world.news), DeliveryState.FAILED).pk

    # The clocks of the admin stand in Sofia, two hours ahead of UTC in March.
    fields = {"since": "2026-03-02T15:00", "until": "2026-03-02T17:00"}
    _as(client, "Moderators").post(_url_range(portal), fields)

    pending = Delivery.objects.filter(state=DeliveryState.PENDING)
    assert set(pending.values_list("pk", flat=True)) == {hours[1], hours[2]}
    assert Delivery.objects.get(pk=strange).state == DeliveryState.FAILED


def _url_range(portal: Portal) -> str:
    return reverse("portals:replay_range", args=[portal.pk])


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({}, {"since": ["This field is required."], "until": ["This field is required."]}),
        (
            {"since": "2026-03-02T15:00", "until": "soon"},
            {"until": ["Enter a valid date/time."]},
        ),
        (
            {"since": "2026-03-02T15:00", "until": "2026-03-02T15:00"},
            {"until": ["Give an end that is after the beginning."]},
        ),
    ],
)
def test_a_range_that_makes_no_sense_is_400(
    portal: Portal, client: Client, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    response = _as(client, "Moderators").post(_url_range(portal), fields)

    assert (response.status_code, _errors(response)) == (400, errors)
    assert Delivery.objects.get().state == DeliveryState.FAILED


def test_the_list_shows_the_answer_as_text_and_no_title_of_what_is_hidden(
    portal: Portal, world: World, client: Client
) -> None:
    item = make_news(world.news, title="Once public")
    Delivery.objects.all().delete()
    make_delivery(
        portal,
        row_of(item),
        DeliveryState.FAILED,
        status=500,
        answer="<script>alert(1)</script>" + "x" * 2000,
        error="The answer was 500.",
    )
    _as(client, "Moderators")

    shown = client.get(_url("failures", portal)).content.decode()
    item.unpublish()
    hidden = client.get(_url("failures", portal)).content.decode()

    assert "Once public" in shown
    assert "Once public" not in hidden
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert(1)" not in shown
    assert "x" * 1025 not in shown
    assert "<strong>500</strong>" in shown
