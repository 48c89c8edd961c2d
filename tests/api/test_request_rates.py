"""One client may ask each public surface so often; others, keys and the admin are not concerned."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms import rate_buckets
from cms.api import request_rates
from cms.api.request_rates import surface_of
from cms.rate_buckets import Buckets, Rule
from cms.syndication.keys import make_key, revoke_key
from tests.api.test_rates import REDIS, SLOW_RULE, needs_redis
from tests.manual_clock import ManualClock
from tests.page_factories import make_event, make_world
from tests.syndication.portals import make_portal

pytestmark = pytest.mark.services
LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SURFACES = {
    "/sync": "SYNC",
    "/feeds/news.rss": "FEEDS",
    "/feeds/nothing": "FEEDS",
    "/calendar.ics": "CALENDAR",
    "/calls.ics": "CALENDAR",
    "/events/EVENT.ics": "CALENDAR",
    "/sitemap.xml": "SITEMAP",
    "/sitemap-news.xml": "SITEMAP",
    "/oai": "OAI",
    "/files/a/b/c": "FILES",
    "/hub": "HUB",
    "/": "OTHER",
    "/graphql/schema.graphql": "OTHER",
    "/graphiql": "OTHER",
    "/metrics": "OTHER",
    "/nothing/here": "OTHER",
    "/admin/login/": "OTHER",
}


@pytest.fixture(autouse=True)
def fresh(settings: Any) -> Iterator[None]:
    """Let the process count by itself, from nothing."""
    settings.CACHES = LOCAL
    request_rates._buckets.cache_clear()
    yield
    request_rates._buckets.cache_clear()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Let buckets fill only where a test says so."""
    clock = ManualClock()
    monkeypatch.setattr(rate_buckets, "time", clock)
    return clock


def _limit(settings: Any, **per_minute: int) -> None:
    settings.REQUEST_RATES = dict.fromkeys(settings.REQUEST_RATES, 0) | per_minute


@pytest.mark.django_db
@pytest.mark.parametrize("address", SURFACES)
def test_who_asks_too_often_is_429_and_others_are_not(
    client: Client, settings: Any, clock: ManualClock, address: str
) -> None:
    path = address.replace("EVENT", make_event(make_world().events).public_id)
    _limit(settings, **{SURFACES[address]: 1})

    def ask(who: str = "192.0.2.1", method: str = "GET") -> Any:
        return client.generic(method, path, REMOTE_ADDR=who)

    allowed = [ask().status_code for _ in range(4)]
    refused, other, head = ask(), ask("192.0.2.2"), ask(method="HEAD")
    clock.now += 60
    later = ask()

    assert 429 not in (*allowed, other.status_code, later.status_code)
    assert (refused.status_code, head.status_code) == (429, 429)
    assert refused.headers["Retry-After"] == "60"
    assert refused.headers["RateLimit-Policy"] == '"requests";q=4;w=240'
    assert refused.headers["RateLimit"] == '"requests";r=0;t=60'
    assert refused.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert refused.headers["Cache-Control"] == "no-store"
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert (
        refused.content == b"You have asked too often in a short time. Try again in 60 seconds.\n"
    )
    assert not refused.cookies


@pytest.mark.django_db
def test_a_request_too_much_asks_the_database_nothing(
    client: Client, settings: Any, django_assert_num_queries: Any
) -> None:
    _limit(settings, SYNC=1)
    for _ in range(4):
        client.get("/sync")

    with django_assert_num_queries(0):
        assert client.get("/sync").status_code == 429


@pytest.mark.django_db
def test_each_surface_counts_for_itself(client: Client, settings: Any) -> None:
    _limit(settings, SYNC=1, OAI=1)
    for _ in range(5):
        client.get("/sync")

    assert client.get("/oai").status_code == 200


@pytest.mark.django_db
def test_behind_proxies_the_address_is_what_they_vouch_for(client: Client, settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    _limit(settings, SYNC=1)

    def ask(forwarded: str) -> int:
        return client.get("/sync", HTTP_X_FORWARDED_FOR=forwarded).status_code

    statuses = [ask(f"10.0.0.{number}, 203.0.113.9") for number in range(5)]

    assert statuses == [200, 200, 200, 200, 429]
    assert ask("203.0.113.10") == 200


@pytest.mark.django_db
def test_a_key_that_holds_counts_for_itself_and_one_made_up_does_not(
    client: Client, settings: Any
) -> None:
    _limit(settings, SYNC=1)
    text, key = make_key(make_portal())

    def ask(sent: str | None) -> int:
        headers = {} if sent is None else {"authorization": f"Bearer {sent}"}
        return client.get("/sync", headers=headers).status_code

    strangers = [ask(None if number % 2 else f"ict_{uuid.uuid4().hex}") for number in range(5)]
    keyed = [ask(text) for _ in range(5)]
    revoke_key(key, now=timezone.now())
    request_rates.KEYS._until.clear()

    assert strangers == [401, 200, 401, 200, 429]
    assert keyed == [200, 200, 200, 200, 429]
    assert ask(text) == 429


@pytest.mark.django_db
def test_passwords_and_wishes_for_new_ones_have_a_rate(client: Client, settings: Any) -> None:
    _limit(settings, LOG_IN=1)
    form = {"username": "nobody", "password": "wrong"}
    for _ in range(4):
        client.post("/admin/login/", form)

    answers = [client.post(address, form) for address in request_rates.LOG_IN]

    assert [answer.status_code for answer in answers] == [429] * len(answers)
    assert {answer.headers["Retry-After"] for answer in answers} == {"60"}
    assert "Access-Control-Allow-Origin" not in answers[0].headers


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/pages/3/", "/documents/1/a.pdf", "/admin/"])
def test_the_admin_has_a_rate_of_its_own(client: Client, settings: Any, path: str) -> None:
    _limit(settings, ADMIN=1)

    answers = [client.get(path) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 302, 429]
    assert "Access-Control-Allow-Origin" not in answers[4].headers


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/graphql"])
def test_supervisors_and_graphql_are_not_counted_here(path: str) -> None:
    assert {surface_of(path, method=method) for method in ("GET", "POST")} == {""}


def test_the_defaults_leave_room_for_an_initial_load_and_for_many_pictures() -> None:
    from cms.settings.env import Environment
    from cms.settings.rate_variables import SURFACES as NAMES
    from cms.settings.rate_variables import variable_of

    found = Environment({}, is_production=False)
    burst = {name: found.number(variable_of(name)) * rate_buckets.BURST_MINUTES for name in NAMES}

    # 100 things a page, 60 pictures on each.
    assert burst["SYNC"] * 100 >= 200_000
    assert burst["FILES"] >= 60 * 100
    assert burst["OAI"] >= 2_000
    assert 0 not in burst.values()


@needs_redis
def test_processes_share_what_they_count(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_buckets, "TIMEOUT_SECONDS", 30.0)
    settings.CACHES = {
        "default": {"BACKEND": "cms.redis_cache.TolerantRedisCache", "LOCATION": REDIS}
    }
    name = f"test-{uuid.uuid4().hex}"
    one, other = Buckets("request"), Buckets("request")

    taken = [one.take(name, 60, SLOW_RULE), other.take(name, 60, SLOW_RULE)]

    assert [found.is_granted for found in taken] == [True, False]
    assert Buckets("elsewhere").take(name, 60, SLOW_RULE).is_granted


def test_each_process_counts_by_itself_while_redis_is_away(settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "cms.redis_cache.TolerantRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    buckets = Buckets("request")

    taken = [buckets.take("a", 60, Rule(0.001, 100)).is_granted for _ in range(2)]

    assert taken == [True, False]
