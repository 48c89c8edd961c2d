"""A cache that fails costs time once and never an error."""

import logging
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from redis.backoff import NoBackoff
from redis.retry import Retry

from cms import redis_cache
from cms.redis_cache import TolerantRedisCache, TolerantRedisClient

OPTIONS = {
    "socket_timeout": 0.2,
    "socket_connect_timeout": 0.2,
    "retry": Retry(NoBackoff(), 0),
}


@pytest.fixture
def frozen() -> Iterator[TolerantRedisCache]:
    """Give a cache behind a server that accepts a connection and then says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(8)
        port = server.getsockname()[1]
        cache = TolerantRedisCache(f"redis://127.0.0.1:{port}/0", {"OPTIONS": OPTIONS})
        yield cache


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
    frozen: TolerantRedisCache, caplog: pytest.LogCaptureFixture
) -> None:
    began = time.monotonic()

    with caplog.at_level(logging.WARNING):
        answers = [frozen.get(f"key:{number}") for number in range(100)]

    assert answers == [None] * 100
    assert time.monotonic() - began < 0.9
    assert [record.getMessage() for record in caplog.records] == [
        "The cache does not answer: TimeoutError"
    ]


def test_a_counter_counts_while_redis_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = TolerantRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": OPTIONS})
    client: Any = cache._cache
    monkeypatch.setattr(client._redis, "incr", lambda _key, delta: 41 + delta)

    assert cache.incr("key") == 42


def test_a_refused_connection_is_tolerated_and_then_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    cache = TolerantRedisCache(f"redis://127.0.0.1:{port}/0", {"OPTIONS": OPTIONS})

    assert cache.get("key", "default") == "default"

    client: Any = cache._cache
    assert isinstance(client, TolerantRedisClient)
    assert client.resume_at > time.monotonic()
    monkeypatch.setattr(client, "resume_at", 0.0)
    monkeypatch.setattr(client._redis, "get", lambda *_: "stored")
    assert cache.get("key") == "stored"
