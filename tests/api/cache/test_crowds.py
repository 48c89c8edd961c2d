"""Many who ask at once are answered by one computation, and memory stays within its bounds."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cms.api.cache.answers import Answers, Made
from cms.api.cache.bounded import Bounded
from cms.api.cache.clock import ClockReader
from cms.api.cache.documents import Documents
from cms.api.cache.kept import Kept
from cms.api.cache.memory import Memory
from cms.api.errors import Code, Refused
from cms.api.places import Places
from cms.publishing.reading.moments import Moment

MOMENT = Moment(7, "e" * 32, 0, time.time() + 3600.0, 0.0)


def _together(count: int, act: Callable[[], Any]) -> None:
    barrier = threading.Barrier(count)

    def run() -> None:
        barrier.wait()
        act()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_hundred_identical_questions_are_computed_once() -> None:
    found = Answers(clock=ClockReader(lambda _before: MOMENT), size_bytes=1_000_000)
    made: list[float] = []
    bodies: list[Any] = []

    def make() -> Made:
        made.append(time.monotonic())
        time.sleep(0.05)
        return Made("fresh", Kept(b"{}", ()))

    _together(100, lambda: bodies.append(found.answer(b"key", make).kept))

    assert len(made) == 1
    assert bodies == [Kept(b"{}", ())] * 100


def test_an_error_is_everybodys_who_waited_for_it_and_nobodys_after() -> None:
    found = Answers(clock=ClockReader(lambda _before: MOMENT), size_bytes=1_000_000)
    made: list[int] = []
    errors: list[Exception] = []

    def fail() -> Made:
        made.append(1)
        time.sleep(0.05)
        raise LookupError("away")

    def ask() -> None:
        try:
            found.answer(b"key", fail)
        except LookupError as error:
            errors.append(error)

    _together(20, ask)

    assert (len(made), len(errors)) == (1, 20)
    assert found.answer(b"key", lambda: Made("fine")).made == Made("fine")


def test_the_clock_is_read_once_for_all_who_find_it_old() -> None:
    reads: list[Any] = []

    def read(before: Moment | None) -> Moment:
        reads.append(before)
        time.sleep(0.05)
        return MOMENT

    reader = ClockReader(read)
    _together(50, reader.current)

    assert reads == [None]


def test_a_clock_that_cannot_be_read_is_waited_for_once_by_all() -> None:
    reads: list[Any] = []
    errors: list[Exception] = []

    def read(before: Moment | None) -> Moment:
        reads.append(before)
        time.sleep(0.05)
        raise LookupError("frozen")

    reader = ClockReader(read)

    def ask() -> None:
        try:
            reader.current()
        except LookupError as error:
            errors.append(error)

    _together(20, ask)

    assert (len(reads), len(errors)) == (1, 20)
    # Who comes later tries again.
    ask()
    assert (len(reads), len(errors)) == (2, 21)


def test_who_waits_for_another_leaves_his_place(monkeypatch: pytest.MonkeyPatch) -> None:
    two = Places(2, patience_seconds=0.2)
    monkeypatch.setattr("cms.api.cache.answers.places", lambda: two)
    found = Answers(clock=ClockReader(lambda _before: MOMENT), size_bytes=1_000_000)
    is_made = threading.Event()
    asked = []

    def make() -> Made:
        assert is_made.wait(5)
        return Made("fresh", Kept(b"{}", ()))

    def ask() -> None:
        with two:
            asked.append(found.answer(b"key", make).kept)

    readers = [threading.Thread(target=ask) for _ in range(6)]
    for reader in readers:
        reader.start()
    time.sleep(0.1)
    # Six of them are at work or wait for the first, and there is a place left.
    with two:
        is_made.set()
    for reader in readers:
        reader.join()

    assert asked == [Kept(b"{}", ())] * 6


def test_the_clock_is_used_for_less_than_a_second() -> None:
    reads: list[Any] = []

    def read(before: Any) -> Any:
        reads.append(before)
        return MOMENT

    reader = ClockReader(read, kept_seconds=0.05)

    reader.current()
    assert reader.held() is MOMENT
    time.sleep(0.06)

    assert reader.held() is None
    assert reader.current() is MOMENT
    assert reads == [None, MOMENT]
    assert ClockReader(lambda _before: MOMENT).kept_seconds < 1


def test_what_is_forgotten_while_it_is_read_is_read_again() -> None:
    def read(_before: Moment | None) -> Moment:
        reader.forget()
        return MOMENT

    reader = ClockReader(read)

    assert reader.current() is MOMENT
    assert reader.held() is None


@pytest.mark.parametrize(
    "stretch", [(0.0, time.time() - 1), (time.time() + 9_000, time.time() + 9_900)]
)
def test_a_moment_is_not_used_outside_of_its_time(stretch: tuple[float, float]) -> None:
    since, ends_at = stretch
    reader = ClockReader(lambda _before: replace(MOMENT, since=since, ends_at=ends_at))

    reader.current()

    assert reader.held() is None


def test_an_answer_that_took_beyond_the_end_is_not_kept() -> None:
    ending = replace(MOMENT, ends_at=time.time() + 0.03)
    found = Answers(clock=ClockReader(lambda _before: ending), size_bytes=1_000_000)

    def make() -> Made:
        time.sleep(0.05)
        return Made("late", Kept(b"{}", ()))

    assert found.answer(b"key", make).kept is None
    assert found.memory.used_bytes == 0


def test_memory_stays_within_its_bytes_and_keeps_what_is_used() -> None:
    memory: Memory[int, bytes] = Memory(size_bytes=1_000)

    for number in range(100):
        memory.put(MOMENT, number, b"", size=100)
        memory.get(MOMENT, 0)

    assert memory.used_bytes == 1_000
    assert [number for number in range(100) if memory.get(MOMENT, number) is not None] == [
        0,
        *range(91, 100),
    ]


def test_what_is_too_large_pushes_nothing_out() -> None:
    kept: Bounded[int, bytes] = Bounded(size_bytes=100)
    kept.put(1, b"", size=60)

    kept.put(2, b"", size=101)

    assert (kept.get(1), kept.get(2), kept.used_bytes) == (b"", None, 60)


def test_a_later_moment_takes_the_place_of_all_before_it_and_not_the_other_way_round() -> None:
    memory: Memory[str, str] = Memory(size_bytes=1_000)
    later = replace(MOMENT, value=8, number=MOMENT.number + 1)
    memory.put(MOMENT, "a", "old", size=10)

    memory.put(later, "b", "new", size=10)
    memory.put(MOMENT, "c", "old", size=10)

    assert [memory.get(MOMENT, key) for key in "abc"] == [None] * 3
    assert [memory.get(later, key) for key in "abc"] == [None, "new", None]


def test_documents_are_bounded_by_number_and_by_bytes() -> None:
    few: Documents[int] = Documents(entries_max=3)
    small: Documents[int] = Documents(size_bytes=3 * 4_200)

    for number in range(10):
        few.keep(str(number), number, text="x")
        small.keep(str(number), number, text="x")

    assert (len(few), few.get("9"), few.get("6")) == (3, 9, None)
    assert len(small) == 3


def test_the_refusal_of_one_client_is_not_that_of_another_who_asks_the_same() -> None:
    found = Answers(clock=ClockReader(lambda _before: MOMENT), size_bytes=1_000_000)
    made: list[int] = []
    outcomes: list[str] = []

    def make() -> Made:
        made.append(1)
        if len(made) == 1:
            time.sleep(0.05)
            raise Refused(Code.BAD_REQUEST, "Too many.", status=429)
        return Made("fine")

    def ask() -> None:
        try:
            outcomes.append("answered" if found.answer(b"key", make).made else "kept")
        except Refused:
            outcomes.append("refused")

    _together(5, ask)

    assert sorted(outcomes) == ["answered"] * 4 + ["refused"]
