"""One client may ask for so much in a while; others, and a Redis that is away, change nothing."""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import redis
from django.test import Client

from cms import rate_buckets
from cms.api import rates
from cms.api.errors import Refused
from cms.api.exchange import Asked
from cms.api.negotiate import RESPONSE
from cms.rate_buckets import LocalBuckets, Rule, SharedBuckets
from cms.syndication.keys import make_key
from tests.frozen_server import frozen_server
from tests.manual_clock import ManualClock
from tests.page_factories import make_world
from tests.syndication.portals import make_portal

RULE = Rule(per_second=10.0, burst=100)
# So slow that what flows in while a test runs is nothing, by the clock of Redis too.
SLOW_RULE = Rule(per_second=0.00001, burst=100)
REDIS = os.environ.get("CACHE_URL", "")
pytestmark = pytest.mark.services
needs_redis = pytest.mark.skipif(not REDIS.startswith("redis"), reason="needs Redis: CACHE_URL")


def _asked(**environ: str) -> Asked:
    return Asked({"REQUEST_METHOD": "POST", **environ})


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    rates._local.cache_clear()
    rates._shared.cache_clear()
    yield
    rates._local.cache_clear()
    rates._shared.cache_clear()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Let time pass in this process only where a test says so."""
    clock = ManualClock()
    monkeypatch.setattr(rate_buckets, "time", clock)
    return clock


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a Redis that answers be as slow as it likes; the limit only turns a hang into a failure."""
    monkeypatch.setattr(rate_buckets, "TIMEOUT_SECONDS", 30.0)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "1.1.1.1, 198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "unknown"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "nobody", "unknown"),
    ],
)
def test_an_address_is_believed_as_far_as_proxies_of_ours_vouch_for_it(
    settings: Any, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies

    found = rates.address_of(_asked(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded))

    assert found == expected


def test_a_key_counts_by_itself_only_when_it_holds(settings: Any) -> None:
    settings.GRAPHQL_RATE_PER_MINUTE = 600
    asked = _asked(REMOTE_ADDR="192.0.2.1", HTTP_AUTHORIZATION="Bearer made-up")
    stranger = _asked(REMOTE_ADDR="192.0.2.1")

    claimed = rates.client_of(asked, is_known=False)
    held = rates.client_of(asked, is_known=True)

    assert claimed == rates.client_of(stranger, is_known=False)
    assert held != claimed
    assert "made-up" not in held


def test_nothing_is_counted_without_a_rate(settings: Any) -> None:
    settings.GRAPHQL_RATE_PER_MINUTE = 0

    assert rates.client_of(_asked(REMOTE_ADDR="192.0.2.1"), is_known=False) == ""


def test_a_bucket_empties_and_fills(clock: ManualClock) -> None:
    buckets = LocalBuckets()

    first = buckets.take("a", 100, RULE)
    second = buckets.take("a", 30, RULE)
    other = buckets.take("b", 100, RULE)
    clock.now += 3
    third = buckets.take("a", 30, RULE)

    assert (first.is_granted, first.left) == (True, 0)
    assert (second.is_granted, second.wait_seconds) == (False, 3)
    assert other.is_granted
    assert third.is_granted


def test_what_is_owed_is_paid_first_and_forgotten(clock: ManualClock) -> None:
    buckets = LocalBuckets()
    buckets.owe("a", 500)

    spent = buckets.is_spent("a", RULE)
    refused = buckets.take("a", 0, RULE)
    still = buckets.is_spent("a", RULE)
    clock.now += 1

    assert (spent, still, buckets.is_spent("a", RULE)) == (True, True, False)
    assert (refused.is_granted, refused.wait_seconds) == (False, 0.1)
    assert buckets.owed("a") == 0
    assert not buckets.is_spent("b", RULE)


def test_memory_is_bounded_however_many_clients_come() -> None:
    buckets = LocalBuckets(clients_max=50)

    for number in range(1_000):
        buckets.take(str(number), 1, RULE)
        buckets.owe(str(number), 1)

    assert len(buckets) == 100


@pytest.mark.django_db
def test_who_asks_for_too_much_is_told_when_to_come_back(client: Client, settings: Any) -> None:
    make_world()
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.GRAPHQL_RATE_PER_MINUTE, settings.GRAPHQL_RATE_BURST = 60, 25
    body = orjson.dumps({"query": "{ news { nodes { title } } }"})

    def post(address: str) -> Any:
        return client.post("/graphql", body, content_type="application/json", REMOTE_ADDR=address)

    answered = post("192.0.2.1")
    refused = post("192.0.2.1")
    other = post("192.0.2.2")

    assert (answered.status_code, other.status_code) == (200, 200)
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED"}
    assert refused.headers["Retry-After"] == "17"
    assert refused.headers["RateLimit-Policy"] == '"cost";q=25;w=25'
    assert refused.headers["RateLimit"] == '"cost";r=4;t=17'


@pytest.mark.django_db
def test_documents_that_are_refused_use_up_the_rate_too(client: Client, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.GRAPHQL_RATE_PER_MINUTE, settings.GRAPHQL_RATE_BURST = 60, 2_000
    body = orjson.dumps({"query": "{ nothing }"})

    statuses = [
        client.post(
            "/graphql", body, content_type="application/json", headers={"accept": RESPONSE}
        ).status_code
        for _ in range(3)
    ]

    assert statuses == [400, 400, 429]


@pytest.mark.django_db
def test_keys_that_do_not_hold_use_up_the_rate_of_their_address(
    client: Client, settings: Any
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.GRAPHQL_RATE_PER_MINUTE, settings.GRAPHQL_RATE_BURST = 60, 2_000
    body = orjson.dumps({"query": "{ __typename }"})

    def post(sent: str, **more: Any) -> Any:
        headers = {"accept": RESPONSE, "authorization": f"Bearer {sent}"}
        return client.post(
            "/graphql", body, content_type="application/json", headers=headers, **more
        )

    text, _key = make_key(make_portal())
    answers = [post(f"ict_{number}") for number in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert post(text).status_code == 200
    assert post("ict_4", REMOTE_ADDR="192.0.2.2").status_code == 401


@needs_redis
@pytest.mark.usefixtures("patient")
def test_processes_share_buckets() -> None:
    name = f"test-{uuid.uuid4().hex}"
    one, other = SharedBuckets(REDIS), SharedBuckets(REDIS)

    first = one.take(name, 80, SLOW_RULE)
    second = other.take(name, 80, SLOW_RULE)

    assert first is not None
    assert second is not None
    assert (first.is_granted, second.is_granted) == (True, False)
    assert first.left == 20
    assert second.left == pytest.approx(20, abs=0.01)
    assert second.wait_seconds == (80 - second.left) / SLOW_RULE.per_second
    found: Any = redis.Redis.from_url(REDIS)
    assert 0 < found.ttl(f"graphql-rate:{name}") <= 10_000_001
    found.delete(f"graphql-rate:{name}")


@needs_redis
@pytest.mark.usefixtures("patient")
def test_what_a_cache_answered_is_paid_at_the_next_execution(settings: Any) -> None:
    backend = "cms.redis_cache.TolerantRedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": REDIS}}
    settings.GRAPHQL_RATE_PER_MINUTE, settings.GRAPHQL_RATE_BURST = 60, 100_000
    name = f"test-{uuid.uuid4().hex}"

    for _ in range(40):
        rates.note(name, rates.HIT_COST)
    rates.take(name, 10)

    found: Any = redis.Redis.from_url(REDIS)
    assert float(found.hget(f"graphql-rate:{name}", "left")) == 99_950
    assert rates._local().owed(name) == 0
    found.delete(f"graphql-rate:{name}")


def test_a_frozen_redis_costs_one_short_wait_and_each_process_counts_by_itself(
    settings: Any,
) -> None:
    settings.GRAPHQL_RATE_PER_MINUTE, settings.GRAPHQL_RATE_BURST = 60, 100
    with frozen_server() as server:
        backend = "cms.redis_cache.TolerantRedisCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": server.redis_url}}

        rates.take("a", 60)
        with pytest.raises(Refused) as refused:
            rates.take("a", 60)

        assert server.count_connections() == 1
    shared: Any = rates._shared()
    options = shared._script.registered_client.connection_pool.connection_kwargs
    assert (options["socket_timeout"], options["socket_connect_timeout"]) == (0.2, 0.2)
    assert refused.value.status == 429
    assert refused.value.headers[0] == ("Retry-After", "20")


def test_a_redis_that_failed_is_asked_again_after_a_while(clock: ManualClock) -> None:
    with frozen_server() as server:
        shared = SharedBuckets(server.redis_url)
        assert shared.take("a", 1, RULE) is None
        clock.now += rate_buckets.PAUSE_SECONDS - 1
        assert shared.take("a", 1, RULE) is None
        before = server.count_connections()
        clock.now += 1
        assert shared.take("a", 1, RULE) is None

        assert (before, server.count_connections()) == (1, 2)
