"""Describe the cluster's projects: their dates, partners, results and papers."""

from dataclasses import replace
from typing import ClassVar

import graphene
from django.core.exceptions import ValidationError
from django.db import models
from grapple.types.interfaces import StreamFieldInterface
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import StreamField

from cms.content.attachments import document_references
from cms.content.blocks import BodyBlock
from cms.content.models import BasePage
from cms.content.publication import Problem
from cms.content.sources import Chosen, Lines, StatedText
from cms.content.types import Date
from cms.publishing import exposure
from cms.publishing.protocols import Columns, Reference
from projects import panels
from projects.dates import ProjectDates
from projects.forms import ProjectPageForm
from projects.parts import PartnerRole, ProjectDocument, ProjectPartner, ProjectResult
from projects.target_group import TargetGroup, TargetGroupValue

__all__ = [
    "PartnerRole",
    "ProjectDocument",
    "ProjectIndexPage",
    "ProjectPage",
    "ProjectPartner",
    "ProjectResult",
]


class ProjectIndexPage(BasePage):
    """Open the section that holds all projects of one cluster."""

    parent_page_types = ["home.ClusterPage"]
    subpage_types = ["projects.ProjectPage"]

    introduction = models.TextField(
        blank=True, help_text="One or two sentences above the list of projects."
    )

    content_panels = panels.INDEX_PANELS

    graphql_description = "The section that holds all projects of one cluster."
    graphql_fields = [
        *BasePage.graphql_fields,
        exposure.value("introduction", graphene.String, "Text above the list.", required=True),
    ]

    class Meta:
        verbose_name = "project section"

    def published_columns(self) -> Columns:
        """Return what lists and search need, with the introduction as summary."""
        return replace(super().published_columns(), summary=self.introduction)


class ProjectPage(ProjectDates, BasePage):
    """Describe one project."""

    parent_page_types = ["projects.ProjectIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    base_form_class = ProjectPageForm

    acronym = models.CharField(
        max_length=60, blank=True, help_text="The short name people use, for instance GIVE."
    )
    full_title = models.CharField(
        max_length=400, blank=True, help_text="The official title, if it is longer than the page's."
    )
    contract_number = models.CharField(
        max_length=80, blank=True, help_text="As it stands in the grant contract."
    )
    summary = models.TextField(help_text="Two or three sentences for lists and for search.")
    programmes = ParentalManyToManyField(
        "content.Programme",
        blank=True,
        related_name="+",
        help_text="The programmes that fund the project.",
    )
    objectives = models.TextField(blank=True, help_text="One objective per line.")
    approaches = models.TextField(blank=True, help_text="One way of working per line.")
    target_group = models.TextField(blank=True, help_text="Who the project is for.")
    minimum_age = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="In years, if there is a limit."
    )
    maximum_age = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="In years, if there is a limit."
    )
    body = StreamField(BodyBlock(), blank=True)

    edit_handler = panels.project_form()

    graphql_description = "One project: what it wants, who takes part, and what came of it."
    graphql_fields = [
        *BasePage.graphql_fields,
        exposure.value("acronym", graphene.String, "Short name.", source="stated_acronym"),
        exposure.value(
            "full_title",
            graphene.String,
            "Official title; the page's title where no other was given.",
            required=True,
            source="official_title",
        ),
        exposure.value(
            "contract_number",
            graphene.String,
            "Number of the grant contract.",
            source="stated_contract_number",
        ),
        exposure.value("summary", graphene.String, "What it is, in short.", required=True),
        exposure.value("starts_on", Date, "First day."),
        exposure.value(
            "ends_on", Date, "Last day; the project still runs on it.", source="final_day"
        ),
        exposure.value(
            "ends_on_is_computed",
            graphene.Boolean,
            "Whether the last day was worked out from the first day and the duration.",
            required=True,
        ),
        exposure.value(
            "duration_months",
            graphene.Int,
            "Months as stated, or those between the two days where they are a whole number.",
            source="months",
        ),
        exposure.references(
            "programmes",
            "content.Programme",
            "The programmes that fund it.",
            source="programme_references",
        ),
        exposure.reference(
            "coordinator",
            "content.Organisation",
            "Who leads it; also among the partners.",
            source="coordinator_reference",
        ),
        exposure.parts(
            "partners", "projects.ProjectPartner", "Who takes part, coordinator included."
        ),
        exposure.values(
            "objectives", graphene.String, "What it wants to reach.", source="objective_lines"
        ),
        exposure.values(
            "approaches", graphene.String, "How it goes about it.", source="approach_lines"
        ),
        exposure.parts("results", "projects.ProjectResult", "What it delivers."),
        exposure.value("target_group", TargetGroup, "Who it is for.", source="target_group_value"),
        exposure.values("body", StreamFieldInterface, "The text of the page, block by block."),
        exposure.references(
            "documents",
            "content.Document",
            "Papers to download, in the editor's order.",
            source="document_references",
        ),
    ]

    stated_acronym = StatedText("acronym")
    stated_contract_number = StatedText("contract_number")
    objective_lines = Lines("objectives")
    approach_lines = Lines("approaches")
    programme_references = Chosen("programmes", "programme")
    document_references = document_references()

    class Meta:
        verbose_name = "project"

    @property
    def official_title(self) -> str:
        """Return the official title, or the page's own where no other was given."""
        return self.full_title.strip() or self.title

    @property
    def coordinator_reference(self) -> Reference | None:
        """Return the organisation that leads the project."""
        for partner in self.partners.all():
            if partner.role == PartnerRole.COORDINATOR and partner.organisation_id:
                return Reference("organisation", partner.organisation_id)
        return None

    @property
    def target_group_value(self) -> TargetGroupValue | None:
        """Return the people the project is for, or None when nobody said."""
        value = TargetGroupValue(self.target_group.strip(), self.minimum_age, self.maximum_age)
        return value if any(part not in ("", None) for part in value) else None

    def clean(self) -> None:
        """Refuse contradictions; what is merely missing is asked for when publishing."""
        super().clean()
        errors = self.date_errors()
        if (
            self.minimum_age is not None
            and self.maximum_age is not None
            and self.minimum_age > self.maximum_age
        ):
            errors["maximum_age"] = "Give an age that is not below the minimum age."
        if errors:
            raise ValidationError(errors)

    def publication_problems(self) -> list[Problem]:
        """Refuse a second coordinator and a partner named twice, whoever wrote the rows."""
        problems = list(super().publication_problems())
        rows = list(self.partners.all())
        chosen = [row.organisation_id for row in rows if row.organisation_id]
        if len(set(chosen)) < len(chosen):
            problems.append(Problem("partners", "Name each partner once: two rows are the same."))
        if sum(row.role == PartnerRole.COORDINATOR for row in rows) > 1:
            problems.append(
                Problem("partners", "Keep one coordinator and give the others another role.")
            )
        return problems

    def published_columns(self) -> Columns:
        """Return dates and facets.

        Shape: the facets `programme` and `partner` hold keys (`programme:5`, `organisation:7`). A
               partner's country is the partner's own and may change without the project, so the
               country of a project is found through its `partner` facets.
        """
        return replace(
            super().published_columns(),
            summary=self.summary,
            **self.date_columns(),
            facets=tuple(self._facets()),
        )

    def search_text(self) -> str:
        """Return every word a reader sees, names and aims included."""
        words = [self.acronym, self.full_title, self.contract_number, self.summary]
        words += [self.objectives, self.approaches, self.target_group]
        return " ".join(word for word in (super().search_text(), *words) if word)

    def _facets(self) -> list[tuple[str, str]]:
        programmes = [("programme", reference.key) for reference in self.programme_references]
        organisations = dict.fromkeys(row.organisation_id for row in self.partners.all())
        partners = [("partner", Reference("organisation", pk).key) for pk in organisations if pk]
        return [*programmes, *partners]
