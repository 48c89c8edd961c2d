"""Whatever editors do: a mirror fed by `/sync` alone has what a crawl finds, and nothing else.

HISTORIES=1000 pytest -s -n0 tests/syndication/histories
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import time_machine
from django.conf import settings as settings_of_django
from django.test.utils import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.content.models import Term
from cms.publishing.comparison import Outcome
from cms.publishing.reconcile import tick
from news.models import NewsPage
from tests.publishing.acting import START, TOPIC, Acting, Start, make_start
from tests.publishing.histories_of_pages import PageHistory
from tests.publishing.histories_of_things import ThingHistory
from tests.publishing.published import number_changes_now
from tests.syndication.histories.crawling import crawl_news, crawl_pages, public_snippets
from tests.syndication.histories.followers import Follower, Stranger, reasons_now
from tests.syndication.histories.rules import SyndicationHistory

HISTORIES = int(os.environ.get("HISTORIES", "3"))
STEPS = 30
# Look for the shortest history that fails, which takes minutes.
SHRINK = "SHRINK" in os.environ
FILTERS: list[dict[str, str]] = [
    {},
    {"types": "NewsPage,EventPage"},
    {"newsTypes": "NEWS"},
    {"topics": TOPIC},
    {"locale": "bg", "types": "StandardPage,NewsPage"},
]


class Notes:
    """Take the place of the ledger, which looks at much more than mirrors can see."""

    def __init__(self, **_: Any) -> None:
        self.written = 0
        self.ticked_at: Any = None
        self.given_up: set[str] = set()


class MirrorHistory(PageHistory, ThingHistory, SyndicationHistory):
    """Let mirrors read a page between the steps, and compare them at the end."""

    notes = Notes
    pages = 0
    compared = 0
    held: ClassVar[Counter[str]] = Counter()
    heard: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.stranger = Stranger()
        self.stranger.look(self.time())
        self.mirrors = [Follower(**parameters) for parameters in FILTERS]
        self.turn = 0

    def count(self, outcome: Outcome) -> None:
        """See what became public with each reconcile, also with those in the middle of a step."""
        super().count(outcome)
        self.stranger.look(self.time())

    def check(self) -> None:
        """Let one mirror after another read one small page."""
        self.turn += 1
        self.mirrors[self.turn % len(self.mirrors)].read(self.stranger)
        MirrorHistory.pages += 1

    def teardown(self) -> None:
        """Let the mirrors catch up and compare them with what a stranger finds."""
        try:
            self._compare()
        finally:
            super().teardown()
        MirrorHistory.compared += 1
        if MirrorHistory.compared % 100 == 0 and sys.__stderr__:
            # A run of a thousand takes a while; say how far it is.
            sys.__stderr__.write(f"{MirrorHistory.compared} histories, 0 differences\n")

    def _compare(self) -> None:
        self.stranger.look(self.time())
        # Before any tick: what has expired is in no answer, though its tombstone is not written.
        allowed = crawl_pages(self.time()).keys() | public_snippets(self.time())
        assert Follower().follow(self.stranger).items.keys() <= allowed
        self.count(tick())
        for mirror, parameters in zip(self.mirrors, FILTERS, strict=True):
            fresh = Follower(**parameters).follow(self.stranger)
            self._check_equal(mirror.follow(self.stranger), fresh)
            assert mirror.withdrawn == reasons_now(set(mirror.withdrawn)), parameters
            MirrorHistory.held[str(parameters)] += len(mirror.items)
            MirrorHistory.heard[str(parameters)] += len(mirror.withdrawn)
        self._check_against_a_crawl()

    def _check_against_a_crawl(self) -> None:
        whole, by_type, by_news_type, by_topic, bulgarian = self.mirrors
        pages, snippets = crawl_pages(self.time()), public_snippets(self.time())
        assert whole.items.keys() == pages.keys() | snippets
        for public_id, page in pages.items():
            mine = whole.items[public_id]
            assert {name: mine[name] for name in page} == page
        assert by_type.items.keys() == _of_types(pages, "NewsPage", "EventPage")
        assert by_news_type.items.keys() == crawl_news(types=["NEWS"])
        in_bulgarian = {i: page for i, page in pages.items() if page["locale"] == "BG"}
        assert bulgarian.items.keys() == _of_types(in_bulgarian, "NewsPage", "StandardPage")
        # Lists are asked by topics that readers can see; a stream goes on under a hidden one.
        assert crawl_news(topics=[TOPIC]) <= by_topic.items.keys()

    def _check_equal(self, mirror: Follower, fresh: Follower) -> None:
        """Compare a mirror with one that was made just now, word for word."""
        for public_id in mirror.items.keys() | fresh.items.keys():
            mine, theirs = mirror.items.get(public_id), fresh.items.get(public_id)
            assert mine == theirs, f"mirror: {mine}\nfresh: {theirs}"
            assert mirror.versions[public_id] == fresh.versions[public_id]


def _of_types(pages: dict[str, Any], *types: str) -> set[str]:
    return {public_id for public_id, page in pages.items() if page["__typename"] in types}


@pytest.fixture
def start(db: None) -> Iterator[Start]:
    """Make the world; nobody asks in which index of Wagtail's what is, and it takes a while."""
    backend = settings_of_django.WAGTAILSEARCH_BACKENDS["default"] | {"AUTO_UPDATE": False}
    with (
        override_settings(WAGTAILSEARCH_BACKENDS={"default": backend}),
        disable_reference_index_auto_update(),
    ):
        found = make_start()
        with time_machine.travel(START, tick=False):
            news = NewsPage.objects.get(slug="item")
            news.topics.set(Term.objects.filter(code=TOPIC))
            news.save_revision().publish()
        number_changes_now()
        yield found


@pytest.mark.slow
def test_a_mirror_has_what_a_crawl_finds_after_any_history(start: Start, capsys: Any) -> None:
    Acting.start, Acting.steps = start, 0
    MirrorHistory.pages = MirrorHistory.compared = 0
    MirrorHistory.held.clear()
    MirrorHistory.heard.clear()

    run_state_machine_as_test(
        MirrorHistory,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            phases=[Phase.generate, *([Phase.shrink] if SHRINK else [])],
            suppress_health_check=list(HealthCheck),
        ),
    )

    with capsys.disabled():
        sys.stdout.write(
            f"\n{MirrorHistory.compared} histories, {Acting.steps} steps,"
            f" {MirrorHistory.pages} pages read between them, 0 differences\n"
        )
    assert MirrorHistory.compared >= HISTORIES
    assert Acting.steps > HISTORIES
    if HISTORIES >= 20:
        # Each filter had something to pass on and something to take back, or nothing was tried.
        every = {str(parameters) for parameters in FILTERS}
        assert every == set(+MirrorHistory.held) == set(+MirrorHistory.heard)
