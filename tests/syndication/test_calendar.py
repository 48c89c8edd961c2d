"""Calendars say of events when, where and whether: read back by another reader of iCalendar."""

import datetime as dt
import zoneinfo
from typing import Any

import pytest
import time_machine

from cms.content.models import Organisation, Term
from cms.syndication import calendar
from news.models import EventPage, NewsPage
from tests.page_factories import World, make_event, make_news, make_project, translate
from tests.syndication.asking import get

pytestmark = pytest.mark.usefixtures("clock")

SOFIA = zoneinfo.ZoneInfo("Europe/Sofia")


def sofia(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=SOFIA)


def entry(page: Any) -> Any:
    """Return a page's entry in its own file."""
    told = get(f"/events/{page.public_id}.ics")
    assert (told.status, told.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    (event,) = told.events
    return event


def test_an_event_is_read_back_as_it_was_written(world: World) -> None:
    project = make_project(world.projects, title="GIVE")
    page = make_event(
        world.events,
        title="Demo; day, with\\signs",
        slug="demo",
        summary="First line.\nSecond “line”.",
        starts_at=sofia(2026, 5, 4, 10),
        ends_at=sofia(2026, 5, 4, 12, 30),
        venue_name="Hall",
        venue_address="1 Street",
        venue_city="Sofia",
        venue_country="BG",
        project=project,
        first_published_at=dt.datetime(2026, 2, 1, 9, 30, tzinfo=dt.UTC),
    )
    organisation = Organisation.objects.create(name="ICT Cluster")
    page.organisers.create(organisation=organisation)
    page.save()

    event = entry(page)

    assert event.uid == f"urn:ictcluster:{page.public_id}"
    assert str(event["SUMMARY"]) == "Demo; day, with\\signs"
    assert event["SUMMARY"].params["LANGUAGE"] == "en"
    assert str(event["DESCRIPTION"]) == "First line.\nSecond “line”."
    assert str(event["LOCATION"]) == "Hall, 1 Street, Sofia, Bulgaria"
    assert str(event["CONTACT"]) == "ICT Cluster"
    assert event.categories == ["GIVE"]
    assert str(event["URL"]) == "https://main.example/events/demo/"
    assert str(event["LINK"]) == "https://main.example/events/demo/"
    assert event["LINK"].params["LINKREL"] == "canonical"
    assert (event.start, event.end) == (page.starts_at, page.ends_at)
    assert event["DTSTART"].params["TZID"] == "Europe/Sofia"
    assert event["CREATED"].dt == page.first_published_at
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == dt.datetime.now(dt.UTC)
    assert (str(event["STATUS"]), str(event["TRANSP"])) == ("CONFIRMED", "OPAQUE")
    # Only a meeting that people are invited to has an organizer. RFC 5545, 3.8.4.3
    assert "ORGANIZER" not in event


@pytest.mark.parametrize(
    ("status", "said"),
    [("SCHEDULED", "CONFIRMED"), ("POSTPONED", "TENTATIVE"), ("CANCELLED", "CANCELLED")],
)
def test_it_says_whether_an_event_takes_place(world: World, status: str, said: str) -> None:
    assert str(entry(make_event(world.events, status=status))["STATUS"]) == said


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (sofia(2026, 3, 28, 22), sofia(2026, 3, 29, 10)),
        (sofia(2026, 10, 24, 22), sofia(2026, 10, 25, 10)),
        (sofia(2026, 1, 10, 9), sofia(2026, 7, 10, 9)),
    ],
)
def test_an_event_over_a_change_of_clocks_begins_and_ends_when_it_does(
    world: World, starts: dt.datetime, ends: dt.datetime
) -> None:
    page = make_event(world.events, starts_at=starts, ends_at=ends)

    event = entry(page)

    assert event["DTSTART"].dt.astimezone(dt.UTC) == starts.astimezone(dt.UTC)
    assert event["DTEND"].dt.astimezone(dt.UTC) == ends.astimezone(dt.UTC)
    assert event["DTSTART"].dt.replace(tzinfo=None) == starts.replace(tzinfo=None)
    assert event["DTEND"].dt.replace(tzinfo=None) == ends.replace(tzinfo=None)


def test_the_zone_it_brings_along_changes_clocks_on_the_right_days(world: World) -> None:
    page = make_event(world.events, starts_at=sofia(2026, 3, 28, 22), ends_at=sofia(2026, 3, 29, 4))

    zone: Any
    (zone,) = get(f"/events/{page.public_id}.ics").calendar.walk("VTIMEZONE")

    described = zone.to_tz(lookup_tzid=False)
    for moment in (sofia(2026, 3, 29, 2), sofia(2026, 3, 29, 5), sofia(2026, 10, 25, 5)):
        shown = moment.replace(tzinfo=None)
        assert shown.replace(tzinfo=described).utcoffset() == moment.utcoffset(), shown


def test_a_time_that_clocks_show_twice_is_said_in_utc(world: World) -> None:
    second_half_past_three = dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)
    page = make_event(
        world.events,
        starts_at=second_half_past_three,
        ends_at=second_half_past_three + dt.timedelta(hours=2),
    )

    text = get(f"/events/{page.public_id}.ics").text

    assert "DTSTART:20261025T013000Z\r\n" in text
    assert "DTEND;TZID=Europe/Sofia:20261025T053000\r\n" in text


def test_an_event_given_in_utc_needs_no_zone(world: World) -> None:
    page = make_event(world.events, time_zone="UTC")

    text = get(f"/events/{page.public_id}.ics").text

    assert "DTSTART:20260302T120000Z\r\n" in text
    assert "VTIMEZONE" not in text


@pytest.mark.parametrize(
    ("starts", "ends", "first", "after_last"),
    [
        (sofia(2026, 3, 29), None, dt.date(2026, 3, 29), dt.date(2026, 3, 30)),
        (sofia(2026, 3, 28), sofia(2026, 3, 30, 9), dt.date(2026, 3, 28), dt.date(2026, 3, 31)),
        (sofia(2026, 12, 31), sofia(2027, 1, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 2)),
    ],
)
def test_of_an_all_day_event_only_the_dates_count_and_the_end_is_the_day_after(
    world: World,
    starts: dt.datetime,
    ends: dt.datetime | None,
    first: dt.date,
    after_last: dt.date,
) -> None:
    page = make_event(world.events, is_all_day=True, starts_at=starts, ends_at=ends)

    event = entry(page)

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (first, after_last)
    assert event["DTSTART"].params["VALUE"] == "DATE"


def test_an_event_without_a_known_end_has_none(world: World) -> None:
    page = make_event(world.events, ends_at=None)

    assert "DTEND" not in entry(page)


def test_an_event_keeps_its_uid_and_counts_its_changes(
    world: World, clock: time_machine.Traveller
) -> None:
    page = make_event(world.events, title="Before", slug="before")
    before = entry(page)
    clock.shift(3600)
    page.title = "After"
    page.save()
    edited = entry(page)
    clock.shift(3600)
    page = EventPage.objects.get(pk=page.pk)
    page.slug = "after"
    page.save()
    renamed = entry(page)

    assert before.uid == edited.uid == renamed.uid
    assert before["SEQUENCE"] < edited["SEQUENCE"] < renamed["SEQUENCE"]
    assert before["LAST-MODIFIED"].dt < edited["LAST-MODIFIED"].dt < renamed["LAST-MODIFIED"].dt
    assert str(edited["SUMMARY"]) == "After"
    assert str(renamed["URL"]) == "https://main.example/events/after/"


def test_a_withdrawn_event_is_taken_back_and_nothing_else_is_said(
    world: World, clock: time_machine.Traveller
) -> None:
    page = make_event(world.events, title="Secret", slug="secret", summary="Whispered")
    shown = entry(page)
    clock.shift(90)
    page.unpublish()
    address = f"/events/{page.public_id}.ics"

    told = get(address)

    assert (told.status, told.headers["Content-Type"]) == (410, "text/calendar; charset=utf-8")
    (event,) = told.events
    gone_at = dt.datetime.now(dt.UTC)
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "STATUS"}
    assert (event.uid, str(event["STATUS"])) == (shown.uid, "CANCELLED")
    assert event["SEQUENCE"] == shown["SEQUENCE"] + 1
    assert event["DTSTAMP"].dt == event["DTSTART"].dt == gone_at
    assert "ecret" not in told.text
    assert get("/calendar.ics").events == []


def test_an_event_is_taken_back_at_the_instant_it_expires(
    world: World, clock: time_machine.Traveller
) -> None:
    expiry = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
    page = make_event(world.events, expire_at=expiry)
    address = f"/events/{page.public_id}.ics"
    shown = entry(page)

    clock.move_to(expiry - dt.timedelta(microseconds=1))
    assert (get(address).status, len(get("/calendar.ics").events)) == (200, 1)
    clock.move_to(expiry)
    told = get(address)

    # No job has run: the row is as it was.
    assert told.status == 410
    assert told.events[0]["SEQUENCE"] == shown["SEQUENCE"] + 1
    assert told.events[0]["DTSTAMP"].dt == expiry
    assert get("/calendar.ics").events == []


def test_lines_are_folded_between_letters_and_end_as_the_standard_says(world: World) -> None:
    title = "Среща на клъстера: " + "ж" * 150 + "🚀" * 40
    make_event(world.events, title=title, summary="Ред\n" + "ъ" * 300)

    told = get("/calendar.ics")

    lines = told.body.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in told.body.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    assert [line.decode() for line in lines]
    assert str(told.events[0]["SUMMARY"]) == title


def test_control_characters_and_line_breaks_do_no_harm(world: World) -> None:
    make_event(
        world.events,
        title="A\x07title]]>",
        summary="One\r\nBEGIN:VEVENT\nUID:forged\x01",
        venue_name='Hall "; X=1\nEND:VCALENDAR',
    )

    (event,) = get("/calendar.ics").events

    assert str(event["SUMMARY"]) == "Atitle]]>"
    assert str(event["DESCRIPTION"]) == "One\nBEGIN:VEVENT\nUID:forged"
    assert str(event["LOCATION"]) == 'Hall "; X=1\nEND:VCALENDAR'


def test_the_calendar_of_a_site_has_its_events_in_one_language(world: World) -> None:
    make_event(world.events, title="Later", starts_at=sofia(2026, 6, 1))
    first = make_event(world.events, title="Sooner", starts_at=sofia(2026, 5, 1))
    translate(world.events, slug="sabitiya", title="Събития")
    translate(first, slug="parvo", title="Първо")

    english, bulgarian = get("/calendar.ics"), get("/calendar.ics?language=bg")

    assert [str(event["SUMMARY"]) for event in english.events] == ["Later", "Sooner"]
    assert [str(event["SUMMARY"]) for event in bulgarian.events] == ["Първо"]
    assert str(english.calendar["X-WR-CALNAME"]) == "Events – main.example"
    assert str(bulgarian.calendar["X-WR-CALNAME"]) == "Събития – main.example"
    assert str(english.calendar["SOURCE"]) == "http://files.test/calendar.ics"
    assert english.calendar["VERSION"] == "2.0"
    assert "METHOD" not in english.calendar


def test_a_calendar_can_be_narrowed(world: World) -> None:
    project = make_project(world.projects, title="GIVE")
    make_event(world.events, title="March", starts_at=sofia(2026, 3, 31, 21), project=project)
    make_event(world.events, title="Over", starts_at=sofia(2026, 3, 30), ends_at=sofia(2026, 4, 2))
    make_event(world.events, title="April", starts_at=sofia(2026, 4, 1, 0))

    def titles(query: str) -> list[str]:
        return sorted(str(event["SUMMARY"]) for event in get(f"/calendar.ics?{query}").events)

    assert titles(f"project={project.public_id}") == ["March"]
    assert titles("to=2026-03-31") == ["March", "Over"]
    assert titles("from=2026-04-02") == ["Over"]
    assert titles("from=2026-04-01&to=2026-04-01") == ["April", "Over"]
    assert titles("from=2026-04-02T00:00:00%2B03:00&to=2026-04-03T00:00:00Z") == ["Over"]


def test_of_very_many_events_the_latest_are_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "MOST", 2)
    for day in (3, 1, 2):
        make_event(world.events, title=f"Day {day}", starts_at=sofia(2026, 5, day))

    told = get("/calendar.ics").events

    assert [str(event["SUMMARY"]) for event in told] == ["Day 3", "Day 2"]


def test_the_deadline_of_a_call_is_an_entry_too(world: World) -> None:
    topic = Term.objects.filter(scheme="NEWS_TOPIC").first()
    assert topic is not None
    page = make_news(
        world.news,
        title="Vouchers",
        types=["OPEN_CALL"],
        call_opens_at=sofia(2026, 1, 1),
        call_closes_at=sofia(2026, 4, 1, 17),
        licence="CC BY 4.0",
        attribution_text="The ministry",
        canonical_url="https://ministry.example/vouchers",
    )
    page.topics.set([topic])
    page.save()
    make_news(world.news, types=["OPEN_CALL"], call_closes_at=None)
    make_news(world.news, types=["NEWS"], call_closes_at=sofia(2026, 4, 1, 17))

    (event,) = get(f"/calls.ics?topic={topic.code}&from=2026-04-01&to=2026-04-01").events

    assert event.uid == f"urn:ictcluster:{page.public_id}"
    assert str(event["SUMMARY"]) == "Deadline: Vouchers"
    assert event["DTSTART"].dt.astimezone(dt.UTC) == sofia(2026, 4, 1, 17).astimezone(dt.UTC)
    assert "DTEND" not in event
    assert str(event["TRANSP"]) == "TRANSPARENT"
    assert str(event["X-ICTCLUSTER-LICENCE"]) == "CC BY 4.0"
    assert str(event["X-ICTCLUSTER-ATTRIBUTION"]) == "The ministry"
    assert str(event["LINK"]) == "https://ministry.example/vouchers"
    assert len(event.categories) == 1
    assert get("/calls.ics?to=2026-03-31").events == []
    assert get("/calendar.ics").events == []


def test_what_others_may_not_take_over_is_in_no_calendar(world: World) -> None:
    fields = {"types": ["OPEN_CALL"], "call_closes_at": sofia(2026, 4, 1)}
    never = make_news(world.news, **fields, syndication_allowed=False)
    once = make_news(world.news, **fields)
    assert get(f"/events/{once.public_id}.ics").status == 200
    once = NewsPage.objects.get(pk=once.pk)
    once.syndication_allowed = False
    once.save()

    assert get("/calls.ics").events == []
    assert get(f"/events/{never.public_id}.ics").status == 404
    assert get(f"/events/{once.public_id}.ics").status == 410


def test_absent_and_never_public_are_the_same(world: World) -> None:
    draft = make_event(world.events, title="Draft", live=False)
    news = make_news(world.news)
    pages = [draft.public_id, news.public_id, world.cluster.public_id, "nothing", "%00"]

    answers = {get(f"/events/{public_id}.ics").body for public_id in pages}

    assert answers == {b'{"error":{"code":"NOT_FOUND","message":"There is no such event."}}'}
    assert {get(f"/events/{public_id}.ics").status for public_id in pages} == {404}
