"""Fill in the profile of the cluster: every list of it has a few entries."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from cms.content.models import Person, Programme, Term, TermScheme
from home.models import ClusterPage
from home.models.cluster_parts import (
    ClusterLabel,
    Composition,
    KeyFigure,
    ManagementTeamMember,
    SupportService,
)
from tests import factories

DAY = dt.date(2025, 12, 31)


def describe_cluster(
    page: ClusterPage, *, people: Sequence[Person], programmes: Sequence[Programme]
) -> None:
    """Write what the profile says."""
    page.local_name, page.country, page.region_code, page.region_label = (
        "Клъстер",
        "BG",
        "BG41",
        "Sofia",
    )
    page.mission = "Bring companies, science and authorities together."
    page.goals = page.activity_areas = "\n".join(f"Line {number}" for number in range(5))
    page.about = "<p>Who we are.</p>" * 5
    page.contact = people[0]
    page.sectors = _terms(TermScheme.SECTORAL_INDUSTRY)
    page.technology_fields = _terms(TermScheme.TECHNOLOGY_FIELD)
    page.s3_priorities = _terms(TermScheme.S3_PRIORITY)
    page.cross_sectoral_industries = _seeded("CROSS_SECTORAL_INDUSTRY")
    page.international_activities = _seeded("INTERNATIONAL_SUPPORT_ACTIVITY")
    page.transnational_activities = _seeded("TRANSNATIONAL_SUPPORT_ACTIVITY")
    page.international_countries, page.transnational_countries = ["US", "JP"], ["DE", "FR", "IT"]
    page.programmes = list(programmes[:3])
    rows: dict[str, list[Any]] = {
        "management_team": [ManagementTeamMember(person=person) for person in people[:5]],
        "support_services": [SupportService(term=term) for term in _seeded("SUPPORT_SERVICE")],
        "compositions": [
            Composition(as_of=DAY.replace(year=year), source="Register", members=year - 1900)
            for year in range(2021, 2026)
        ],
        "observations": [
            KeyFigure(metric=f"Metric {number}", value="10", as_of=DAY, source="Report")
            for number in range(5)
        ],
        "labels": [ClusterLabel(level="BRONZE", issuer="Secretariat", awarded_on=DAY)],
    }
    for name, members in rows.items():
        getattr(page, name).set(members)
    page.save()


def _seeded(scheme: str) -> list[Term]:
    return list(Term.objects.filter(scheme=scheme).order_by("pk")[:5])


def _terms(scheme: TermScheme) -> list[Term]:
    return [factories.make_term(scheme=scheme, label_en=f"{scheme.label} {n}") for n in range(5)]
