"""Whatever editors do: the cache says what is true, and what a CDN holds beyond that is purged.

make histories                 # the same with many more histories
STALE_HISTORIES=5 pytest -s tests/api/cache/test_never_stale.py
"""

import datetime as dt
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from cms.api import pipeline
from cms.api.cache.answers import answers
from cms.publishing.models import PublishedItem
from cms.publishing.reading import answering, moments
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.item_cache import ItemCache
from cms.publishing.reading.known import Known
from cms.publishing.tags import tags_to_purge
from tests.api.cache.conftest import a_second_later
from tests.api.cache.questions import questions, some
from tests.publishing.acting import Acting, Start, make_start
from tests.publishing.histories_of_pages import PageHistory
from tests.publishing.histories_of_things import ThingHistory

HISTORIES = int(os.environ.get("STALE_HISTORIES", "2"))
STEPS = 30
# How many questions are asked after each step.
ASKED = 14


@dataclass(frozen=True, slots=True)
class Copy:
    """Hold what a CDN has of one answer: it may keep it until `ends_at`, unless it is purged."""

    body: bytes
    tags: frozenset[str]
    ends_at: float


class Readers:
    """Ask after each step, through the cache, through a CDN and without either; compare."""

    steps: ClassVar[int] = 0
    from_memory: ClassVar[int] = 0
    from_cdn: ClassVar[int] = 0
    purged: ClassVar[int] = 0
    known: ClassVar[int] = 0
    items: ClassVar[ItemCache]

    def __init__(self, *, now: dt.datetime) -> None:
        # What a history counts for others.
        self.written, self.ticked_at, self.given_up = 0, now, set[str]()
        self.asked = questions()
        self.copies: dict[bytes, Copy] = {}
        self.position = 0
        Readers.items = ItemCache(size_bytes=16_000_000)
        self.check(now)

    def check(self, now: dt.datetime) -> None:
        """Let a second pass and the purge be told, then ask."""
        Readers.steps += 1
        a_second_later()
        self._purge()
        for body in some(self.asked, ASKED, seed=Readers.steps):
            self._compare(body, now)

    def _purge(self) -> None:
        """Throw away what bears a tag of something that changed, as the purge adapter has it done."""
        changed = list(PublishedItem.objects.filter(seq__gt=self.position))
        self.position = max([self.position, *(row.seq or 0 for row in changed)])
        tags = {tag for row in changed for tag in tags_to_purge(row)}
        gone = [key for key, copy in self.copies.items() if copy.tags & tags]
        Readers.purged += len(gone)
        for key in gone:
            del self.copies[key]

    def _compare(self, body: bytes, now: dt.datetime) -> None:
        true = pipeline.respond(body, context=ReadContext(now=timezone.now())).body
        for number in range(4):
            # The last two are other questions to the answer cache, whose parts are known already.
            answer = pipeline.respond(body if number < 2 else _salted(body, number))
            assert answer.body == true, f"{body!r}\ncached: {answer.body!r}\ntrue: {true!r}"
            found = answer.kept
            Readers.from_memory += found is not None and found.found_in == "memory"
            if number == 1:
                first = found
            elif number > 1 and found and found.kept and first and first.kept:
                assert found.kept.tags == first.kept.tags, body
        found = first
        copy = self.copies.get(body)
        if copy is not None and now.timestamp() < copy.ends_at:
            Readers.from_cdn += 1
            assert copy.body == true, f"{body!r}\nat the CDN: {copy.body!r}\ntrue: {true!r}"
        elif found is not None and found.kept is not None and found.moment is not None:
            self.copies[body] = Copy(true, frozenset(found.kept.tags), found.moment.ends_at)


def _salted(body: bytes, number: int) -> bytes:
    """Return a question whose answer is kept apart, and is the same."""
    return orjson.dumps({**orjson.loads(body), "extensions": {"salt": number}})


class CachedHistory(PageHistory, ThingHistory):
    """Do all that editors can do, before readers who have a cache and a CDN."""

    notes: ClassVar[Any] = Readers


def _counted(known_in: Callable[..., Known | None]) -> Callable[..., Known | None]:
    def counted(items: ItemCache, moment: moments.Moment) -> Known | None:
        known = known_in(items, moment)
        Readers.known += bool(known and known.names)
        return known

    return counted


@pytest.fixture
def start(db: None) -> Start:
    return make_start()


@pytest.mark.timeout(600)
def test_after_any_history_no_reader_is_told_what_is_not_true(
    start: Start, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(moments, "_is_settled", lambda _context: True)
    # A history is one transaction; what others would not be shown before its end is read here.
    monkeypatch.setattr(
        ReadContext,
        "may_use_items",
        property(lambda context: context.is_now and not context.overlay),
    )
    monkeypatch.setattr(answering, "shared_items", lambda: Readers.items)
    monkeypatch.setattr(ItemCache, "known_in", _counted(ItemCache.known_in))
    Acting.start, Acting.steps = start, 0
    Readers.steps = Readers.from_memory = Readers.from_cdn = Readers.purged = Readers.known = 0

    with override_settings(ANSWER_CACHE_BYTES=16 * 1024 * 1024):
        assert answers() is not None
        run_state_machine_as_test(
            CachedHistory,
            settings=settings(
                max_examples=HISTORIES,
                stateful_step_count=STEPS,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )

    found = f"{Readers.from_memory} from memory, {Readers.from_cdn} at the CDN, {Readers.purged}"
    with capsys.disabled():
        sys.stdout.write(f"\n{Readers.steps} steps: {found} purged\n")
    assert Readers.from_memory > Readers.steps * ASKED / 4
    assert min(Readers.from_cdn, Readers.purged) > Readers.steps
    assert Readers.known > Readers.steps * ASKED
