"""What an event says of itself, refuses, and hands on."""

import datetime as dt
import zoneinfo
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cms.publishing.protocols import Reference
from news.models import EventDocument, EventOrganiser, EventPage
from news.venue import VenueValue
from tests.factories import make_document, make_organisation
from tests.page_factories import NOON, World, make_event, make_project, make_world, translate

pytestmark = pytest.mark.django_db
SOFIA = zoneinfo.ZoneInfo("Europe/Sofia")


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        (
            {"starts_at": NOON, "ends_at": NOON - dt.timedelta(minutes=1)},
            {"ends_at": ["Give an end that is not before the start."]},
        ),
        (
            {"starts_at": None, "ends_at": None},
            {"starts_at": ["This field cannot be blank."]},
        ),
        ({"summary": ""}, {"summary": ["This field cannot be blank."]}),
        (
            {"time_zone": "Europe/Atlantis"},
            {"time_zone": ["Value 'Europe/Atlantis' is not a valid choice."]},
        ),
    ],
)
def test_a_contradiction_names_its_field(
    world: World, fields: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    with pytest.raises(ValidationError) as refused:
        make_event(world.events, **fields)

    assert refused.value.message_dict == errors
    assert not EventPage.objects.exists()


def test_an_all_day_event_spans_whole_days_of_its_zone(world: World) -> None:
    page = make_event(
        world.events,
        is_all_day=True,
        # 22:30 UTC is half past midnight of the next day in Sofia.
        starts_at=dt.datetime(2014, 4, 9, 22, 30, tzinfo=dt.UTC),
        ends_at=dt.datetime(2014, 4, 11, 9, 0, tzinfo=dt.UTC),
    )

    page.refresh_from_db()
    assert page.starts_at == dt.datetime(2014, 4, 10, 0, 0, tzinfo=SOFIA)
    assert page.ends_at == dt.datetime(2014, 4, 11, 23, 59, tzinfo=SOFIA)


def test_an_event_without_an_end_is_found_by_its_start(world: World) -> None:
    page = make_event(world.events, starts_at=NOON, ends_at=None)

    columns = page.published_columns()

    assert page.ends_at is None
    assert (columns.sort_at, columns.starts_at, columns.ends_at) == (NOON, NOON, NOON)
    assert columns.boundaries == (NOON,)


def test_an_all_day_event_without_an_end_lasts_until_midnight(world: World) -> None:
    page = make_event(world.events, starts_at=NOON, ends_at=None, is_all_day=True)

    assert page.published_columns().ends_at == dt.datetime(2026, 3, 2, 23, 59, tzinfo=SOFIA)


def test_columns_hold_times_and_keys(world: World) -> None:
    project, organiser = make_project(world.projects), make_organisation()
    page = make_event(world.events, project=project, attendance="MIXED", status="POSTPONED")
    page.organisers.set([EventOrganiser(organisation=organiser)])
    page.save()

    columns = EventPage.objects.get().published_columns()

    ends_at = NOON + dt.timedelta(hours=2)
    assert (columns.starts_at, columns.ends_at) == (NOON, ends_at)
    assert columns.boundaries == (NOON, ends_at)
    assert columns.facets == (
        ("eventStatus", "POSTPONED"),
        ("attendance", "MIXED"),
        ("organiser", f"organisation:{organiser.pk}"),
        ("project", f"page:{project.pk}"),
    )


def test_a_venue_is_absent_until_something_is_known() -> None:
    assert EventPage().venue_value is None
    assert EventPage(venue_name="Grand Hotel", venue_country="BG").venue_value == VenueValue(
        "Grand Hotel", None, None, "BG"
    )


def test_a_translation_takes_organisers_and_documents_along(world: World) -> None:
    organiser, document = make_organisation(), make_document()
    page = make_event(world.events)
    page.organisers.set([EventOrganiser(organisation=organiser)])
    page.documents.set([EventDocument(document=document)])
    page.save()
    translate(world.events)

    copy = EventPage.objects.get(pk=translate(page).pk)

    assert copy.organiser_references == [Reference("organisation", organiser.pk)]
    assert copy.document_references == [Reference("document", document.pk)]
