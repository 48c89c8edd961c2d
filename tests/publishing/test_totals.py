"""A total is counted once for as long as it is certain, and never answered for longer."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from cms.publishing.reading import totals
from cms.publishing.reading.conditions import Having, Order
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.listing import Listing
from news.events import event_conditions
from news.schema import call_conditions
from tests.page_factories import World, make_event, make_news, make_project
from tests.publishing.published import number_changes_now

pytestmark = pytest.mark.django_db

# After all that a test does by the clock on the wall.
NOON = dt.datetime(2098, 1, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
# Asked together with every count.
END = "min(e.valid_until)"
INSTANT = dt.timedelta(microseconds=1)
NEWS = Listing(
    ("NewsPage",), "main", "en", Order.SORT_AT_DESC, 20, wants_total=True, wants_nodes=False
)


@pytest.fixture
def committed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let what a test wrote pass for committed."""
    monkeypatch.setattr(totals, "_is_settled", lambda _context: True)
    yield
    totals.TOTALS.forget()


def _asked(load: Listing = NEWS, *, at: dt.datetime = NOON) -> tuple[int | None, bool]:
    """Return a total, and whether it was counted for this."""
    number_changes_now()
    sent: list[str] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    context = ReadContext(now=at)
    with connection.execute_wrapper(record):
        context.load([load])
    return context.results[load].total, any(END in sql for sql in sent)


def _calls(status: str, *, at: dt.datetime) -> tuple[int | None, bool]:
    conditions = call_conditions(status, now=at)
    load = Listing(
        ("NewsPage",), "main", "en", Order.SORT_AT_DESC, 20, None, conditions, wants_total=True
    )
    return _asked(load, at=at)


def _make_call(world: World, *, opens: dt.datetime, closes: dt.datetime) -> None:
    call = {"call_opens_at": opens, "call_closes_at": closes, "apply_url": "https://apply.example/"}
    make_news(world.news, types=["OPEN_CALL"], **call)


@pytest.mark.usefixtures("committed")
def test_a_total_is_counted_once_for_each_filter(world: World) -> None:
    make_news(world.news)
    rare = Listing(
        ("NewsPage",),
        "main",
        "en",
        Order.TITLE_ASC,
        5,
        conditions=(Having("newsType", ("DOCUMENT",)),),
        wants_total=True,
    )

    found = [_asked(), _asked(at=NOON + HOUR), _asked(rare), _asked(rare)]

    assert found == [(1, True), (1, False), (0, True), (0, False)]


@pytest.mark.usefixtures("committed")
def test_what_is_published_and_withdrawn_is_counted_anew(world: World) -> None:
    make_news(world.news)
    page = make_news(world.news)

    before = _asked()
    page.unpublish()
    without = _asked()
    page.save_revision().publish()
    again = _asked()

    assert [before, without, again] == [(2, True), (1, True), (2, True)]


@pytest.mark.usefixtures("committed")
def test_an_expiry_changes_a_total_at_its_instant(world: World) -> None:
    make_news(world.news)
    make_news(world.news, expire_at=NOON + HOUR)

    found = [_asked(at=NOON + step) for step in (0 * HOUR, HOUR - INSTANT, HOUR, 2 * HOUR)]

    assert found == [(2, True), (2, False), (1, True), (1, False)]


@pytest.mark.usefixtures("committed")
def test_a_total_is_not_answered_for_an_instant_before_it_was_counted(world: World) -> None:
    make_news(world.news, expire_at=NOON + HOUR)

    found = [_asked(at=NOON + HOUR), _asked(at=NOON)]

    assert found == [(0, True), (1, True)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("UPCOMING", [(1, True), (1, False), (0, True), (0, False), (0, True), (0, False)]),
        ("OPEN", [(0, True), (0, False), (1, True), (1, False), (0, True), (0, False)]),
        ("CLOSED", [(0, True), (0, False), (0, False), (0, False), (1, True), (1, False)]),
    ],
)
@pytest.mark.usefixtures("committed")
def test_a_filter_that_compares_with_now_is_counted_anew_when_something_passes_it(
    world: World, status: str, expected: list[tuple[int, bool]]
) -> None:
    _make_call(world, opens=NOON + HOUR, closes=NOON + 2 * HOUR)
    steps = (0 * HOUR, HOUR - INSTANT, HOUR, 2 * HOUR - INSTANT, 2 * HOUR, 9 * HOUR)

    found = [_calls(status, at=NOON + step) for step in steps]

    assert found == expected


@pytest.mark.usefixtures("committed")
def test_events_that_are_over_are_counted_anew_when_one_ends(world: World) -> None:
    make_event(world.events, starts_at=NOON, ends_at=NOON + HOUR)
    found = []

    for at in (NOON, NOON + HOUR - INSTANT, NOON + HOUR, NOON + 2 * HOUR):
        conditions = event_conditions({"when": "PAST"}, now=at)
        order = Order.STARTS_AT_DESC
        load = Listing(("EventPage",), "main", "en", order, 5, None, conditions, wants_total=True)
        found.append(_asked(load, at=at))

    assert found == [(0, True), (0, False), (1, True), (1, False)]


@pytest.mark.usefixtures("committed")
def test_other_lists_have_totals_of_their_own(world: World) -> None:
    make_news(world.news)
    make_event(world.events)
    make_event(world.events)
    make_project(world.projects)
    types = ("NewsPage", "EventPage", "ProjectPage")

    found = [
        _asked(Listing((name,), "main", locale, Order.SORT_AT_DESC, 3, wants_total=True))
        for name in types
        for locale in ("en", "bg", "")
    ]

    assert [count for count, _was_counted in found] == [1, 0, 1, 2, 0, 2, 1, 0, 1]


@pytest.mark.usefixtures("committed")
def test_another_database_has_totals_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_news(world.news)

    here = _asked()
    monkeypatch.setitem(connection.settings_dict, "HOST", "elsewhere")
    elsewhere = _asked()

    assert [here, elsewhere] == [(1, True), (1, True)]


def test_nothing_is_kept_that_may_still_be_rolled_back(world: World) -> None:
    page = make_news(world.news)
    before = _asked()

    point = transaction.savepoint()
    make_news(world.news)
    meanwhile = _asked()
    transaction.savepoint_rollback(point)
    # The clock shows again what it showed before the rollback.
    page.unpublish()

    assert [before, meanwhile, _asked()] == [(1, True), (2, True), (0, True)]


@pytest.mark.usefixtures("committed")
def test_the_totals_used_last_are_kept(world: World) -> None:
    context = ReadContext(now=NOON)
    kept = totals.Totals(kept_max=2)
    lists = [
        Listing((name,), "main", "en", Order.SORT_AT_DESC, 3) for name in ("One", "Two", "Three")
    ]

    for number, load in enumerate(lists):
        kept.remember(context, load, number, ends=[None])
        kept.known(context, lists[0])

    assert [kept.known(context, load) for load in lists] == [0, None, 2]
