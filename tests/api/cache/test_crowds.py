"""Many who ask at once are answered by one computation."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from cms.api.cache import answers as answers_module
from cms.api.cache import clock as clock_module
from cms.api.cache import flights
from cms.api.cache.answers import Answers, Made
from cms.api.cache.clock import ClockReader
from cms.api.cache.kept import Kept
from cms.api.errors import Code, Refused
from cms.api.places import Places
from cms.publishing.reading.moments import Moment
from tests.manual_clock import ManualClock

NOW = 1_800_000_000.0
MOMENT = Moment(7, "e" * 32, 0, NOW + 3600.0, 0.0)
# Only turns a hang into a failure.
HANG_SECONDS = 30.0


class CountedPlaces(Places):
    """Count the threads that wait for the answer of another one, each without a place."""

    def __init__(self, count: int) -> None:
        super().__init__(count, patience_seconds=HANG_SECONDS)
        self._waiting = threading.Semaphore(0)

    @contextmanager
    def left(self) -> Iterator[None]:
        """Give the place back, then count this thread."""
        with super().left():
            self._waiting.release()
            yield

    def wait_for(self, count: int) -> None:
        """Return when so many threads wait."""
        for _ in range(count):
            assert self._waiting.acquire(timeout=HANG_SECONDS)


class CountedLock:
    """Be a lock that counts the threads that came to take it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._came = threading.Semaphore(0)

    def __enter__(self) -> None:
        """Count this thread, then take the lock."""
        self._came.release()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        """Give the lock back."""
        self._lock.release()

    def wait_for(self, count: int) -> None:
        """Return when so many threads hold the lock or wait for it."""
        for _ in range(count):
            assert self._came.acquire(timeout=HANG_SECONDS)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Let time pass only where a test says so."""
    clock = ManualClock(NOW)
    monkeypatch.setattr(answers_module, "time", clock)
    monkeypatch.setattr(clock_module, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def crowd(monkeypatch: pytest.MonkeyPatch) -> CountedPlaces:
    """Return the places of the process, which know how many threads wait for another."""
    crowd = CountedPlaces(2)
    monkeypatch.setattr(answers_module, "places", lambda: crowd)
    monkeypatch.setattr(flights, "PATIENCE_SECONDS", HANG_SECONDS)
    return crowd


def _reader(read: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[ClockReader, CountedLock]:
    """Return a reader of the clock, and its lock."""
    reader, lock = ClockReader(read), CountedLock()
    monkeypatch.setattr(reader, "_lock", lock)
    return reader, lock


def _together(count: int, act: Callable[[], Any]) -> None:
    threads = [threading.Thread(target=act) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_hundred_identical_questions_are_computed_once(crowd: CountedPlaces) -> None:
    found = Answers(clock=ClockReader(lambda _before: MOMENT), size_bytes=1_000_000)
    made: list[int] = []
    bodies: list[Any] = []

    def make() -> Made:
        made.append(1)
        crowd.wait_for(99)
        return Made("fresh", Kept(b"{}", ()))

    _together(100, lambda: bodies.append(found.answer(b"key", make).kept))

    assert len(made) == 1
    assert bodies == [Kept(b"{}", ())] * 100


def test_an_error_is_everybodys_who_waited_for_it_and_nobodys_after(crowd: CountedPlaces) -> None:
    found = Answers(clock=ClockReader(lambda _before: MOMENT), size_bytes=1_000_000)
    made: list[int] = []
    errors: list[Exception] = []

    def fail() -> Made:
        made.append(1)
        crowd.wait_for(19)
        raise LookupError("away")

    def ask() -> None:
        try:
            found.answer(b"key", fail)
        except LookupError as error:
            errors.append(error)

    _together(20, ask)

    assert (len(made), len(errors)) == (1, 20)
    assert found.answer(b"key", lambda: Made("fine")).made == Made("fine")


def test_the_clock_is_read_once_for_all_who_find_it_old(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Any] = []

    def read(before: Moment | None) -> Moment:
        reads.append(before)
        if len(reads) == 1:
            lock.wait_for(50)
        return MOMENT

    reader, lock = _reader(read, monkeypatch)
    _together(50, reader.current)

    assert reads == [None]


def test_a_clock_that_cannot_be_read_is_waited_for_once_by_all(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Any] = []
    errors: list[Exception] = []

    def read(before: Moment | None) -> Moment:
        reads.append(before)
        if len(reads) == 1:
            lock.wait_for(20)
        clock.now += 2
        raise LookupError("frozen")

    def ask() -> None:
        try:
            reader.current()
        except LookupError as error:
            errors.append(error)

    reader, lock = _reader(read, monkeypatch)
    _together(20, ask)

    assert (len(reads), len(errors)) == (1, 20)
    # Who comes later tries again.
    ask()
    assert (len(reads), len(errors)) == (2, 21)


def test_who_waits_for_another_leaves_his_place(crowd: CountedPlaces) -> None:
    found = Answers(clock=ClockReader(lambda _before: MOMENT), size_bytes=1_000_000)
    is_made = threading.Event()
    asked = []

    def make() -> Made:
        assert is_made.wait(HANG_SECONDS)
        return Made("fresh", Kept(b"{}", ()))

    def ask() -> None:
        with crowd:
            asked.append(found.answer(b"key", make).kept)

    readers = [threading.Thread(target=ask) for _ in range(6)]
    for reader in readers:
        reader.start()
    crowd.wait_for(5)
    # One of them is at work in one of the two places, five wait for it, and there is a place left.
    with crowd:
        is_made.set()
    for reader in readers:
        reader.join()

    assert asked == [Kept(b"{}", ())] * 6


def test_the_clock_is_used_for_less_than_a_second(clock: ManualClock) -> None:
    reads: list[Any] = []

    def read(before: Any) -> Any:
        reads.append(before)
        # Reading takes time too, from which the moment is not used any longer.
        clock.now += 0.5
        return MOMENT

    reader = ClockReader(read)

    reader.current()
    clock.now += 0.375
    assert reader.held() is MOMENT
    clock.now += 0.125

    assert reader.held() is None
    assert reader.current() is MOMENT
    assert reads == [None, MOMENT]
    assert reader.kept_seconds < 1


def test_what_is_forgotten_while_it_is_read_is_read_again() -> None:
    def read(_before: Moment | None) -> Moment:
        reader.forget()
        return MOMENT

    reader = ClockReader(read)

    assert reader.current() is MOMENT
    assert reader.held() is None


@pytest.mark.parametrize("stretch", [(0.0, NOW), (NOW + 1, NOW + 900)], ids=["before", "after"])
def test_a_moment_is_not_used_outside_of_its_time(stretch: tuple[float, float]) -> None:
    since, ends_at = stretch
    reader = ClockReader(lambda _before: replace(MOMENT, since=since, ends_at=ends_at))

    reader.current()

    assert reader.held() is None


def test_an_answer_that_took_beyond_the_end_is_not_kept(clock: ManualClock) -> None:
    found = Answers(clock=ClockReader(lambda _before: MOMENT), size_bytes=1_000_000)

    def make() -> Made:
        clock.now = MOMENT.ends_at
        return Made("late", Kept(b"{}", ()))

    assert found.answer(b"key", make).kept is None
    assert found.memory.used_bytes == 0


def test_the_refusal_of_one_client_is_not_that_of_another_who_asks_the_same(
    crowd: CountedPlaces,
) -> None:
    found = Answers(clock=ClockReader(lambda _before: MOMENT), size_bytes=1_000_000)
    made: list[int] = []
    outcomes: list[str] = []

    def make() -> Made:
        made.append(1)
        if len(made) == 1:
            crowd.wait_for(4)
            raise Refused(Code.BAD_REQUEST, "Too many.", status=429)
        return Made("fine")

    def ask() -> None:
        try:
            outcomes.append("answered" if found.answer(b"key", make).made else "kept")
        except Refused:
            outcomes.append("refused")

    _together(5, ask)

    assert sorted(outcomes) == ["answered"] * 4 + ["refused"]
