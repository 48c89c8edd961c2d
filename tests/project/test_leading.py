"""One thread of the server leads and others rest, but never all of them."""

import io
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from cms import leading as module
from cms.leading import SERVER, Leading, Led, Parting

SOON_SECONDS = 5.0


def nobody(*_: Any) -> Any:
    """Be the server that is told of a status and headers."""


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


def eventually(holds: Callable[[], bool]) -> bool:
    ends_at = time.monotonic() + SOON_SECONDS
    while not holds() and time.monotonic() < ends_at:
        time.sleep(0.001)
    return holds()


def follow(leading: Leading) -> None:
    """Have a request, and be done with it."""
    leading.end_and_rest(leading.begin())


def count_on(leading: Leading) -> None:
    """Let this thread wait at the server for longer than a test takes."""
    leading._waiting[threading.get_ident()] = time.monotonic() + SOON_SECONDS


def test_who_is_alone_does_not_rest(leading: Leading, pool: ThreadPoolExecutor) -> None:
    for _ in range(3):
        pool.submit(follow, leading).result(SOON_SECONDS)


def test_who_is_done_rests_while_another_waits(leading: Leading, pool: ThreadPoolExecutor) -> None:
    follow(leading)

    second = pool.submit(follow, leading)

    assert eventually(lambda: leading.resting == 1)
    assert not second.done()


def test_who_rests_is_woken_when_all_have_been_at_work_for_a_moment(
    leading: Leading, pool: ThreadPoolExecutor
) -> None:
    follow(leading)
    resting = [pool.submit(follow, leading) for _ in range(2)]
    assert eventually(lambda: leading.resting == 2)

    leading.begin()

    assert eventually(lambda: any(one.done() for one in resting))
    # The one that was woken waits at the server: that is enough.
    time.sleep(10 * module.MOMENT_SECONDS)
    assert [one.done() for one in resting].count(True) == 1


def test_who_is_woken_is_counted_on_before_it_is_awake(leading: Leading) -> None:
    leading.begin()
    time.sleep(2 * module.MOMENT_SECONDS)
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
    gave_up = threading.Event()

    class Taken(list[tuple[int, threading.Lock]]):
        """Be the resting ones, each of which is being woken when it gives up."""

        def remove(self, _place: object) -> None:
            gave_up.set()
            raise ValueError

    monkeypatch.setattr(module, "REST_SECONDS", 0.05)
    count_on(leading)
    leading._resting = Taken()
    resting = pool.submit(follow, leading)

    assert gave_up.wait(SOON_SECONDS)
    time.sleep(10 * module.MOMENT_SECONDS)
    assert not resting.done()
    leading.wake()
    resting.result(SOON_SECONDS)


def test_nobody_rests_while_the_others_are_held_up(
    leading: Leading, pool: ThreadPoolExecutor
) -> None:
    leading.begin()
    time.sleep(2 * module.MOMENT_SECONDS)

    pool.submit(follow, leading).result(SOON_SECONDS)


def test_a_rest_ends_by_itself(
    leading: Leading, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REST_SECONDS", 0.05)
    count_on(leading)

    pool.submit(follow, leading).result(SOON_SECONDS)

    assert leading.resting == 0


def test_whoever_goes_last_stays_however_many_are_done_at_once(leading: Leading) -> None:
    done: list[Future[None]] = []
    with ThreadPoolExecutor(16) as pool:
        for _ in range(20):
            done = [pool.submit(follow, leading) for _ in range(16)]
            assert eventually(lambda: any(one.done() for one in done))  # noqa: B023
            wake_all_until(leading, done)


def wake_all_until(leading: Leading, done: list[Future[None]]) -> None:
    ends_at = time.monotonic() + SOON_SECONDS
    while not all(one.done() for one in done) and time.monotonic() < ends_at:
        wake_all(leading)
    assert all(one.done() for one in done)


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


def test_an_answer_that_goes_late_stops_nobody_at_work() -> None:
    led = Led(lambda _environ, _start: [b"answer"])
    with ThreadPoolExecutor(1) as other:
        other.submit(follow, led.leading).result(SOON_SECONDS)
        # Of one answer another thread lets go, of the other this one, which has its next request by now.
        first = [led(dict(ENVIRON), nobody)]
        other.submit(first.clear).result(SOON_SECONDS)
        second = [led(dict(ENVIRON), nobody)]
        led.leading.begin()
        began = time.monotonic()
        second.clear()

    assert time.monotonic() - began < module.REST_SECONDS / 2
    assert threading.get_ident() in led.leading._working


def test_nobody_relies_on_who_failed_or_sends_piece_by_piece(pool: ThreadPoolExecutor) -> None:
    pieces = iter([b"a", b"b"])

    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    streaming, failing = Led(lambda _environ, _start: pieces), Led(fail)
    assert streaming(dict(ENVIRON), nobody) is pieces
    with pytest.raises(ZeroDivisionError):
        failing(dict(ENVIRON), nobody)
    time.sleep(2 * module.MOMENT_SECONDS)

    for led in (streaming, failing):
        assert led.leading._waiting == {}
        pool.submit(follow, led.leading).result(SOON_SECONDS)


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
