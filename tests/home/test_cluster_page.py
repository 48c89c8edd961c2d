"""What a cluster's profile says of itself, refuses, and hands on."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from cms.content.models import TermScheme
from cms.publishing.protocols import Reference
from home.choices import CooperationKind
from home.models import (
    ClusterLabel,
    ClusterPage,
    Composition,
    KeyFigure,
    ManagementTeamMember,
    SupportService,
)
from home.models.cooperation import CooperationValue
from home.models.identity import ClusterIdentity, RegionValue, StrategyValue
from tests.factories import make_document, make_person, make_programme, make_term
from tests.page_factories import make_cluster, translate


def _current(*rows: Composition) -> Composition | None:
    page = ClusterPage()
    page.compositions.set(list(rows))
    return page.current_composition


def test_the_latest_statement_holds() -> None:
    old = Composition(as_of=dt.date(2019, 1, 1), members=286)
    new = Composition(as_of=dt.date(2024, 1, 1), members=293)

    assert _current(new, old, Composition(members=10)) is new


def test_among_statements_of_one_day_the_last_one_holds() -> None:
    day = dt.date(2019, 1, 1)
    first, last = Composition(as_of=day, source="A"), Composition(as_of=day, source="B")

    assert _current(first, last) is last


def test_without_any_date_the_last_statement_holds() -> None:
    first, last = Composition(members=10), Composition(members=286)

    assert _current(first, last) is last
    assert _current() is None


@pytest.mark.parametrize(
    ("row", "errors"),
    [
        (
            Composition(members=10, smes=11),
            {
                "smes": [
                    "More small and medium-sized companies than members: correct one of the two."
                ]
            },
        ),
        (
            Composition(members=10, smes=6, research_organisations=6),
            {"members": ["The kinds of members add up to 12: correct them or this number."]},
        ),
        (
            ClusterLabel(
                level="GOLD", awarded_on=dt.date(2020, 1, 2), valid_until=dt.date(2020, 1, 1)
            ),
            {"valid_until": ["Give a day that is not before the day of the award."]},
        ),
        (KeyFigure(value="61"), {"metric": ["This field cannot be blank."]}),
    ],
)
def test_a_contradiction_in_a_row_names_its_field(
    row: Composition | ClusterLabel | KeyFigure, errors: dict[str, list[str]]
) -> None:
    with pytest.raises(ValidationError) as refused:
        row.full_clean(exclude=["page"])

    assert refused.value.message_dict == errors


@pytest.mark.parametrize(
    "name",
    ["members", "smes", "large_companies", "research_organisations", "other_actors", "start_ups"],
)
def test_a_negative_count_names_its_field(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Composition(**{name: -1}).full_clean(exclude=["page"])

    assert refused.value.message_dict == {
        name: ["Ensure this value is greater than or equal to 0."]
    }


def test_the_profiles_numbers_are_accepted() -> None:
    Composition(
        members=286, smes=280, large_companies=0, research_organisations=6, other_actors=0
    ).clean()
    # Start-ups are counted among the companies as well.
    Composition(members=286, smes=280, research_organisations=6, start_ups=5).clean()
    # Nothing can be compared with a number that nobody stated.
    Composition(smes=280).clean()


def test_identity_is_stated_or_absent() -> None:
    empty = ClusterPage(title="Cluster")

    assert (empty.stated_local_name, empty.country_code, empty.region_value) == (None, None, None)
    assert empty.strategy_value == StrategyValue(False, False, None)
    assert empty.about_source is None
    assert ClusterPage(region_label="South-West").region_value == RegionValue(None, "South-West")
    assert ClusterPage(region_code="BG41").region_value == RegionValue("BG41", "BG41")


def test_a_malformed_region_code_names_its_field() -> None:
    with pytest.raises(ValidationError) as refused:
        ClusterPage(region_code="Sofia").clean_fields(
            exclude=[f.name for f in ClusterPage._meta.fields if f.name != "region_code"]
        )

    assert refused.value.message_dict == {
        "region_code": ["Write two capital letters and up to three more characters, such as BG41."]
    }


def test_a_region_of_another_country_names_its_field() -> None:
    with pytest.raises(ValidationError) as refused:
        ClusterIdentity.clean(ClusterPage(country="RO", region_code="BG41"))

    assert refused.value.message_dict == {
        "region_code": ["Codes of regions in this country begin with RO: correct one of the two."]
    }


@pytest.mark.parametrize(
    ("country", "code"), [("BG", "BG41"), ("GR", "EL30"), ("GB", "UKI"), ("", "BG41"), ("RO", "")]
)
def test_a_region_of_its_country_is_accepted(country: str, code: str) -> None:
    ClusterIdentity.clean(ClusterPage(country=country, region_code=code))


def test_both_kinds_of_cooperation_are_always_there() -> None:
    assert ClusterPage().cooperation_values == [
        CooperationValue(CooperationKind.INTERNATIONAL, [], []),
        CooperationValue(CooperationKind.TRANSNATIONAL, [], []),
    ]


@pytest.mark.django_db
def test_relations_are_references_in_a_stable_order() -> None:
    later = make_person(name="A"), make_person(name="B")
    terms = [make_term(label_en=label) for label in ("Z", "A")]
    page = make_cluster(international_countries=["RS", "AL"])
    page.management_team.set(
        [
            ManagementTeamMember(person=person, sort_order=order)
            for order, person in enumerate(reversed(later))
        ]
    )
    page.technology_fields.set(terms)
    page.save()

    page = ClusterPage.objects.get()

    assert page.team_references == [Reference("person", person.pk) for person in reversed(later)]
    assert page.technology_references == [Reference("term", term.pk) for term in terms]
    assert page.cooperation_values[0].targeted_countries == ["AL", "RS"]


@pytest.mark.django_db
def test_a_translation_takes_every_row_and_choice_along() -> None:
    service = make_term(scheme=TermScheme.SUPPORT_SERVICE)
    programme, person, document = make_programme(), make_person(), make_document()
    page = make_cluster(contact=person, strategy_document=document, strategy_formalised=True)
    page.compositions.set([Composition(members=286)])
    page.observations.set([KeyFigure(metric="completeness", value="61", unit="%")])
    page.labels.set([ClusterLabel(level="GOLD")])
    page.support_services.set([SupportService(term=service, other_text="More")])
    page.management_team.set([ManagementTeamMember(person=person)])
    page.programmes.add(programme)
    page.save()

    copy = ClusterPage.objects.get(pk=translate(page).pk)

    assert copy.locale.language_code == "bg"
    assert [row.members for row in copy.compositions.all()] == [286]
    assert [row.value for row in copy.observations.all()] == ["61"]
    assert [row.level for row in copy.labels.all()] == ["GOLD"]
    assert [(row.term_id, row.other_text) for row in copy.support_services.all()] == [
        (service.pk, "More")
    ]
    assert copy.team_references == [Reference("person", person.pk)]
    assert copy.programme_references == [Reference("programme", programme.pk)]
    assert copy.contact_id == person.pk
    assert copy.strategy_value == StrategyValue(True, False, Reference("document", document.pk))


@pytest.mark.django_db
def test_columns_summarise_the_mission() -> None:
    page = make_cluster(title="Cluster", local_name="Клъстер", mission="Mission.", goals="One\nTwo")

    columns = page.published_columns()

    assert columns.summary == "Mission."
    assert columns.search_text == "Cluster Клъстер Mission. One\nTwo"
