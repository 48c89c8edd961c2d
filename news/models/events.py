"""Describe events: when, where, how, and who runs them."""

import datetime as dt
import zoneinfo
from dataclasses import replace
from typing import ClassVar

import graphene
from django.core.exceptions import ValidationError
from django.db import models
from grapple.types.interfaces import StreamFieldInterface
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from cms.content.attachments import AttachedDocument, document_references
from cms.content.blocks import BodyBlock
from cms.content.local_time import time_zone_choices
from cms.content.models import BasePage
from cms.content.sources import RowReferences, StatedText
from cms.content.types import DateTime
from cms.publishing import exposure
from cms.publishing.protocols import Columns, Reference
from news import panels
from news.choices import Attendance, AttendanceEnum, EventStatus, EventStatusEnum
from news.forms import EventPageForm
from news.venue import Venue, WithVenue
from news.wall_clock import WallClockField

_ALL_DAY_ENDS = dt.time(23, 59)


class EventIndexPage(BasePage):
    """Open the section that holds all events of one cluster."""

    parent_page_types = ["home.ClusterPage"]
    subpage_types = ["news.EventPage"]

    introduction = models.TextField(
        blank=True, help_text="One or two sentences above the list of events."
    )

    content_panels = panels.INDEX_PANELS

    graphql_description = "The section that holds all events of one cluster."
    graphql_fields = [
        *BasePage.graphql_fields,
        exposure.value("introduction", graphene.String, "Text above the list.", required=True),
    ]

    class Meta:
        verbose_name = "event section"

    def published_columns(self) -> Columns:
        """Return what lists and search need, with the introduction as summary."""
        return replace(super().published_columns(), summary=self.introduction)


class EventPage(WithVenue, BasePage):
    """Announce one event, or remember it."""

    parent_page_types = ["news.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    base_form_class = EventPageForm

    summary = models.TextField(help_text="Two or three sentences for lists and for search.")
    starts_at = WallClockField("starts at", null=True)
    ends_at = WallClockField("ends at", null=True, blank=True)
    time_zone = models.CharField(
        max_length=64,
        choices=time_zone_choices,
        default="Europe/Sofia",
        help_text="Both times above are what the clock shows in this zone.",
    )
    is_all_day = models.BooleanField(
        "lasts all day", default=False, help_text="Only the dates count then, not the hours."
    )
    status = models.CharField(
        max_length=16, choices=EventStatus.choices, default=EventStatus.SCHEDULED
    )
    attendance = models.CharField(
        max_length=16, choices=Attendance.choices, default=Attendance.ON_SITE
    )
    participants_note = models.CharField(
        "who took part",
        max_length=500,
        blank=True,
        help_text="For instance how many people came and from where.",
    )
    project = models.ForeignKey(
        "projects.ProjectPage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The project the event belongs to.",
    )
    body = StreamField(BodyBlock(), blank=True)

    edit_handler = panels.event_form()

    graphql_description = "An event, ahead or past."
    graphql_fields = [
        *BasePage.graphql_fields,
        exposure.value("summary", graphene.String, "What it is, in short.", required=True),
        exposure.value("starts_at", DateTime, "When it begins.", required=True),
        exposure.value(
            "ends_at",
            DateTime,
            "When it ends, if that is known.",
        ),
        exposure.value(
            "time_zone",
            graphene.String,
            "IANA name of the zone in which its times were given.",
            required=True,
        ),
        exposure.value(
            "is_all_day", graphene.Boolean, "Whether only its dates count.", required=True
        ),
        exposure.value(
            "event_status",
            EventStatusEnum,
            "Whether it takes place.",
            required=True,
            source="status",
        ),
        exposure.value("attendance", AttendanceEnum, "How people take part.", required=True),
        exposure.value("venue", Venue, "Where it takes place.", source="venue_value"),
        exposure.references(
            "organisers",
            "content.Organisation",
            "Who runs it, in the editor's order.",
            source="organiser_references",
        ),
        exposure.value(
            "participants_note",
            graphene.String,
            "Who took part.",
            source="stated_participants",
        ),
        exposure.reference("project", "projects.ProjectPage", "The project it belongs to."),
        exposure.values("body", StreamFieldInterface, "The text of the page, block by block."),
        exposure.references(
            "documents",
            "content.Document",
            "Papers to download, in the editor's order.",
            source="document_references",
        ),
    ]

    stated_participants = StatedText("participants_note")
    organiser_references = RowReferences("organisers", "organisation", "organisation")
    document_references = document_references()

    class Meta:
        verbose_name = "event"

    @property
    def known_end(self) -> dt.datetime | None:
        """Return the end by which lists order and filter: the start where no end is known."""
        return self.ends_at or (
            self._at_clock(self.starts_at, _ALL_DAY_ENDS) if self.is_all_day else self.starts_at
        )

    def clean(self) -> None:
        """Let an all-day event span whole days; refuse one that ends before it starts."""
        super().clean()
        if self.is_all_day:
            self.starts_at = self._at_clock(self.starts_at, dt.time.min)
            self.ends_at = self._at_clock(self.ends_at, _ALL_DAY_ENDS)
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": "Give an end that is not before the start."})

    def published_columns(self) -> Columns:
        """Return dates and facets.

        Shape: ordered by the start; `ends_at` is the start where no end is known, so that every
               event can be found by its dates. The facets `project` and `organiser` hold keys,
               `eventStatus` and `attendance` names.
        """
        instants = sorted({instant for instant in (self.starts_at, self.known_end) if instant})
        return replace(
            super().published_columns(),
            summary=self.summary,
            sort_at=self.starts_at,
            starts_at=self.starts_at,
            ends_at=self.known_end,
            boundaries=tuple(instants),
            facets=tuple(self._facets()),
        )

    def search_text(self) -> str:
        """Return every word a reader sees, summary and place included."""
        words = [super().search_text(), self.summary, self.venue_name, self.venue_city]
        return " ".join(word for word in words if word)

    def _facets(self) -> list[tuple[str, str]]:
        facets = [("eventStatus", str(self.status)), ("attendance", str(self.attendance))]
        facets += [("organiser", reference.key) for reference in self.organiser_references]
        if self.project_id:
            facets.append(("project", Reference("page", self.project_id).key))
        return facets

    def _at_clock(self, instant: dt.datetime | None, clock: dt.time) -> dt.datetime | None:
        """Return the instant at which the clock of the event's zone shows a time that day."""
        if instant is None or not self.time_zone:
            return instant
        zone = zoneinfo.ZoneInfo(self.time_zone)
        local = dt.datetime.combine(instant.astimezone(zone).date(), clock, tzinfo=zone)
        return local.astimezone(dt.UTC)


class EventOrganiser(Orderable):
    """Name one organisation that runs an event."""

    page = ParentalKey("news.EventPage", on_delete=models.CASCADE, related_name="organisers")
    organisation = models.ForeignKey(
        "content.Organisation", on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldPanel("organisation")]

    class Meta(Orderable.Meta):
        verbose_name = "organiser"


class EventDocument(AttachedDocument):
    """Attach one document to an event."""

    page = ParentalKey("news.EventPage", on_delete=models.CASCADE, related_name="documents")

    class Meta(AttachedDocument.Meta):
        pass
