"""The hub takes in what it can use, says in words what it cannot, and lets nobody make it work much."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.syndication.hub import intake
from cms.syndication.models import Delivery, Follower, HubRequest, HubSubscription
from tests.page_factories import World
from tests.syndication.hub.asking import BASE, NEWS, post
from tests.syndication.receiver import Receiver

pytestmark = pytest.mark.usefixtures("world", "clock")

CALLBACK = "https://reader.example/callback"
FORM = "application/x-www-form-urlencoded"
START = f"hub.topic must be the address of a feed of this site: it starts with {BASE}/feeds/"


def _rows() -> tuple[int, int, int]:
    return (
        HubRequest.objects.count(),
        HubSubscription.objects.count(),
        Delivery.objects.count(),
    )


def test_a_request_is_accepted_and_nobody_is_called_yet(receiver: Receiver) -> None:
    answer = post(receiver.url, secret="s" * 199)

    assert answer.status_code == 202
    assert answer.content == b"Accepted: the callback will be asked whether it wants this.\n"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert receiver.requests == []
    assert _rows() == (1, 0, 1)


REFUSED = [
    ({"mode": ""}, "hub.mode must be subscribe or unsubscribe."),
    ({"mode": "denied"}, "hub.mode must be subscribe or unsubscribe."),
    ({"callback": ""}, "hub.callback is missing"),
    ({"callback": "https://reader.example/" + "x" * 500}, "hub.callback is longer than 500"),
    ({"callback": "ftp://reader.example/"}, "hub.callback cannot be used. The address must start"),
    ({"callback": "https://10.0.0.7/"}, "hub.callback cannot be used. The address leads to a mach"),
    ({"callback": "https://u:p@reader.example/"}, "hub.callback cannot be used. The address must"),
    ({"callback": "https://reader.example/#x"}, "hub.callback cannot be used. The address must"),
    ({"topic": ""}, START),
    ({"topic": "https://elsewhere.example/feeds/news.rss"}, START),
    ({"topic": f"{BASE}/graphql"}, START),
    ({"topic": f"{BASE}.evil.example/feeds/test/news.json"}, START),
    ({"topic": f"{NEWS}#x"}, START),
    ({"topic": f"{NEWS}?after=x"}, "hub.topic must be a whole feed, not a later page of one"),
    ({"topic": NEWS + "?language=" + "x" * 500}, START),
    ({"topic": f"{BASE}/feeds/../admin/"}, "hub.topic leads to no feed of this site."),
    ({"topic": f"{BASE}/feeds/%2e%2e/admin/"}, "hub.topic leads to no feed of this site."),
    ({"topic": f"{BASE}/feeds/test/nothing.json"}, "hub.topic leads to no feed of this site."),
    ({"topic": f"{NEWS}?colour=red"}, "hub.topic leads to no feed: asked for it, this site answ"),
    (
        {"topic": f"{BASE}/feeds/test/moved.json"},
        f"The feed at hub.topic calls itself {NEWS}: subscribe to that.",
    ),
    ({"lease_seconds": "soon"}, "hub.lease_seconds must be a whole number of seconds"),
    ({"lease_seconds": "-5"}, "hub.lease_seconds must be a whole number of seconds"),
    ({"lease_seconds": "0"}, "hub.lease_seconds must be a whole number of seconds"),
    ({"secret": "s" * 200}, "hub.secret must be shorter than 200 bytes"),
    ({"secret": "с" * 100}, "hub.secret must be shorter than 200 bytes"),
    ({"secret": "a\x00b"}, "hub.secret must be shorter than 200 bytes, without NUL."),
]


@pytest.mark.parametrize(("change", "words"), REFUSED)
def test_what_cannot_be_used_is_refused_by_name(change: dict[str, str], words: str) -> None:
    answer = post(**{"callback": CALLBACK, "topic": NEWS, **change})

    assert answer.status_code == 400
    assert answer.content.decode().startswith(words)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert _rows() == (0, 0, 0)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"hub.mode=subscribe&" + b"x" * 9_000, FORM, 413),
        (b"hub.mode=subscribe&hub.mode=unsubscribe", FORM, 400),
        (b"hub.mode=%FF", FORM, 400),
        (b"mode=subscribe", FORM, 400),
    ],
)
def test_what_is_no_small_form_is_refused(
    body: bytes, content_type: str, status: int, client: Client
) -> None:
    answer = client.post("/hub", body, content_type=content_type)

    assert answer.status_code == status
    assert _rows() == (0, 0, 0)


def test_only_post_is_answered(client: Client) -> None:
    answer = client.get("/hub")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_parameters_that_the_hub_does_not_know_are_ignored() -> None:
    assert post(CALLBACK, verify="async").status_code == 202


def test_a_log_in_changes_nothing(world: World, admin_client: Client) -> None:
    form = f"hub.mode=subscribe&hub.topic={NEWS}&hub.callback={CALLBACK}"

    with CaptureQueriesContext(connection) as captured:
        answer = admin_client.post("/hub", form, content_type=FORM)

    assert answer.status_code == 202
    assert "Set-Cookie" not in answer.headers
    assert not [s for s in captured if "session" in s["sql"] or "auth_user" in s["sql"]]


def test_the_same_request_twice_is_kept_once_and_writes_nothing() -> None:
    post(CALLBACK)

    with CaptureQueriesContext(connection) as captured:
        answer = post(CALLBACK)

    assert answer.status_code == 202
    assert {s["sql"].split()[0] for s in captured} == {"SELECT"}
    assert _rows() == (1, 0, 1)


def test_another_request_for_the_same_takes_the_place_of_the_one_that_waits() -> None:
    post(CALLBACK, secret="old")
    (old,) = Delivery.objects.all()

    with time_machine.travel(dt.datetime.now(tz=dt.UTC) + dt.timedelta(seconds=6)):
        answer = post(CALLBACK, secret="new")

    (request,) = HubRequest.objects.all()
    (new,) = Delivery.objects.all()
    assert answer.status_code == 202
    assert request.secret == "new"
    assert (new.pk, new.public_id) == (old.pk, old.public_id)
    assert new.message_id != old.message_id


def test_a_callback_that_asks_again_and_again_is_asked_to_wait() -> None:
    post(CALLBACK, secret="old")

    answer = post(CALLBACK, secret="new")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert [request.secret for request in HubRequest.objects.all()] == ["old"]


def test_one_host_can_have_only_so_many_requests() -> None:
    for number in range(intake.REQUESTS_PER_HOST):
        assert post(f"{CALLBACK}/{number}").status_code == 202

    refused = post(f"{CALLBACK}/one-more")
    other = post("https://other.example/")

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert refused.content == b"Too many requests name this callback's host; come again.\n"
    assert other.status_code == 202
    assert HubRequest.objects.count() == intake.REQUESTS_PER_HOST + 1


def test_one_client_cannot_fill_the_hub_with_invented_hosts() -> None:
    def ask(number: int, *, address: str) -> Any:
        return post(f"https://host-{number}.example/", address=address)

    mine = [ask(number, address="192.0.2.1").status_code for number in range(200)]
    refused = ask(200, address="192.0.2.1")
    other = ask(201, address="192.0.2.2")

    assert mine == [202] * intake.REQUESTS_PER_CLIENT + [429] * (200 - intake.REQUESTS_PER_CLIENT)
    assert (refused.headers["Retry-After"], refused.headers["Content-Type"]) == (
        "60",
        "text/plain; charset=utf-8",
    )
    assert refused.content == b"Too many requests come from your address; come again.\n"
    assert other.status_code == 202
    assert intake.REQUESTS_PER_CLIENT * 2 < intake.REQUESTS_MAX


def test_who_asks_is_what_proxies_vouch_for_and_no_address_is_kept(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    for number in range(3):
        post(f"{CALLBACK}/{number}", forwarded=f"10.0.0.{number}, 203.0.113.9")

    clients = set(HubRequest.objects.values_list("client", flat=True))

    assert len(clients) == 1
    assert "203.0.113.9" not in clients.pop()


def test_all_together_can_have_only_so_many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "REQUESTS_MAX", 3)
    for number in range(3):
        assert post(f"https://reader-{number}.example/").status_code == 202

    refused = post("https://reader-3.example/")

    assert refused.status_code == 429
    assert refused.content == b"Too many requests are waiting; come again.\n"
    assert _rows() == (3, 0, 3)


def test_what_ended_counts_for_a_minute_and_is_forgotten_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake, "REQUESTS_PER_HOST", 1)
    now = dt.datetime.now(tz=dt.UTC)
    post(CALLBACK)
    HubRequest.objects.update(done_at=now)

    soon = post(f"{CALLBACK}/other")
    with time_machine.travel(now + dt.timedelta(seconds=61)):
        later = post(f"{CALLBACK}/other")

    assert (soon.status_code, later.status_code) == (429, 202)
    assert [request.callback for request in HubRequest.objects.all()] == [f"{CALLBACK}/other"]


def test_leaving_what_one_never_joined_is_accepted_and_asks_nobody() -> None:
    assert post(CALLBACK, mode="unsubscribe").status_code == 202
    assert _rows() == (0, 0, 0)


def test_a_callback_is_known_by_one_form_of_its_address() -> None:
    post("https://READER.example:443")

    post("https://reader.example/")

    (request,) = HubRequest.objects.all()
    assert (request.callback, request.host) == ("https://reader.example/", "reader.example")


def test_the_questions_belong_to_one_follower() -> None:
    post(CALLBACK)
    post("https://other.example/")

    followers: list[Any] = list(Follower.objects.values_list("name", "channel", "is_active"))
    assert followers == [("hub", "WEBSUB", True)]
