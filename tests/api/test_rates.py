"""One client may ask for so much in a while; others, and a Redis that is away, change nothing."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import redis
from django.test import Client

from cms.api import rates
from cms.api.errors import Refused
from cms.api.exchange import Asked
from cms.api.negotiate import RESPONSE
from cms.api.rate_buckets import LocalBuckets, Rule, SharedBuckets
from tests.page_factories import make_world

RULE = Rule(per_second=10.0, burst=100)
REDIS = os.environ.get("CACHE_URL", "")
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


def test_a_bucket_empties_and_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    buckets = LocalBuckets()

    first = buckets.take("a", 100, RULE)
    second = buckets.take("a", 30, RULE)
    other = buckets.take("b", 100, RULE)
    now += 3
    third = buckets.take("a", 30, RULE)

    assert (first.is_granted, first.left) == (True, 0)
    assert (second.is_granted, second.wait_seconds) == (False, 3)
    assert other.is_granted
    assert third.is_granted


def test_what_is_owed_is_paid_first_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    buckets = LocalBuckets()
    buckets.owe("a", 500)

    spent = buckets.is_spent("a", RULE)
    refused = buckets.take("a", 0, RULE)
    still = buckets.is_spent("a", RULE)
    now += 1

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


@needs_redis
def test_processes_share_buckets() -> None:
    name = f"test-{time.time_ns()}"
    one, other = SharedBuckets(REDIS), SharedBuckets(REDIS)

    first = one.take(name, 80, RULE)
    second = other.take(name, 80, RULE)

    assert first is not None
    assert second is not None
    assert (first.is_granted, second.is_granted) == (True, False)
    assert 5.5 < second.wait_seconds <= 6
    found: Any = redis.Redis.from_url(REDIS)
    assert 0 < found.ttl(f"graphql-rate:{name}") <= 11


@needs_redis
def test_what_a_cache_answered_is_paid_at_the_next_execution(settings: Any) -> None:
    backend = "cms.redis_cache.TolerantRedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": REDIS}}
    settings.GRAPHQL_RATE_PER_MINUTE, settings.GRAPHQL_RATE_BURST = 60, 100
    name = f"test-{time.time_ns()}"

    for _ in range(40):
        rates.note(name, rates.HIT_COST)
    rates.take(name, 10)

    found: Any = redis.Redis.from_url(REDIS)
    assert 49 < float(found.hget(f"graphql-rate:{name}", "left")) < 52
    assert rates._local().owed(name) == 0


@contextlib.contextmanager
def _frozen_server() -> Iterator[str]:
    """Accept connections and never answer."""
    kept = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    kept.append(listening.accept()[0])

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)
    for connection in kept:
        connection.close()


def test_a_frozen_redis_costs_one_short_wait_and_each_process_counts_by_itself(
    settings: Any,
) -> None:
    settings.GRAPHQL_RATE_PER_MINUTE, settings.GRAPHQL_RATE_BURST = 60, 100
    with _frozen_server() as address:
        backend = "cms.redis_cache.TolerantRedisCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": address}}
        started = time.monotonic()

        rates.take("a", 60)
        waited = time.monotonic() - started
        with pytest.raises(Refused) as refused:
            rates.take("a", 60)

    assert waited < 0.5
    assert time.monotonic() - started < 0.6
    assert refused.value.status == 429
