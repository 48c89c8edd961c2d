"""Redis may be slow, frozen, emptied or gone: answers stay right, and nobody waits for it twice."""

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
import redis

from cms.api.cache.answers import Answers, Made
from cms.api.cache.clock import ClockReader
from cms.api.cache.kept import Damaged, Kept, pack, unpack
from cms.api.cache.shared import SharedAnswers
from cms.publishing.reading.moments import Moment

REDIS_URL = "redis://127.0.0.1:6379/9"
MOMENT = Moment(7, "e" * 32, 0, time.time() + 3600.0, 0.0)
KEPT = Kept(b'{"data":{"a":"' + b"x" * 5_000 + b'"}}', ("tagone", "tagtwo"))


@pytest.fixture
def name() -> str:
    """Return a name under which nobody else keeps anything."""
    return uuid.uuid4().hex


@pytest.fixture
def running() -> Iterator[redis.Redis]:
    """Return a real Redis; where there is none skip, in CI fail."""
    client = redis.Redis.from_url(REDIS_URL, socket_timeout=1)
    try:
        client.ping()
    except redis.RedisError:
        reason = "needs Redis at 127.0.0.1:6379"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with closing(client):
        yield client


@pytest.fixture
def frozen() -> Iterator[str]:
    """Return the address of a server that takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        yield f"redis://127.0.0.1:{silent.getsockname()[1]}/0"


def _answers(url: str, name: str, *, moment: Moment = MOMENT) -> Answers:
    clock = ClockReader(lambda _before: moment)
    return Answers(clock=clock, size_bytes=1_000_000, shared=SharedAnswers(url, name=name))


def _make() -> Made:
    return Made("made here", KEPT)


@pytest.mark.usefixtures("running")
def test_what_one_process_made_another_finds(name: str) -> None:
    made = _answers(REDIS_URL, name).answer(b"key", _make)

    found = _answers(REDIS_URL, name).answer(b"key", _make)

    assert (made.made is not None, made.found_in) == (True, "")
    assert (found.made, found.kept, found.found_in) == (None, KEPT, "shared")


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    "other",
    [
        replace(MOMENT, value=8),
        replace(MOMENT, epoch="f" * 32),
        replace(MOMENT, horizon=1),
        replace(MOMENT, ends_at=MOMENT.ends_at + 1),
    ],
    ids=["clock", "epoch", "horizon", "end"],
)
def test_what_was_true_at_another_moment_is_not_found(name: str, other: Moment) -> None:
    _answers(REDIS_URL, name).answer(b"key", _make)

    assert _answers(REDIS_URL, name, moment=other).answer(b"key", _make).made is not None


def test_what_is_stored_goes_with_its_moment(running: redis.Redis, name: str) -> None:
    soon = replace(MOMENT, ends_at=time.time() + 30)

    _answers(REDIS_URL, name, moment=soon).answer(b"key", _make)

    (key,) = running.scan_iter(f"{name}:*", count=1_000)
    assert 0 < running.pttl(key) <= 30_001
    assert running.strlen(key) < len(KEPT.body) / 10


def test_an_emptied_redis_is_filled_again(running: redis.Redis, name: str) -> None:
    _answers(REDIS_URL, name).answer(b"key", _make)
    running.delete(*running.scan_iter(f"{name}:*", count=1_000))

    again = _answers(REDIS_URL, name).answer(b"key", _make)

    assert again.made is not None
    assert _answers(REDIS_URL, name).answer(b"key", _make).found_in == "shared"


def test_damaged_answers_are_made_anew(running: redis.Redis, name: str) -> None:
    _answers(REDIS_URL, name).answer(b"key", _make)
    (key,) = running.scan_iter(f"{name}:*", count=1_000)
    running.set(key, b"znot what was stored")

    assert _answers(REDIS_URL, name).answer(b"key", _make).made is not None


def test_a_frozen_redis_costs_a_quarter_of_a_second_once(frozen: str, name: str) -> None:
    found = _answers(frozen, name)
    times = []

    for number in range(4):
        started = time.monotonic()
        assert found.answer(str(number).encode(), _make).made is not None
        times.append(time.monotonic() - started)

    assert times[0] <= 0.25
    assert max(times[1:]) < 0.05


def test_a_redis_that_is_gone_costs_nothing_and_is_used_once_it_is_back(
    running: redis.Redis, name: str
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        gone = f"redis://127.0.0.1:{free.getsockname()[1]}/0"
    found = _answers(gone, name)
    assert found.shared is not None
    found.shared.breaker.pause_seconds = 0.1

    assert found.answer(b"one", _make).made is not None
    assert not found.shared.breaker.lets_pass()
    found.shared._redis = running
    time.sleep(0.15)
    found.answer(b"two", _make)

    assert _answers(REDIS_URL, name).answer(b"two", _make).found_in == "shared"


def test_while_one_tries_a_broken_redis_the_others_go_on(frozen: str, name: str) -> None:
    found = _answers(frozen, name)
    assert found.shared is not None
    found.shared.breaker.failed()
    found.shared.breaker._resume_at = time.monotonic() - 1
    times: list[float] = []

    def ask(number: int) -> None:
        started = time.monotonic()
        found.answer(str(number).encode(), _make)
        times.append(time.monotonic() - started)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(seconds > 0.15 for seconds in times) == 1


@pytest.mark.parametrize("body", [b"{}", b'{"data":"' + b"y" * 9_000 + b'"}', b"a\nb\n"])
def test_packing_keeps_every_byte(body: bytes) -> None:
    kept = Kept(body, ("one", "two"))

    assert unpack(pack(kept)) == kept


@pytest.mark.parametrize("stored", [b"", b"p", b"p[]", b"pnull\n{}", b"zzz", b"p{\n{}"])
def test_what_cannot_be_read_is_damaged(stored: bytes) -> None:
    with pytest.raises(Damaged):
        unpack(stored)
