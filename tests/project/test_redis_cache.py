"""A cache that fails costs time once and never an error."""

import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from redis.backoff import NoBackoff
from redis.retry import Retry

from cms import redis_cache
from cms.redis_cache import TolerantRedisCache, TolerantRedisClient
from tests.frozen_server import FrozenServer, frozen_server
from tests.manual_clock import ManualClock

OPTIONS = {
    "socket_timeout": 0.2,
    "socket_connect_timeout": 0.2,
    "retry": Retry(NoBackoff(), 0),
}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Let time pass only where a test says so."""
    clock = ManualClock()
    monkeypatch.setattr(redis_cache, "time", clock)
    return clock


@pytest.fixture
def server() -> Iterator[FrozenServer]:
    """Give a server that accepts a connection and then says nothing."""
    with frozen_server() as server:
        yield server


@pytest.fixture
def frozen(server: FrozenServer) -> TolerantRedisCache:
    """Give a cache behind that server."""
    return TolerantRedisCache(server.redis_url, {"OPTIONS": OPTIONS})


def test_a_frozen_server_means_nothing_is_found_and_nothing_is_raised(
    frozen: TolerantRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_cache, "PAUSE_SECONDS", 0)

    frozen.set("key", 1)
    frozen.set_many({"key": 1})
    frozen.delete_many(["key"])

    assert frozen.get("key", "default") == "default"
    assert frozen.add("key", 1) is False
    assert frozen.touch("key") is False
    assert frozen.delete("key") is False
    assert frozen.get_many(["key"]) == {}
    assert frozen.has_key("key") is False
    frozen.clear()
    with pytest.raises(ValueError, match="not found"):
        frozen.incr("key")


def test_a_frozen_server_is_left_alone_for_a_while(
    frozen: TolerantRedisCache,
    server: FrozenServer,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        answers = [frozen.get(f"key:{number}") for number in range(100)]

    assert answers == [None] * 100
    assert server.count_connections() == 1
    assert [record.getMessage() for record in caplog.records] == [
        "The cache does not answer: TimeoutError"
    ]
    clock.now += redis_cache.PAUSE_SECONDS
    frozen.get("key")
    assert server.count_connections() == 2


def test_a_counter_counts_while_redis_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = TolerantRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": OPTIONS})
    client: Any = cache._cache
    monkeypatch.setattr(client._redis, "incr", lambda _key, delta: 41 + delta)

    assert cache.incr("key") == 42


def test_a_refused_connection_is_tolerated_and_then_tried_again(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    cache = TolerantRedisCache(f"redis://127.0.0.1:{port}/0", {"OPTIONS": OPTIONS})
    client: Any = cache._cache
    assert isinstance(client, TolerantRedisClient)

    refused = cache.get("key", "default")
    monkeypatch.setattr(client._redis, "get", lambda *_: "stored")
    at_once = cache.get("key", "default")
    clock.now += redis_cache.PAUSE_SECONDS
    later = cache.get("key", "default")

    assert (refused, at_once, later) == ("default", "default", "stored")
