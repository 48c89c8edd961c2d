"""The item cache is as true as the clock it follows, bounded, and left alone in transactions."""

import datetime as dt
import math
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from graphql import parse

from cms.content.models import TermScheme
from cms.publishing.models import ContentClock, PublishedItem
from cms.publishing.reading.compiled.execute import execute_fast
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation
from cms.publishing.reading.item_cache import (
    MISSING,
    Changed,
    Entry,
    ItemCache,
    Look,
    entry_of,
    group_mark,
)
from cms.publishing.reading.items import COLUMNS, Item
from cms.publishing.reading.moments import Moment
from cms.publishing.scopes import transaction
from tests.contract.conftest import settle
from tests.factories import make_term
from tests.page_factories import make_news, make_world

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(seconds=1)
QUERY = "{ news { totalCount nodes { title topics { label } } } }"


def an_item(key: str, *, head: str = '{"a": 1}') -> Item:
    values: dict[str, Any] = {"key": key, "kind": "term", "type": "Term", "head": head}
    return Item(tuple(values.get(name, "") for name in COLUMNS))


def an_entry(
    key: str, *, until: dt.datetime | None = None, marks: list[str] | None = None
) -> Entry:
    return entry_of(an_item(key), until=until, marks=marks or [key])


def looked(clock: int, *changed: tuple[str, str], epoch: str = "e") -> Look:
    def look(after: int | None) -> tuple[int, str, Changed | None]:
        return clock, epoch, None if after is None else changed

    return look


def a_cache(*keys: str, size_bytes: int = 10**6) -> ItemCache:
    items = ItemCache(size_bytes=size_bytes)
    items.follow(10, "e", is_fresh=True, look=looked(10))
    for key in keys:
        items.put({(key, "en"): an_entry(key)}, generation=items.generation)
    return items


def known(items: ItemCache, *keys: str) -> list[bool]:
    return [items.get((key, "en"), now=NOW) is not MISSING for key in keys]


def test_what_changed_goes_and_the_rest_stays() -> None:
    items = a_cache("term:1", "term:2")
    grouped = an_entry("page:3", marks=["page:3", group_mark("g")])
    items.put({("page:3", "en"): grouped}, generation=items.generation)

    is_followed = items.follow(
        12, "e", is_fresh=True, look=looked(12, ("term:1", ""), ("page:9", "g"))
    )

    assert is_followed
    assert known(items, "term:1", "term:2", "page:3") == [False, True, False]
    assert items.at == (12, "e")


def test_what_was_read_before_the_clock_moved_is_not_kept() -> None:
    items = a_cache()
    generation = items.generation
    items.follow(11, "e", is_fresh=True, look=looked(11))

    items.put({("term:1", "en"): an_entry("term:1")}, generation=generation)
    items.put_sites("sites", generation=generation)

    assert known(items, "term:1") == [False]
    assert items.sites is None


@pytest.mark.parametrize(
    ("clock", "epoch", "look"),
    [(9, "e", looked(9)), (12, "other", looked(12, epoch="other"))],
    ids=["went back", "was restored"],
)
def test_a_clock_of_another_history_drops_everything(clock: int, epoch: str, look: Look) -> None:
    items = a_cache("term:1")

    assert items.follow(clock, epoch, is_fresh=True, look=look)

    assert known(items, "term:1") == [False]
    assert items.at == (clock, epoch)


def test_too_many_changes_drop_everything() -> None:
    items = a_cache("term:1")

    items.follow(9_999, "e", is_fresh=True, look=lambda _after: (9_999, "e", None))

    assert known(items, "term:1") == [False]
    assert items.used_bytes == 0


def test_an_older_clock_that_somebody_knew_of_changes_nothing() -> None:
    items = a_cache("term:1")

    assert items.follow(9, "e", is_fresh=False, look=looked(10))

    assert known(items, "term:1") == [True]
    assert items.at == (10, "e")


def test_a_clock_that_another_thread_has_overtaken_is_looked_at_again() -> None:
    items = a_cache("term:1")

    assert items.follow(9, "e", is_fresh=True, look=looked(10))

    assert known(items, "term:1") == [True]


def test_things_end_on_time() -> None:
    items = a_cache()
    items.put({("term:1", "en"): an_entry("term:1", until=LATER)}, generation=items.generation)

    assert items.get(("term:1", "en"), now=NOW) is not MISSING
    assert items.get(("term:1", "en"), now=LATER) is MISSING


def test_it_stays_within_its_bytes_and_keeps_what_is_used() -> None:
    size = an_entry("term:0").size_bytes
    items = a_cache("term:0", "term:1", "term:2", size_bytes=6 * size)
    items.get(("term:0", "en"), now=NOW)

    items.put({("term:3", "en"): an_entry("term:3")}, generation=items.generation)

    assert items.used_bytes == 3 * size
    assert known(items, "term:0", "term:1", "term:2", "term:3") == [True, False, True, True]


def test_what_is_larger_than_all_of_it_is_not_kept() -> None:
    items = a_cache("term:0", size_bytes=100)

    assert len(items) == 0
    assert items.used_bytes == 0


def test_answers_of_one_thing_stay_within_their_room() -> None:
    item = an_item("term:1")
    entry_of(item, until=None, marks=[])
    assert item.answers is not None

    for number in range(100):
        item.answers.keep(str(number), b'"' + b"x" * 500 + b'"')

    assert len(item.answers) <= 2


def test_the_long_half_is_added_without_changing_what_others_hold() -> None:
    item = an_item("page:1")
    held = item.document

    item.copy().add_tail('{"body": []}')
    item.add_tail('{"body": [1]}')

    assert held == {"a": 1}
    assert item.document == {"a": 1, "body": [1]}


def ask(items: ItemCache, *, moment: Moment | None = None) -> Any:
    context = ReadContext(moment=moment)
    body = execute_fast(Operation(parse(QUERY)), None, context, items=items)
    assert body is not None
    return orjson.loads(body)["data"]["news"]


@pytest.mark.django_db
def test_a_change_is_seen_at_once_with_the_clock_and_later_without() -> None:
    world = make_world()
    term = make_term(scheme=TermScheme.NEWS_TOPIC, label_en="Before")
    with transaction():
        page = make_news(world.news, title="News")
        page.topics.set([term])
        page.save_revision().publish()
    settle()
    items = ItemCache(size_bytes=10**6)
    ask(items)
    context = ReadContext()
    moment = Moment(context.clock, context.epoch, 0, math.inf, 0.0)

    with transaction():
        term.label_en = "After"
        term.save()
        make_news(world.news, title="More")
    settle()

    old = ask(items, moment=moment)
    new = ask(items)
    assert [node["topics"] for node in old["nodes"] if node["title"] == "News"] == [
        [{"label": "Before"}]
    ]
    assert [node["topics"] for node in new["nodes"] if node["title"] == "News"] == [
        [{"label": "After"}]
    ]
    # Totals are counted anew where they are not known: what is younger may be told too.
    assert old["totalCount"] in (1, 2)
    assert new["totalCount"] == 2


@pytest.mark.django_db
def test_only_what_is_committed_may_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = ReadContext().may_use_items
    monkeypatch.setattr(ReadContext, "connection", SimpleNamespace(in_atomic_block=False))
    outside = ReadContext().may_use_items

    assert (inside, outside) == (False, True)
    assert not ReadContext(now=NOW).may_use_items
    assert not ReadContext(overlay={"page:1": an_item("page:1")}).may_use_items


@pytest.mark.django_db
def test_a_thing_that_ends_is_gone_on_time_though_nothing_ran() -> None:
    world = make_world()
    term = make_term(scheme=TermScheme.NEWS_TOPIC, label_en="Ends")
    with transaction():
        page = make_news(world.news, title="News")
        page.topics.set([term])
        page.save_revision().publish()
    settle()
    items = ItemCache(size_bytes=10**6)
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    PublishedItem.objects.filter(key=f"term:{term.pk}").update(valid_until=soon)
    before = ask(items)
    context = ReadContext(now=soon)

    after = execute_fast(Operation(parse(QUERY)), None, context, items=items)

    assert before["nodes"][0]["topics"] == [{"label": "Ends"}]
    assert after is not None
    assert orjson.loads(after)["data"]["news"]["nodes"][0]["topics"] == []


@pytest.mark.django_db
def test_no_clock_means_no_cache() -> None:
    ContentClock.objects.all().delete()
    items = ItemCache(size_bytes=10**6)
    context = ReadContext()

    context.use_items(items)

    assert context.items is None


def test_a_thing_in_another_language_has_none_of_its_answers() -> None:
    item = an_entry("term:1").item
    assert item is not None

    assert item.answers is not None
    assert item.copy().answers is item.answers
    assert item.with_locale("bg").answers is None
