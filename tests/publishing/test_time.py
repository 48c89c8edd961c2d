"""What changes by itself: going live, expiry, embargo, and computed statuses."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from wagtail.models import Page, Revision

from cms.publishing import scheduled
from cms.publishing.models import Change, Projection
from cms.publishing.reconcile import next_boundary, sweep, tick
from cms.publishing.scheduled import next_publication, publish_due
from home.models import StandardPage
from news.models import NewsPage
from tests.factories import make_term
from tests.page_factories import (
    World,
    make_event,
    make_news,
    make_project,
    make_standard_page,
)
from tests.publishing.published import (
    changed_keys,
    clock,
    document_of,
    is_public,
    reason_of,
    row_of,
)

START = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def fresh(page: Any) -> Any:
    return type(page).objects.get(pk=page.pk)


def test_a_scheduled_page_is_hidden_until_its_time_comes(world: World, now: Any) -> None:
    page = make_standard_page(world.cluster, live=False)
    page.go_live_at = START + HOUR
    page.save_revision().publish()
    before = row_of(page), next_publication()

    early = publish_due()
    now.move_to(START + HOUR + dt.timedelta(seconds=1))
    failures = publish_due()

    assert before == (None, START + HOUR)
    assert (early, failures) == ([], [])
    assert is_public(page)
    assert next_publication() is None


def test_a_scheduled_edit_waits_while_the_page_stays_public(world: World, now: Any) -> None:
    page = make_standard_page(world.cluster, title="Before")
    page.save_revision().publish()
    page = fresh(page)
    page.title, page.go_live_at = "After", START + HOUR
    page.save_revision().publish()
    waiting = document_of(page)["title"]

    now.move_to(START + 2 * HOUR)
    publish_due()

    assert waiting == "Before"
    assert document_of(page)["title"] == "After"


def test_expiry_is_written_by_the_tick_with_its_reason(world: World, now: Any) -> None:
    page = make_standard_page(world.cluster, expire_at=START + HOUR)
    below = make_standard_page(page)
    assert next_boundary() == START + HOUR

    now.move_to(START + HOUR)
    outcome = tick()

    assert outcome.withdrawn == [f"page:{page.pk}", f"page:{below.pk}"]
    assert [reason_of(thing) for thing in (page, below)] == ["EXPIRED"] * 2
    assert next_boundary() is None


def test_the_command_takes_down_what_has_expired_without_another_change(
    world: World, now: Any
) -> None:
    page = make_standard_page(world.cluster, expire_at=START + HOUR)
    now.move_to(START + 2 * HOUR)
    tick()
    before = clock()

    failures = publish_due()

    page = fresh(page)
    assert (failures, page.live, page.expired) == ([], False, True)
    assert (clock(), reason_of(page)) == (before, "EXPIRED")


def test_an_expired_snippet_is_taken_down(db: None, now: Any) -> None:
    term = make_term(expire_at=START + HOUR)
    now.move_to(START + 2 * HOUR)

    assert publish_due() == []

    assert (fresh(term).live, reason_of(term)) == (False, "EXPIRED")


def test_a_postponed_expiry_moves_the_boundary_of_what_is_below(world: World) -> None:
    page = make_standard_page(world.cluster, expire_at=START + HOUR)
    below = make_standard_page(page)

    page = fresh(page)
    page.expire_at = START + DAY
    page.save()

    rows = [row_of(thing) for thing in (page, below)]
    assert [row.valid_until for row in rows if row] == [START + DAY] * 2
    assert next_boundary() == START + DAY


def test_an_embargoed_item_appears_at_the_tick(world: World, now: Any) -> None:
    page = make_news(world.news, embargo_until=START + HOUR)
    hidden = row_of(page), next_boundary()

    now.move_to(START + HOUR)
    outcome = tick()

    assert hidden == (None, START + HOUR)
    assert outcome.published == [f"page:{page.pk}"]


def test_an_embargo_set_later_withdraws(world: World, now: Any) -> None:
    page: NewsPage = make_news(world.news)

    page.embargo_until = START + HOUR
    page.save()
    hidden = reason_of(page)
    now.move_to(START + 2 * HOUR)
    tick()

    assert hidden == "EMBARGOED"
    assert is_public(page)


def _call(world: World) -> Any:
    return make_news(
        world.news,
        types=["OPEN_CALL"],
        call_opens_at=START + HOUR,
        call_closes_at=START + 2 * HOUR,
    )


def _event(world: World) -> Any:
    return make_event(world.events, starts_at=START + HOUR, ends_at=START + 2 * HOUR)


@pytest.mark.parametrize("make", [_call, _event])
def test_a_status_that_changes_by_itself_is_a_change_without_new_content(
    world: World, now: Any, make: Any
) -> None:
    page = make(world)
    document, seen = document_of(page), []
    sweep()

    for hours in (0.5, 1, 1.5, 2, 3):
        before = clock()
        now.move_to(START + hours * HOUR)
        tick()
        row = row_of(page)
        assert row is not None
        seen.append((changed_keys(after=before), row.phase, row.change))
        assert str(tick()) == "0 changes"

    key = f"page:{page.pk}"
    assert seen == [
        ([], 0, Change.PUBLISHED),
        ([key], 1, Change.UPDATED),
        ([], 1, Change.UPDATED),
        ([key], 2, Change.UPDATED),
        ([], 2, Change.UPDATED),
    ]
    assert document_of(page) == document
    assert next_boundary() is None


def test_a_project_changes_when_it_starts_and_the_day_after_it_ends(world: World, now: Any) -> None:
    page = make_project(
        world.projects, starts_on=START.date() + 2 * DAY, ends_on=START.date() + 5 * DAY
    )
    phases = []

    for days in (1, 3, 5, 7):
        now.move_to(START + days * DAY)
        tick()
        row = row_of(page)
        assert row is not None
        phases.append(row.phase)

    assert phases == [0, 1, 1, 2]


def test_a_sweep_does_what_a_missed_tick_would_have_done(world: World, now: Any) -> None:
    event, ends = _event(world), make_standard_page(world.cluster, expire_at=START + HOUR)
    now.move_to(START + 3 * HOUR)

    outcome = sweep()

    assert (outcome.updated, outcome.withdrawn) == ([f"page:{event.pk}"], [f"page:{ends.pk}"])
    assert str(tick()) == "0 changes"


def test_a_tick_costs_nothing_while_nothing_is_due(world: World) -> None:
    make_event(world.events, starts_at=START + DAY)

    assert str(tick()) == "0 changes"


def test_the_boundary_of_what_is_gone_is_forgotten(world: World, now: Any) -> None:
    page = make_standard_page(world.cluster, expire_at=START + HOUR)
    StandardPage.objects.filter(pk=page.pk)._raw_delete(using="default")
    Page.objects.filter(pk=page.pk)._raw_delete(using="default")
    now.move_to(START + HOUR)

    tick()

    assert next_boundary() is None
    assert not Projection.objects.filter(key=f"page:{page.pk}").exists()


def test_one_revision_that_fails_does_not_stop_the_others(
    world: World, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned = make_standard_page(world.cluster, live=False, slug="poisoned")
    good = make_standard_page(world.cluster, live=False, slug="good")
    for page in (poisoned, good):
        page.go_live_at = START + HOUR
        page.save_revision().publish()
    now.move_to(START + 2 * HOUR)
    original = StandardPage.picture_value
    monkeypatch.setattr(
        StandardPage,
        "picture_value",
        lambda self, info=None: original(self) if self.slug == "good" else 1 / 0,
    )

    failures = publish_due()

    assert len(failures) == 1
    assert "StandardPage.picture cannot be published" in failures[0]
    assert is_public(good)
    assert (row_of(poisoned), fresh(poisoned).live) == (None, False)
    assert Revision.objects.filter(approved_go_live_at__isnull=False).count() == 1


def test_an_expiry_postponed_meanwhile_is_not_carried_out(
    world: World, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_standard_page(world.cluster, title="Before", expire_at=START + HOUR)
    now.move_to(START + 2 * HOUR)
    found = list(scheduled._expired())
    page = fresh(page)
    page.title, page.expire_at = "After", START + DAY
    page.save_revision().publish()
    monkeypatch.setattr(scheduled, "_expired", lambda: iter(found))

    failures = publish_due()

    page = fresh(page)
    assert (failures, page.live, page.title, page.expire_at) == ([], True, "After", START + DAY)
    assert is_public(page)


def test_a_publication_called_off_meanwhile_is_not_carried_out(
    world: World, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_standard_page(world.cluster, live=False)
    page.go_live_at = START + HOUR
    page.save_revision().publish()
    now.move_to(START + 2 * HOUR)
    found = list(scheduled._due())
    Revision.objects.update(approved_go_live_at=None)
    monkeypatch.setattr(scheduled, "_due", lambda: iter(found))

    failures = publish_due()

    assert (failures, row_of(page), fresh(page).live) == ([], None, False)
