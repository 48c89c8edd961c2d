"""What a project page says of itself, refuses, and hands on."""

import datetime as dt
import zoneinfo
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cms.publishing.protocols import Reference
from projects.dates import WITHOUT_START
from projects.models import ProjectPage, ProjectPartner, ProjectResult
from projects.target_group import TargetGroupValue
from tests.factories import make_organisation, make_programme
from tests.page_factories import World, coordinator_and, make_project, make_world, translate

pytestmark = pytest.mark.django_db
MONTHS_CONTRADICT = (
    "3 months from the first day end on 31.03.2020. "
    "Change the last day, or leave one of the two empty."
)
SOFIA = zoneinfo.ZoneInfo("Europe/Sofia")


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_missing_end_is_worked_out_and_marked() -> None:
    page = ProjectPage(starts_on=dt.date(2015, 12, 1), duration_months=6)

    assert page.final_day == dt.date(2016, 5, 31)
    assert page.ends_on_is_computed is True
    assert page.months == 6


def test_a_stated_end_stays_and_the_duration_is_counted() -> None:
    page = ProjectPage(starts_on=dt.date(2017, 12, 1), ends_on=dt.date(2019, 11, 30))

    assert page.final_day == dt.date(2019, 11, 30)
    assert page.ends_on_is_computed is False
    assert page.months == 24


def test_nothing_is_worked_out_from_half_the_facts() -> None:
    page = ProjectPage(starts_on=dt.date(2010, 1, 1))

    assert (page.final_day, page.ends_on_is_computed, page.months) == (None, False, None)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        (
            {"starts_on": dt.date(2020, 2, 1), "ends_on": dt.date(2020, 1, 31)},
            {"ends_on": ["Give a last day that is not before the first day."]},
        ),
        (
            {
                "starts_on": dt.date(2020, 1, 1),
                "ends_on": dt.date(2020, 2, 29),
                "duration_months": 3,
            },
            {
                "duration_months": [
                    MONTHS_CONTRADICT,
                ]
            },
        ),
        ({"duration_months": 0}, {"duration_months": ["A project lasts at least one month."]}),
        (
            {"minimum_age": 40, "maximum_age": 18},
            {"maximum_age": ["Give an age that is not below the minimum age."]},
        ),
        ({"summary": ""}, {"summary": ["This field cannot be blank."]}),
    ],
)
def test_a_contradiction_names_its_field(
    world: World, fields: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    with pytest.raises(ValidationError) as refused:
        make_project(world.projects, **fields)

    assert refused.value.message_dict == errors
    assert not ProjectPage.objects.exists()


def test_a_second_coordinator_is_refused_when_publishing(world: World) -> None:
    first, second = make_organisation(name="First"), make_organisation(name="Second")

    with pytest.raises(ValidationError) as refused:
        make_project(world.projects, partners={first: "COORDINATOR", second: "COORDINATOR"})

    assert refused.value.message_dict == {
        "partners": ["Keep one coordinator and give the others another role."]
    }
    assert not ProjectPage.objects.exists()


def test_a_partner_is_named_once(world: World) -> None:
    page = make_project(world.projects)
    organisation = make_organisation()
    page.partners.set(
        [
            ProjectPartner(organisation=organisation),
            ProjectPartner(organisation=organisation),
        ]
    )

    with pytest.raises(ValidationError) as refused:
        page.save()

    assert refused.value.message_dict == {
        "partners": ["Name each partner once: two rows are the same."]
    }


def test_a_draft_may_be_incomplete(world: World) -> None:
    page = make_project(world.projects, summary="", live=False)

    with pytest.raises(ValidationError) as refused:
        page.save_revision(clean=False).publish()

    assert set(refused.value.message_dict) == {"summary"}
    assert ProjectPage.objects.get().live is False


def test_the_coordinator_comes_from_the_partners(world: World) -> None:
    lead, other = make_organisation(name="Lead"), make_organisation(name="Other")
    page = make_project(world.projects, partners=coordinator_and(other, coordinator=lead))

    assert page.coordinator_reference == Reference("organisation", lead.pk)
    assert [row.organisation_id for row in page.partners.all()] == [lead.pk, other.pk]
    assert make_project(world.projects).coordinator_reference is None


def test_lists_hold_one_entry_per_line_that_says_something() -> None:
    page = ProjectPage(objectives=" One \r\n\n  \nTwo\n", approaches="")

    assert page.objective_lines == ["One", "Two"]
    assert page.approach_lines == []


def test_a_target_group_is_absent_until_something_is_known() -> None:
    assert ProjectPage().target_group_value is None
    assert ProjectPage(minimum_age=0).target_group_value == TargetGroupValue("", 0, None)
    assert ProjectPage(
        target_group="Young people", minimum_age=18, maximum_age=40
    ).target_group_value == TargetGroupValue("Young people", 18, 40)


def test_the_official_title_falls_back_on_the_page(world: World) -> None:
    assert ProjectPage(title="GIVE").official_title == "GIVE"
    assert ProjectPage(title="GIVE", full_title="Green").official_title == "Green"


def test_columns_hold_local_days_and_keys(world: World) -> None:
    programme, lead = make_programme(), make_organisation()
    page = make_project(
        world.projects,
        partners={lead: "COORDINATOR"},
        starts_on=dt.date(2015, 12, 1),
        duration_months=6,
        summary="In short.",
    )
    page.programmes.add(programme)
    page.save()

    columns = ProjectPage.objects.get().published_columns()

    begins = dt.datetime(2015, 12, 1, tzinfo=SOFIA)
    ends = dt.datetime(2016, 6, 1, tzinfo=SOFIA)
    assert columns.summary == "In short."
    assert (columns.sort_at, columns.starts_at, columns.ends_at) == (begins, begins, ends)
    assert columns.boundaries == (begins, ends)
    assert columns.facets == (
        ("programme", f"programme:{programme.pk}"),
        ("partner", f"organisation:{lead.pk}"),
    )


def test_search_finds_names_and_aims(world: World) -> None:
    page = make_project(
        world.projects, title="Title", acronym="GIVE", summary="Summary", objectives="One\nTwo"
    )

    assert page.published_columns().search_text == "Title GIVE Summary One\nTwo"


def test_a_project_without_dates_stands_before_all_others(world: World) -> None:
    columns = make_project(world.projects).published_columns()

    assert (columns.sort_at, columns.starts_at, columns.ends_at) == (WITHOUT_START, None, None)
    assert columns.boundaries == ()
    assert columns.facets == ()


def test_a_translation_takes_partners_results_and_programmes_along(world: World) -> None:
    programme, lead = make_programme(), make_organisation()
    page = make_project(world.projects, partners={lead: "COORDINATOR"}, title="Green")
    page.programmes.add(programme)
    page.results.set([ProjectResult(quantity=9, text="results")])
    page.save()
    translate(world.projects)

    copy = ProjectPage.objects.get(pk=translate(page, title="Зелен").pk)

    assert copy.title == "Зелен"
    assert copy.translation_key == page.translation_key
    assert copy.coordinator_reference == Reference("organisation", lead.pk)
    assert [(row.quantity, row.text) for row in copy.results.all()] == [(9, "results")]
    assert copy.programme_references == [Reference("programme", programme.pk)]
    assert [row.pk for row in copy.partners.all()] != [row.pk for row in page.partners.all()]


def test_a_section_uses_its_introduction_as_summary(world: World) -> None:
    world.projects.introduction = "All our projects."

    assert world.projects.published_columns().summary == "All our projects."
