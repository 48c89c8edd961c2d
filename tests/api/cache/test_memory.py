"""Memory stays within its bounds and holds one moment of the content clock."""

from dataclasses import replace

from cms.api.cache.bounded import Bounded
from cms.api.cache.documents import Documents
from cms.api.cache.memory import Memory
from cms.publishing.reading.moments import Moment

MOMENT = Moment(7, "e" * 32, 0, 1_800_003_600.0, 0.0)


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
