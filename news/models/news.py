"""Describe news items: news, achievements, documents and open calls."""

import datetime as dt
from dataclasses import replace
from typing import ClassVar

import graphene
from django.core.exceptions import ValidationError
from django.db import models
from grapple.types.interfaces import StreamFieldInterface
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import StreamField

from cms.content.attachments import AttachedDocument, document_references
from cms.content.blocks import BodyBlock
from cms.content.fields import ChoiceListField
from cms.content.local_time import local_date, local_midnight
from cms.content.models import BasePage
from cms.content.publication import Problem
from cms.content.sources import Chosen, StatedText
from cms.content.types import Date, DateTime
from cms.publishing import exposure
from cms.publishing.protocols import Columns, Reference
from news import panels
from news.call import OpenCall, OpenCallValue
from news.choices import NewsType, NewsTypeEnum
from news.forms import NewsPageForm
from news.models.calls import WithCall
from news.rights import UsageRights, WithUsageRights


class NewsIndexPage(BasePage):
    """Open the section that holds all news of one cluster."""

    parent_page_types = ["home.ClusterPage"]
    subpage_types = ["news.NewsPage"]

    introduction = models.TextField(
        blank=True, help_text="One or two sentences above the list of news."
    )

    content_panels = panels.INDEX_PANELS

    graphql_description = "The section that holds all news of one cluster."
    graphql_fields = [
        *BasePage.graphql_fields,
        exposure.value("introduction", graphene.String, "Text above the list.", required=True),
    ]

    class Meta:
        verbose_name = "news section"

    def published_columns(self) -> Columns:
        """Return what lists and search need, with the introduction as summary."""
        return replace(super().published_columns(), summary=self.introduction)


class NewsPage(WithUsageRights, WithCall, BasePage):
    """Tell one piece of news, an achievement, a document or an open call."""

    parent_page_types = ["news.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    base_form_class = NewsPageForm

    placeholder_title = models.CharField(
        max_length=255,
        blank=True,
        editable=False,
        help_text="While the title still reads like this, the item cannot be published.",
    )
    types = ChoiceListField(
        options=NewsType.choices,
        default=list,
        help_text="Tick all that apply. The details of an open call have their own tab.",
    )
    introduction = models.TextField(help_text="Two or three sentences for lists and for search.")
    published_on = models.DateField(
        "date",
        null=True,
        blank=True,
        help_text="The date readers see. Leave it empty to use the day of publication.",
    )
    published_on_is_derived = models.BooleanField(
        "date is derived",
        default=False,
        help_text="Tick it when the source gives no date and this one was taken from an event.",
    )
    corrected_at = models.DateTimeField(
        null=True, blank=True, help_text="When the text was put right after publication."
    )
    correction_note = models.TextField(blank=True, help_text="What was wrong and is right now.")
    author = models.ForeignKey(
        "content.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    topics = ParentalManyToManyField(
        "content.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"scheme": "NEWS_TOPIC"},
    )
    project = models.ForeignKey(
        "projects.ProjectPage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The project this is news of; it is then listed with the project.",
    )
    body = StreamField(BodyBlock(), blank=True)

    edit_handler = panels.news_form()

    graphql_description = "A news item, an achievement, a document or an open call."
    graphql_fields = [
        *BasePage.graphql_fields,
        exposure.values("types", NewsTypeEnum, "What it is; one item may be several."),
        exposure.value("introduction", graphene.String, "What it says, in short.", required=True),
        exposure.value(
            "published_on", Date, "The date readers see.", required=True, source="shown_date"
        ),
        exposure.value(
            "published_on_is_derived",
            graphene.Boolean,
            "Whether the date was taken from the event the item tells of.",
            required=True,
        ),
        exposure.value("corrected_at", DateTime, "When the text was put right."),
        exposure.value(
            "correction_note",
            graphene.String,
            "What was wrong and is right now.",
            source="stated_correction",
        ),
        exposure.reference("author", "content.Person", "Who wrote it."),
        exposure.references(
            "topics", "content.Term", "What it is about.", source="topic_references"
        ),
        exposure.reference("project", "projects.ProjectPage", "The project it is news of."),
        exposure.value("call", OpenCall, "Details of the open call.", source="call_value"),
        exposure.values("body", StreamFieldInterface, "The text of the page, block by block."),
        exposure.references(
            "documents",
            "content.Document",
            "Papers to download, in the editor's order.",
            source="document_references",
        ),
        exposure.value(
            "rights",
            UsageRights,
            "What others may do with it.",
            required=True,
            source="usage_rights",
        ),
    ]

    stated_correction = StatedText("correction_note")
    topic_references = Chosen("topics", "term")
    document_references = document_references()

    class Meta:
        verbose_name = "news item"

    @property
    def is_open_call(self) -> bool:
        """Tell whether the item announces a call."""
        return NewsType.OPEN_CALL in self.types

    @property
    def call_value(self) -> OpenCallValue | None:
        """Return the call's details, or None when the item announces no call."""
        return self.call_details() if self.is_open_call else None

    @property
    def shown_date(self) -> dt.date:
        """Return the editor's date, or the day on which the item was first published."""
        return self.published_on or local_date(super().published_at)

    @property
    def published_at(self) -> dt.datetime:
        """Return the beginning of the editor's date, or the instant of first publication."""
        return local_midnight(self.published_on) if self.published_on else super().published_at

    @property
    def title_is_missing(self) -> bool:
        """Tell whether the title is still the placeholder the item came with."""
        return bool(self.placeholder_title) and self.title.strip() == self.placeholder_title

    def clean(self) -> None:
        """Refuse contradictions; what is merely missing is asked for when publishing."""
        super().clean()
        errors = self.call_errors()
        if self.correction_note.strip() and not self.corrected_at:
            errors["corrected_at"] = "Say when the text was put right."
        if errors:
            raise ValidationError(errors)

    def publication_problems(self) -> list[Problem]:
        """Ask for a real title."""
        problems = list(super().publication_problems())
        if self.title_is_missing:
            problems.append(
                Problem("title", "This title only holds the place: write a real one, then publish.")
            )
        return problems

    def published_columns(self) -> Columns:
        """Return dates and facets.

        Shape: the facet `newsType` holds names of NewsType; `topic` and `project` hold keys
               (`term:5`, `page:12`), because a topic's code is the topic's own. `starts_at` and
               `ends_at` are the opening and closing of a call.
        """
        columns = replace(
            super().published_columns(),
            summary=self.introduction,
            sort_at=self.published_at,
            facets=tuple(self._facets()),
            is_syndicated=self.syndication_allowed,
        )
        if not self.is_open_call:
            return columns
        return replace(
            columns,
            starts_at=self.call_opens_at,
            ends_at=self.call_closes_at,
            boundaries=self.call_boundaries(),
        )

    def search_text(self) -> str:
        """Return every word a reader sees, introduction included."""
        return f"{super().search_text()} {self.introduction}".strip()

    def _facets(self) -> list[tuple[str, str]]:
        facets = [("newsType", str(news_type)) for news_type in self.types]
        facets += [("topic", reference.key) for reference in self.topic_references]
        if self.project_id:
            facets.append(("project", Reference("page", self.project_id).key))
        return facets


class NewsDocument(AttachedDocument):
    """Attach one document to a news item."""

    page = ParentalKey("news.NewsPage", on_delete=models.CASCADE, related_name="documents")

    class Meta(AttachedDocument.Meta):
        pass
