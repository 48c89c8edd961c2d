"""Describe a cluster: the profile that is also the home page of its site."""

from dataclasses import replace

import graphene
from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField
from wagtail.rich_text import get_text_for_indexing

from cms.content.blocks import RICH_TEXT_FEATURES
from cms.content.models import BasePage
from cms.content.sources import Chosen, Lines, RowReferences, StatedText
from cms.content.types import RichText
from cms.publishing import exposure
from cms.publishing.protocols import Columns
from home.completeness import Completeness, CompletenessValue, completeness
from home.models.cluster_parts import Composition
from home.models.cooperation import ClusterCooperation, Cooperation
from home.models.identity import IDENTITY_FIELDS, ClusterIdentity
from home.panels import cluster_form


def _terms(scheme: str, verbose_name: str) -> ParentalManyToManyField:
    return ParentalManyToManyField(
        "content.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"scheme": scheme},
        verbose_name=verbose_name,
    )


class ClusterPage(ClusterIdentity, ClusterCooperation, BasePage):
    """Describe one cluster; the root page of its site."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "home.StandardPage",
        "projects.ProjectIndexPage",
        "news.NewsIndexPage",
        "news.EventIndexPage",
    ]

    about = RichTextField(
        blank=True, features=RICH_TEXT_FEATURES, help_text="Who the cluster is and what it does."
    )
    mission = models.TextField(
        blank=True, help_text="What the cluster is there for, in a sentence."
    )
    goals = models.TextField(blank=True, help_text="One goal per line.")
    activity_areas = models.TextField(
        "areas of activity", blank=True, help_text="One area per line."
    )
    sectors = _terms("SECTORAL_INDUSTRY", "sectoral industries")
    technology_fields = _terms("TECHNOLOGY_FIELD", "technology fields")
    s3_priorities = _terms("S3_PRIORITY", "S3 EU priority areas")
    cross_sectoral_industries = _terms("CROSS_SECTORAL_INDUSTRY", "cross-sectoral industries")
    programmes = ParentalManyToManyField(
        "content.Programme",
        blank=True,
        related_name="+",
        help_text="Programmes that support the cluster itself.",
    )

    edit_handler = cluster_form()

    graphql_description = "A cluster: who it is, what it does and how it has grown."
    graphql_fields = [
        *BasePage.graphql_fields,
        *IDENTITY_FIELDS,
        exposure.value("about", RichText, "Who it is and what it does.", source="about_source"),
        exposure.value(
            "mission", graphene.String, "What it is there for.", source="stated_mission"
        ),
        exposure.values("goals", graphene.String, "The goals of its mission.", source="goal_lines"),
        exposure.values(
            "activity_areas", graphene.String, "What it works on.", source="activity_area_lines"
        ),
        exposure.value(
            "composition",
            "home.Composition",
            "Its members by kind, by the newest statement.",
            source="current_composition",
        ),
        exposure.parts(
            "composition_history",
            "home.Composition",
            "Every statement about its members, in the editor's order.",
            source="compositions",
        ),
        exposure.parts(
            "key_figures",
            "home.KeyFigure",
            "Figures that others state about it.",
            source="observations",
        ),
        exposure.references(
            "management_team",
            "content.Person",
            "Who runs it, in the editor's order.",
            source="team_references",
        ),
        exposure.references(
            "sectors", "content.Term", "Sectoral industries.", source="sector_references"
        ),
        exposure.references(
            "technology_fields",
            "content.Term",
            "Technology fields.",
            source="technology_references",
        ),
        exposure.references(
            "s3_priorities",
            "content.Term",
            "Priority areas of smart specialisation.",
            source="s3_references",
        ),
        exposure.references(
            "cross_sectoral_industries",
            "content.Term",
            "Cross-sectoral industries.",
            source="cross_sectoral_references",
        ),
        exposure.parts("support_services", "home.SupportService", "What it does for its members."),
        exposure.references(
            "programmes",
            "content.Programme",
            "Programmes that support the cluster itself.",
            source="programme_references",
        ),
        exposure.values(
            "cooperation",
            Cooperation,
            "How it works across borders: both kinds, always.",
            source="cooperation_values",
        ),
        exposure.parts("labels", "home.ClusterLabel", "Quality labels it was awarded."),
        exposure.value(
            "completeness",
            Completeness,
            "How complete this profile is, by our own open formula.",
            required=True,
        ),
    ]

    stated_mission = StatedText("mission")
    goal_lines = Lines("goals")
    activity_area_lines = Lines("activity_areas")
    team_references = RowReferences("management_team", "person", "person")
    sector_references = Chosen("sectors", "term")
    technology_references = Chosen("technology_fields", "term")
    s3_references = Chosen("s3_priorities", "term")
    cross_sectoral_references = Chosen("cross_sectoral_industries", "term")
    programme_references = Chosen("programmes", "programme")

    class Meta:
        verbose_name = "cluster"

    @property
    def about_source(self) -> str | None:
        """Return the rich text as it is stored, or None when it says nothing."""
        return self.about if get_text_for_indexing(self.about).strip() else None

    @property
    def current_composition(self) -> Composition | None:
        """Return the statement that holds now.

        Shape: the one with the latest date; among those of one day, and among undated ones when
               none has a date, the last in the editor's order.
        """
        rows: list[Composition] = list(self.compositions.all())
        dated = [row for row in rows if row.as_of]
        latest = max((row.as_of for row in dated if row.as_of), default=None)
        candidates = [row for row in dated if row.as_of == latest] if dated else rows
        return candidates[-1] if candidates else None

    @property
    def completeness(self) -> CompletenessValue:
        """Return how complete this profile is."""
        return completeness(self)

    def published_columns(self) -> Columns:
        """Return what lists and search need, with the mission as summary."""
        return replace(super().published_columns(), summary=self.mission or self.search_description)

    def search_text(self) -> str:
        """Return every word a reader sees, mission, goals and areas included."""
        words = [super().search_text(), self.local_name, self.mission, self.goals]
        return " ".join(word for word in [*words, self.activity_areas] if word)
