"""One thread of the server leads and others rest, but never all of them."""

import io
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from cms import leading as module
from cms.leading import SERVER, Leading, Led, Parting
from tests.manual_clock import ManualClock
from tests.waiting import wait_until

# Only turns a hang into a failure.
HANG_SECONDS = 30.0


def nobody(*_: Any) -> Any:
    """Be the server that is told of a status and headers."""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Let time pass only where a test says so: no rest ends by itself."""
    clock = ManualClock()
    monkeypatch.setattr(module, "monotonic", clock.monotonic)
    monkeypatch.setattr(module, "REST_SECONDS", HANG_SECONDS)
    return clock


@pytest.fixture(autouse=True)
def rests(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the threads that lay down to rest, in that order."""
    rest, rests = Leading._rest, list[int]()

    def noted(leading: Leading) -> None:
        rests.append(threading.get_ident())
        rest(leading)

    monkeypatch.setattr(Leading, "_rest", noted)
    return rests


@pytest.fixture
def leading() -> Leading:
    return Leading()


@pytest.fixture
def pool(leading: Leading) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as found:
        yield found
        wake_all(leading)


def wake_all(leading: Leading) -> None:
    while leading.resting:
        leading.wake()


def follow(leading: Leading) -> None:
    """Have a request, and be done with it."""
    leading.end_and_rest(leading.begin())


class Looks:
    """Count how often the thread that watches over the resting ones has looked at them."""

    def __init__(self, leading: Leading, monkeypatch: pytest.MonkeyPatch) -> None:
        self._looked = threading.Semaphore(0)
        monkeypatch.setattr(leading, "_forget", self._looked.release)

    def wait_for(self, count: int) -> None:
        """Return after so many looks that began later than this call."""
        while self._looked.acquire(blocking=False):
            pass
        for _ in range(count + 1):
            assert self._looked.acquire(timeout=HANG_SECONDS)


def test_who_is_alone_does_not_rest(leading: Leading, rests: list[int]) -> None:
    for _ in range(3):
        follow(leading)

    assert rests == []


def test_who_is_done_rests_while_another_waits(
    leading: Leading, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = Looks(leading, monkeypatch)
    follow(leading)

    second = pool.submit(follow, leading)

    looks.wait_for(3)
    assert leading.resting == 1
    assert not second.done()


def test_who_rests_is_woken_when_all_have_been_at_work_for_a_moment(
    leading: Leading, pool: ThreadPoolExecutor, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = Looks(leading, monkeypatch)
    follow(leading)
    resting = [pool.submit(follow, leading) for _ in range(2)]
    wait_until(lambda: leading.resting == 2, what="both rest")

    leading.begin()
    looks.wait_for(3)
    assert leading.resting == 2
    clock.now += 2 * module.MOMENT_SECONDS

    wait_until(lambda: any(one.done() for one in resting), what="one of them is woken")
    # The one that was woken waits at the server: that is enough.
    looks.wait_for(3)
    assert [one.done() for one in resting].count(True) == 1


def test_who_is_woken_is_counted_on_before_it_is_awake(
    leading: Leading, clock: ManualClock
) -> None:
    leading.begin()
    clock.now += 2 * module.MOMENT_SECONDS
    bed = threading.Lock()
    bed.acquire()
    leading._resting.append((0, bed))
    assert not leading._is_led()

    leading.wake()

    assert not bed.locked()
    assert leading._is_led()


def test_who_gives_up_its_rest_waits_for_whoever_wakes_it(
    leading: Leading, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_again = threading.Event()
    timeouts: list[float] = []

    class Bed:
        """Be a lock for which nobody waits in vain for long, and that tells who waits for ever."""

        def __init__(self) -> None:
            self._lock = threading.Lock()
            self.release = self._lock.release

        def acquire(self, timeout: float = -1) -> bool:
            timeouts.append(timeout)
            if timeout == -1 and self._lock.locked():
                waits_again.set()
            return timeout == -1 and self._lock.acquire()

    class Taken(list[tuple[int, threading.Lock]]):
        """Be the resting ones, each of which is being woken when it gives up."""

        def remove(self, _place: object) -> None:
            raise ValueError

    leading._owner = os.getpid()  # Nobody is woken but by this test.
    follow(leading)
    monkeypatch.setattr(module, "threading", SimpleNamespace(Lock=Bed))
    leading._resting = Taken()
    resting = pool.submit(follow, leading)

    wait_until(lambda: waits_again.is_set() or resting.done(), what="the rest is given up")
    assert not resting.done()
    leading.wake()
    resting.result(HANG_SECONDS)
    assert timeouts == [-1, module.REST_SECONDS, -1]


def test_nobody_rests_while_the_others_are_held_up(
    leading: Leading, pool: ThreadPoolExecutor, clock: ManualClock, rests: list[int]
) -> None:
    leading.begin()
    clock.now += 2 * module.MOMENT_SECONDS

    pool.submit(follow, leading).result(HANG_SECONDS)

    assert rests == []


def test_a_rest_ends_by_itself(
    leading: Leading, pool: ThreadPoolExecutor, rests: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REST_SECONDS", 0.05)
    follow(leading)

    pool.submit(follow, leading).result(HANG_SECONDS)

    assert (len(rests), leading.resting) == (1, 0)


def test_whoever_goes_last_stays_however_many_are_done_at_once(leading: Leading) -> None:
    at_work = threading.Barrier(16, timeout=HANG_SECONDS)

    def together() -> None:
        began = leading.begin()
        at_work.wait()
        leading.end_and_rest(began)

    leading._owner = os.getpid()  # Nobody is woken but by this test.
    with ThreadPoolExecutor(16) as pool:
        for _ in range(20):
            assert count_of_those_who_stay(leading, [pool.submit(together) for _ in range(16)]) > 0


def count_of_those_who_stay(leading: Leading, followers: list[Future[None]]) -> int:
    """Return how many do not rest when all are done; then wake the others."""

    def stay() -> int:
        return sum(one.done() for one in followers)

    wait_until(lambda: leading.resting + stay() == len(followers), what="all are done")
    found = stay()
    wake_all(leading)
    for one in followers:
        one.result(HANG_SECONDS)
    return found


ENVIRON = {"SERVER_SOFTWARE": SERVER}


def test_an_answer_ends_the_request_when_it_is_let_go_of() -> None:
    led = Led(lambda _environ, _start: [b"answer"])

    answer: Any = led(dict(ENVIRON), nobody)

    assert type(answer) is Parting
    assert answer == [b"answer"]
    assert threading.get_ident() in led.leading._working
    del answer
    assert threading.get_ident() not in led.leading._working
    assert threading.get_ident() in led.leading._waiting


def test_an_answer_that_goes_late_stops_nobody_at_work(rests: list[int]) -> None:
    led = Led(lambda _environ, _start: [b"answer"])
    with ThreadPoolExecutor(1) as other:
        other.submit(follow, led.leading).result(HANG_SECONDS)
        # Of one answer another thread lets go, of the other this one, which has its next request by now.
        first = [led(dict(ENVIRON), nobody)]
        other.submit(first.clear).result(HANG_SECONDS)
        second = [led(dict(ENVIRON), nobody)]
        led.leading.begin()
        second.clear()

    assert rests == []
    assert threading.get_ident() in led.leading._working


def test_nobody_relies_on_who_failed_or_sends_piece_by_piece(
    pool: ThreadPoolExecutor, clock: ManualClock, rests: list[int]
) -> None:
    pieces = iter([b"a", b"b"])

    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    streaming, failing = Led(lambda _environ, _start: pieces), Led(fail)
    assert streaming(dict(ENVIRON), nobody) is pieces
    with pytest.raises(ZeroDivisionError):
        failing(dict(ENVIRON), nobody)
    clock.now += 2 * module.MOMENT_SECONDS

    for led in (streaming, failing):
        assert led.leading._waiting == {}
        pool.submit(follow, led.leading).result(HANG_SECONDS)
    assert rests == []


def test_the_server_lets_go_of_a_body_that_nobody_read_at_once() -> None:
    def read(environ: dict[str, Any], _start: Any) -> list[bytes]:
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read())
        return [b"answer"]

    asked = {**ENVIRON, "CONTENT_LENGTH": "4", "wsgi.input": io.BytesIO(b"body")}

    assert type(Led(lambda *_: [b"refused"])(dict(asked), nobody)) is list
    assert type(Led(read)(dict(asked), nobody)) is Parting


def test_threads_of_other_servers_are_left_alone() -> None:
    body = [b"answer"]
    led = Led(lambda _environ, _start: body)

    assert led({"SERVER_SOFTWARE": "WSGIServer/0.2"}, nobody) is body
    assert led({}, nobody) is body
    assert led.leading._waiting == {}
