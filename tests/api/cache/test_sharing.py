"""Redis may be slow, frozen, emptied or gone: answers stay right, and nobody waits for it twice."""

import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
import redis

from cms.api.cache import answers as answers_module
from cms.api.cache import clock as clock_module
from cms.api.cache import shared
from cms.api.cache.answers import Answers, Made
from cms.api.cache.clock import ClockReader
from cms.api.cache.kept import Damaged, Kept, pack, unpack
from cms.api.cache.shared import SharedAnswers
from cms.publishing.reading.moments import Moment
from tests.frozen_server import FrozenServer, frozen_server
from tests.manual_clock import ManualClock

REDIS_URL = "redis://127.0.0.1:6379/9"
NOW = 1_800_000_000.0
MOMENT = Moment(7, "e" * 32, 0, NOW + 3600.0, 0.0)
# Only turns a hang into a failure.
HANG_SECONDS = 30.0
pytestmark = pytest.mark.services
KEPT = Kept(b'{"data":{"a":"' + b"x" * 5_000 + b'"}}', ("tagone", "tagtwo"))


@pytest.fixture
def name() -> str:
    """Return a name under which nobody else keeps anything."""
    return uuid.uuid4().hex


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Let time pass only where a test says so."""
    clock = ManualClock(NOW)
    for module in (answers_module, clock_module, shared):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    """Return a real Redis, which may be as slow as it likes; where there is none skip, in CI fail."""
    monkeypatch.setattr(shared, "TIMEOUT_SECONDS", HANG_SECONDS)
    client = redis.Redis.from_url(REDIS_URL, socket_timeout=HANG_SECONDS)
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
def frozen() -> Iterator[FrozenServer]:
    """Return a server that takes connections and never says a word."""
    with frozen_server() as server:
        yield server


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
    soon = replace(MOMENT, ends_at=NOW + 600)

    _answers(REDIS_URL, name, moment=soon).answer(b"key", _make)

    (key,) = running.scan_iter(f"{name}:*", count=1_000)
    assert 0 < running.pttl(key) <= 600_000
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


def test_a_frozen_redis_is_waited_for_once_and_shortly(frozen: FrozenServer, name: str) -> None:
    found = _answers(frozen.redis_url, name)

    made = [found.answer(str(number).encode(), _make).made for number in range(4)]

    assert None not in made
    assert frozen.count_connections() == 1
    assert found.shared is not None
    options = found.shared._redis.connection_pool.connection_kwargs
    assert (options["socket_timeout"], options["socket_connect_timeout"]) == (0.2, 0.2)


def test_a_redis_that_is_gone_is_used_once_it_is_back(
    running: redis.Redis, name: str, clock: ManualClock
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        gone = f"redis://127.0.0.1:{free.getsockname()[1]}/0"
    found = _answers(gone, name)
    assert found.shared is not None

    assert found.answer(b"one", _make).made is not None
    found.shared._redis = running
    clock.now += shared.PAUSE_SECONDS - 1
    found.answer(b"still left alone", _make)
    clock.now += 1
    found.answer(b"two", _make)

    other = _answers(REDIS_URL, name)
    assert other.answer(b"two", _make).found_in == "shared"
    assert other.answer(b"still left alone", _make).found_in == ""


class BusyRedis:
    """Be a Redis that keeps whoever asks it waiting until the others have their answers, and fails."""

    def __init__(self, *, others: int) -> None:
        self.commands: list[str] = []
        self.answered = threading.Semaphore(0)
        self._others = others

    def execute_command(self, *command: object) -> None:
        """Note a command, wait for the others, and fail."""
        self.commands.append(str(command[0]))
        for _ in range(self._others):
            assert self.answered.acquire(timeout=HANG_SECONDS)
        raise redis.TimeoutError


def test_while_one_tries_a_broken_redis_the_others_go_on(name: str, clock: ManualClock) -> None:
    found = _answers(REDIS_URL, name)
    assert found.shared is not None
    found.shared.breaker.failed()
    found.shared._redis = busy = BusyRedis(others=7)
    clock.now += shared.PAUSE_SECONDS
    made: list[Made | None] = []

    def ask(number: int) -> None:
        made.append(found.answer(str(number).encode(), _make).made)
        busy.answered.release()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert busy.commands == ["GET"]
    assert len(made) == 8
    assert None not in made


@pytest.mark.parametrize("body", [b"{}", b'{"data":"' + b"y" * 9_000 + b'"}', b"a\nb\n"])
def test_packing_keeps_every_byte(body: bytes) -> None:
    kept = Kept(body, ("one", "two"))

    assert unpack(pack(kept)) == kept


@pytest.mark.parametrize("stored", [b"", b"p", b"p[]", b"pnull\n{}", b"zzz", b"p{\n{}"])
def test_what_cannot_be_read_is_damaged(stored: bytes) -> None:
    with pytest.raises(Damaged):
        unpack(stored)
