"""Events are listed by when they are, and say on which days they last."""

import datetime as dt
from typing import Any

import pytest

from tests.content.graphql.both_ways import told_both_ways
from tests.contract.asking import data, refused
from tests.page_factories import NOON, World, make_event, make_project, make_world, translate

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
LIST = """query($filter: EventFilter, $orderBy: EventOrder) {
  events(filter: $filter, orderBy: $orderBy) { totalCount nodes { title } } }"""
DAYS = "{ events { nodes { startsOn endsOn } } }"


@pytest.fixture
def world() -> World:
    """Return a site without pages in its lists."""
    return make_world()


def _listed(*, at: dt.datetime = NOON, order: str | None = None, **wanted: Any) -> list[str]:
    found = data(LIST, at=at, filter=wanted, orderBy=order)["events"]
    titles = [node["title"] for node in found["nodes"]]
    assert found["totalCount"] == len(titles)
    return titles


def _four(world: World) -> None:
    """Make events of which at noon one is long over, one ends, one goes on and one is ahead."""
    for title, starts, lasts in (("over", -9, 1), ("ends", -2, 2), ("on", -1, 2), ("ahead", 5, 1)):
        begins = NOON + starts * HOUR
        make_event(world.events, title=title, starts_at=begins, ends_at=begins + lasts * HOUR)


def test_upcoming_events_are_those_that_are_not_over_nearest_first(world: World) -> None:
    _four(world)

    assert _listed(when="UPCOMING") == ["on", "ahead"]
    assert _listed(when="UPCOMING", order="STARTS_DESC") == ["ahead", "on"]
    assert _listed(when="UPCOMING", at=NOON - HOUR / 2) == ["ends", "on", "ahead"]


def test_past_events_are_listed_nearest_first_too(world: World) -> None:
    _four(world)

    assert _listed(when="PAST") == ["ends", "over"]
    assert _listed(when="PAST", order="STARTS_ASC") == ["over", "ends"]
    assert _listed() == ["over", "ends", "on", "ahead"]
    assert _listed(order="STARTS_DESC") == ["ahead", "on", "ends", "over"]


def test_an_event_without_an_end_is_over_when_it_starts(world: World) -> None:
    make_event(world.events, title="open", starts_at=NOON, ends_at=None)

    assert _listed(when="UPCOMING", at=NOON - HOUR) == ["open"]
    assert _listed(when="PAST", at=NOON) == ["open"]


def test_events_are_filtered_by_what_they_are(world: World) -> None:
    project = make_project(world.projects)
    translate(world.projects)
    in_bulgarian = translate(project)
    make_event(world.events, title="with", project=project, attendance="ONLINE")
    make_event(world.events, title="without", status="CANCELLED")

    assert _listed(projectId=project.public_id) == ["with"]
    assert _listed(projectId=in_bulgarian.public_id) == ["with"]
    assert _listed(projectId="nothing") == []
    assert _listed(attendance="ONLINE") == ["with"]
    assert _listed(statuses=["CANCELLED", "POSTPONED"]) == ["without"]
    assert _listed(statuses=[]) == []
    assert _listed(topics=["AI"]) == []
    assert _listed(statuses=["CANCELLED"], attendance="ONLINE") == []


def test_both_executors_agree_on_lists_of_events(world: World) -> None:
    _four(world)

    for when in ("UPCOMING", "PAST"):
        found = told_both_ways(LIST, filter={"when": when}, orderBy="STARTS_DESC")["events"]
        assert found["totalCount"] == len(found["nodes"])


def test_a_cursor_belongs_to_its_order(world: World) -> None:
    _four(world)
    asked = """query($by: EventOrder, $after: String) {
      events(orderBy: $by, after: $after, first: 1) { nodes { title } pageInfo { endCursor } } }"""

    first = data(asked, by="STARTS_DESC")["events"]
    second = data(asked, by="STARTS_DESC", after=first["pageInfo"]["endCursor"])["events"]

    assert [first["nodes"], second["nodes"]] == [[{"title": "ahead"}], [{"title": "on"}]]
    assert refused(asked, by="STARTS_ASC", after=first["pageInfo"]["endCursor"])[0] == (
        "BAD_USER_INPUT"
    )


def test_days_are_those_of_the_event_s_own_calendar(world: World) -> None:
    # In Tokyo it is the day after already.
    starts_at = dt.datetime(2026, 3, 2, 20, tzinfo=dt.UTC)
    times = {"starts_at": starts_at, "ends_at": starts_at + 24 * HOUR, "time_zone": "Asia/Tokyo"}
    make_event(world.events, is_all_day=True, **times)

    assert told_both_ways(DAYS)["events"]["nodes"] == [
        {"startsOn": "2026-03-03", "endsOn": "2026-03-04"}
    ]


def test_only_events_that_last_all_day_have_days(world: World) -> None:
    make_event(world.events)
    make_event(world.events, starts_at=NOON + HOUR, ends_at=None, is_all_day=True)

    assert told_both_ways(DAYS)["events"]["nodes"] == [
        {"startsOn": "2026-03-02", "endsOn": None},
        {"startsOn": None, "endsOn": None},
    ]
