"""How complete a profile is."""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.content.models import Person, Programme, Term
from home.completeness import FORMULA, completeness
from home.models import ClusterPage, Composition, ManagementTeamMember, SupportService
from home.panels import field_anchors

Fill = Callable[[ClusterPage], None]


def _set(name: str, value: object) -> Fill:
    return lambda page: setattr(page, name, value)


def _term(name: str) -> Fill:
    return lambda page: getattr(page, name).set([Term(pk=1)])


def _rows(name: str, row: object) -> Fill:
    return lambda page: getattr(page, name).set([row])


def _count(name: str, value: int) -> Fill:
    def fill(page: ClusterPage) -> None:
        rows = list(page.compositions.all()) or [Composition()]
        setattr(rows[0], name, value)
        page.compositions.set(rows)

    return fill


FILLS: dict[str, Fill] = {
    "about": _set("about", "<p>About</p>"),
    "mission": _set("mission", "Mission"),
    "goals": _set("goals", "Goal"),
    "activity_areas": _set("activity_areas", "Area"),
    "picture": _set("picture_id", 1),
    "country": _set("country", "BG"),
    "region_label": _set("region_label", "South-West"),
    "founded_on": _set("founded_on", dt.date(2005, 1, 31)),
    "legal_form": _set("legal_form", "Foundation"),
    "website": _set("website", "https://example.org"),
    "contact": _set("contact_id", 1),
    "management_team": _rows("management_team", ManagementTeamMember(person=Person(pk=1))),
    "members": _count("members", 0),
    "smes": _count("smes", 0),
    "start_ups": _count("start_ups", 5),
    "sectors": _term("sectors"),
    "technology_fields": _term("technology_fields"),
    "s3_priorities": _term("s3_priorities"),
    "cross_sectoral_industries": _term("cross_sectoral_industries"),
    "support_services": _rows("support_services", SupportService(term=Term(pk=1))),
    "programmes": lambda page: page.programmes.set([Programme(pk=1)]),
    "international_countries": _set("international_countries", ["RS"]),
    "transnational_countries": _set("transnational_countries", ["RO"]),
    # Fields outside the formula change nothing.
    "local_name": _set("local_name", "Клъстер"),
    "strategy_formalised": _set("strategy_formalised", True),
}


def test_the_formula_adds_up_to_100() -> None:
    assert sum(item.points for item in FORMULA) == 100
    assert all(item.points > 0 for item in FORMULA)


def test_an_empty_profile_misses_everything() -> None:
    found = completeness(ClusterPage(title="Cluster"))

    assert found.score == 0
    assert [missing.label for missing in found.missing] == [item.label for item in FORMULA]


def test_a_full_profile_misses_nothing() -> None:
    page = ClusterPage(title="Cluster")
    for fill in FILLS.values():
        fill(page)

    assert page.completeness == (100, [])


def test_a_text_of_which_every_word_was_deleted_is_missing() -> None:
    page = ClusterPage(title="Cluster", about='<p data-block-key="a1b2c"> </p>')

    assert page.completeness.score == 0
    assert page.about_source is None


@given(st.permutations(sorted(FILLS)), st.integers(min_value=0, max_value=len(FILLS)))
def test_filling_one_more_field_never_lowers_the_score(order: list[str], count: int) -> None:
    page = ClusterPage(title="Cluster")
    score = 0

    for name in order[:count]:
        FILLS[name](page)
        found = completeness(page)
        assert found.score >= score
        assert found.score + sum(missing.points for missing in found.missing) == 100
        score = found.score


@pytest.mark.parametrize("item", FORMULA, ids=lambda item: item.label)
def test_every_item_has_a_field_in_the_schema_and_a_place_in_the_form(item: object) -> None:
    anchors = field_anchors(ClusterPage.get_edit_handler())
    camel = {_camel(field.field_name) for field in ClusterPage.graphql_fields}

    assert item.field in camel  # type: ignore[attr-defined]
    assert anchors[item.panel].startswith("panel-child-")  # type: ignore[attr-defined]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
