"""How far portals are, which portal holds what, and what is not yet retracted."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.publishing.clock import read_clock
from cms.syndication.holdings import Holding, Standing, holdings_of
from cms.syndication.models import DeliveryState, Portal
from cms.syndication.progress import Progress, count_unconfirmed, progress_of
from tests.page_factories import NOON, World, make_event, make_news
from tests.syndication.portals import make_delivery, make_portal, row_of

pytestmark = pytest.mark.usefixtures("numbered")

PENDING, DELIVERED, FAILED = (
    DeliveryState.PENDING,
    DeliveryState.DELIVERED,
    DeliveryState.FAILED,
)


def _told(portal: Portal, *, up_to: int | None = None) -> None:
    """Say that a portal was told of everything up to a position, or up to the present."""
    portal.follower.position = read_clock().value if up_to is None else up_to  # type: ignore[union-attr]
    portal.follower.save()  # type: ignore[union-attr]


def _unconfirmed(*portals: Portal) -> list[int]:
    fresh = [Portal.objects.select_related("follower").get(pk=portal.pk) for portal in portals]
    found = count_unconfirmed(fresh, now=NOON)
    return [found[portal.pk] for portal in portals]


def _standing(portal: Portal, page: Any, *, now: dt.datetime = NOON) -> tuple[Any, ...] | None:
    found = {h.portal: (h.standing, h.version) for h in holdings_of(row_of(page), now=now)}
    return found.get(portal.name)


def test_progress_counts_what_is_on_its_way(world: World) -> None:
    portal = make_portal()
    start = read_clock().value
    rows = [row_of(make_news(world.news)) for _ in range(3)]
    for row, state in zip(rows, (PENDING, FAILED, DELIVERED), strict=True):
        make_delivery(portal, row, state)

    found = progress_of([portal], now=NOON)

    expected = Progress(
        position=start, lag=3, pending=1, failed=1, waiting_seconds=300, unconfirmed=0
    )
    assert found == {portal.pk: expected}


def test_progress_takes_as_many_statements_for_one_portal_as_for_many(world: World) -> None:
    portals = [make_portal(topics=["AI"], languages=["en"]) for _ in range(120)]

    with CaptureQueriesContext(connection) as one:
        progress_of(portals[:1], now=NOON)
    with CaptureQueriesContext(connection) as many:
        progress_of(portals[:20], now=NOON)
    found = progress_of(portals, now=NOON)

    assert (len(one), len(many), len(found)) == (3, 3, 120)


def test_a_withdrawal_is_unconfirmed_until_the_webhook_says_so(world: World) -> None:
    portal, item = make_portal(), make_news(world.news)
    make_delivery(portal, row_of(item), DELIVERED)
    _told(portal)
    seen = [_unconfirmed(portal)]

    item.unpublish()
    seen.append(_unconfirmed(portal))
    delivery = make_delivery(portal, row_of(item), PENDING)
    _told(portal)
    seen.append(_unconfirmed(portal))
    delivery.state = FAILED
    delivery.save()
    seen.append(_unconfirmed(portal))
    delivery.state = DELIVERED
    delivery.save()
    seen.append(_unconfirmed(portal))

    assert seen == [[0], [1], [1], [1], [0]]


def test_a_withdrawal_is_unconfirmed_until_a_pull_passed_it(world: World) -> None:
    item = make_news(world.news)
    seq = row_of(item).seq
    reader = make_portal(webhook_url="", pulled_position=seq, pulled_at=NOON)
    never = make_portal(webhook_url="")

    item.unpublish()
    before = _unconfirmed(reader, never)
    Portal.objects.filter(pk=reader.pk).update(pulled_position=row_of(item).seq)

    assert before == [1, 0]
    assert _unconfirmed(reader, never) == [0, 0]


def test_what_a_portal_never_took_over_it_need_not_retract(world: World) -> None:
    seq = read_clock().value
    events = make_portal(webhook_url="", types=["EventPage"], pulled_position=seq, pulled_at=NOON)
    calls = make_portal(
        webhook_url="", news_types=["OPEN_CALL"], pulled_position=seq, pulled_at=NOON
    )
    everything = make_portal(webhook_url="", pulled_position=seq, pulled_at=NOON)

    make_news(world.news).unpublish()

    assert _unconfirmed(events, calls, everything) == [0, 0, 1]


def test_what_leaves_the_scope_is_to_be_retracted(world: World) -> None:
    item = make_news(world.news, types=["OPEN_CALL"])
    seq = row_of(item).seq
    calls = make_portal(
        webhook_url="", news_types=["OPEN_CALL"], pulled_position=seq, pulled_at=NOON
    )
    everything = make_portal(webhook_url="", pulled_position=seq, pulled_at=NOON)

    item.types = ["NEWS"]
    item.save()

    assert _unconfirmed(calls, everything) == [1, 0]
    assert _standing(calls, item) == (Standing.UNTOLD, None)


def test_what_others_may_no_longer_take_over_is_to_be_retracted(world: World) -> None:
    item = make_news(world.news)
    reader = make_portal(webhook_url="", pulled_position=row_of(item).seq, pulled_at=NOON)

    item.syndication_allowed = False
    item.save()

    assert _unconfirmed(reader) == [1]


def test_what_has_expired_is_to_be_retracted_before_any_job_ran(world: World) -> None:
    item = make_news(world.news, expire_at=NOON + dt.timedelta(days=90_000))
    row = row_of(item)
    row.valid_until = NOON
    row.save()
    seq = (row.seq or 0) - 1
    reader = make_portal(webhook_url="", pulled_position=seq, pulled_at=NOON)

    assert _unconfirmed(reader) == [1]


def test_a_retraction_that_arrived_long_ago_needs_no_delivery(world: World) -> None:
    item = make_news(world.news)
    seq = row_of(item).seq
    portal = make_portal(pulled_position=seq, pulled_at=NOON)
    item.unpublish()
    _told(portal)
    ended = row_of(item).changed_at
    fresh = Portal.objects.select_related("follower").get(pk=portal.pk)

    found = [
        count_unconfirmed([fresh], now=ended + dt.timedelta(days=days))[portal.pk]
        for days in (29, 31)
    ]

    assert found == [1, 0]
    assert _standing(portal, item, now=ended) == (Standing.UNTOLD, None)
    assert _standing(portal, item, now=ended + dt.timedelta(days=31)) is None


# Which portal holds what


def test_a_portal_holds_what_a_webhook_brought_or_a_pull_passed(world: World) -> None:
    item = make_news(world.news)
    row = row_of(item)
    told, pulled, waiting, failed, new = (
        make_portal(name=name, webhook_url=address)
        for name, address in [
            ("1 told", "https://a.example/"),
            ("2 pulled", ""),
            ("3 waiting", "https://b.example/"),
            ("4 failed", "https://c.example/"),
            ("5 new", ""),
        ]
    )
    Portal.objects.filter(pk=pulled.pk).update(pulled_position=row.seq, pulled_at=NOON)
    make_delivery(told, row, DELIVERED)
    make_delivery(waiting, row, DELIVERED, seq=(row.seq or 0) - 1, version=7)
    make_delivery(waiting, row, PENDING)
    make_delivery(failed, row, FAILED, status=500, error="The answer was 500.", attempt=10)

    found = holdings_of(row, now=NOON)

    assert found == [
        Holding("1 told", Standing.HOLDS, row.version, is_withdrawal=False),
        Holding("2 pulled", Standing.HOLDS, row.version, is_withdrawal=False),
        Holding("3 waiting", Standing.PENDING, 7, is_withdrawal=False, attempt=1),
        Holding(
            "4 failed",
            Standing.FAILED,
            None,
            is_withdrawal=False,
            status=500,
            error="The answer was 500.",
            attempt=10,
        ),
        Holding("5 new", Standing.UNTOLD, None, is_withdrawal=False),
    ]
    assert new.name == "5 new"


def test_a_retraction_is_confirmed_or_not(world: World) -> None:
    item = make_news(world.news)
    holder, slow, stranger = make_portal(), make_portal(), make_portal(webhook_url="")
    for portal in (holder, slow):
        make_delivery(portal, row_of(item), DELIVERED)
    item.unpublish()
    make_delivery(holder, row_of(item), DELIVERED)
    make_delivery(slow, row_of(item), FAILED)

    assert _standing(holder, item) == (Standing.RETRACTED, None)
    assert _standing(slow, item) == (Standing.FAILED, 1)
    assert _standing(stranger, item) is None


def test_a_portal_of_other_things_is_not_spoken_of(world: World) -> None:
    event = make_event(world.events)
    news = make_portal(types=["NewsPage"])

    assert _standing(news, event) is None


def test_holdings_take_as_many_statements_for_one_portal_as_for_many(world: World) -> None:
    row = row_of(make_news(world.news))
    make_portal()
    with CaptureQueriesContext(connection) as one:
        holdings_of(row, now=NOON)
    for _ in range(5):
        make_portal(topics=["AI"])
    with CaptureQueriesContext(connection) as many:
        holdings_of(row, now=NOON)

    assert (len(one), len(many)) == (3, 3)
