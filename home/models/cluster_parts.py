"""Hold the rows that belong to a cluster's profile: figures, people, services and labels."""

import graphene
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from cms.content.sources import StatedText
from cms.content.types import Date
from cms.publishing import exposure
from home.choices import LabelLevel, LabelLevelEnum

_COUNTS = {
    "smes": "small and medium-sized companies",
    "large_companies": "large companies",
    "research_organisations": "research organisations",
    "other_actors": "other actors",
}


def _count(label: str, help_text: str = "") -> models.PositiveIntegerField:
    return models.PositiveIntegerField(label, null=True, blank=True, help_text=help_text)


class Composition(Orderable):
    """State how many members of which kind a cluster had, as of a date, by one source.

    A stated 0 is 0; a number nobody stated is empty.
    """

    page = ParentalKey("home.ClusterPage", on_delete=models.CASCADE, related_name="compositions")
    as_of = models.DateField(
        "as of", null=True, blank=True, help_text="Leave it empty if the source gives no date."
    )
    source = models.CharField(max_length=300, blank=True, help_text="Who states these numbers.")
    members = _count("members in all", "Write 0 for none; leave it empty if nobody stated it.")
    smes = _count("small and medium-sized companies")
    large_companies = _count("large companies")
    research_organisations = _count("research organisations")
    other_actors = _count("other actors")
    start_ups = _count("start-ups", "They may be counted among the companies as well.")

    stated_source = StatedText("source")

    panels = [
        FieldRowPanel([FieldPanel("as_of"), FieldPanel("source")]),
        FieldRowPanel([FieldPanel("members"), FieldPanel("smes"), FieldPanel("large_companies")]),
        FieldRowPanel(
            [
                FieldPanel("research_organisations"),
                FieldPanel("other_actors"),
                FieldPanel("start_ups"),
            ]
        ),
    ]

    graphql_description = (
        "How many members of which kind a cluster had, as of a date, by one source."
    )
    graphql_fields = [
        exposure.value("as_of", Date, "The day for which the numbers hold, if the source says so."),
        exposure.value(
            "source", graphene.String, "Who states the numbers.", source="stated_source"
        ),
        exposure.value("members", graphene.Int, "Members in all; null when not stated."),
        exposure.value("smes", graphene.Int, "Small and medium-sized companies."),
        exposure.value("large_companies", graphene.Int, "Large companies."),
        exposure.value(
            "research_organisations",
            graphene.Int,
            "Research organisations, universities and technology centres.",
        ),
        exposure.value("other_actors", graphene.Int, "Other actors of the ecosystem."),
        exposure.value(
            "start_ups", graphene.Int, "Start-ups; they may be counted among the companies as well."
        ),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "composition"

    def clean(self) -> None:
        """Refuse parts that together exceed all members; start-ups are no part of their own."""
        super().clean()
        if self.members is None or self.members < 0:
            return
        for name, label in _COUNTS.items():
            if (getattr(self, name) or 0) > self.members:
                raise ValidationError({name: f"More {label} than members: correct one of the two."})
        total = sum(getattr(self, name) or 0 for name in _COUNTS)
        if total > self.members:
            message = f"The kinds of members add up to {total}: correct them or this number."
            raise ValidationError({"members": message})


class KeyFigure(Orderable):
    """State one figure about the cluster as its source gives it."""

    page = ParentalKey("home.ClusterPage", on_delete=models.CASCADE, related_name="observations")
    metric = models.CharField(max_length=200, help_text="What was counted or measured.")
    value = models.CharField(max_length=60, help_text="The figure as its source writes it.")
    unit = models.CharField(max_length=40, blank=True, help_text="For instance % or members.")
    as_of = models.DateField("as of", null=True, blank=True)
    source = models.CharField(max_length=300, blank=True, help_text="Who states the figure.")

    stated_unit = StatedText("unit")
    stated_source = StatedText("source")

    panels = [
        FieldRowPanel([FieldPanel("metric"), FieldPanel("value"), FieldPanel("unit")]),
        FieldRowPanel([FieldPanel("as_of"), FieldPanel("source")]),
    ]

    graphql_description = "One figure about the cluster, as its source gives it."
    graphql_fields = [
        exposure.value("metric", graphene.String, "What was counted or measured.", required=True),
        exposure.value("value", graphene.String, "The figure as text.", required=True),
        exposure.value("unit", graphene.String, "Its unit.", source="stated_unit"),
        exposure.value("as_of", Date, "The day for which it holds, if the source says so."),
        exposure.value("source", graphene.String, "Who states it.", source="stated_source"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "figure"
        db_table = "home_observation"


class ManagementTeamMember(Orderable):
    """Name one person who runs the cluster."""

    page = ParentalKey("home.ClusterPage", on_delete=models.CASCADE, related_name="management_team")
    person = models.ForeignKey("content.Person", on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("person")]

    class Meta(Orderable.Meta):
        verbose_name = "member of the management team"


class SupportService(Orderable):
    """Name one service that the cluster offers its members."""

    page = ParentalKey(
        "home.ClusterPage", on_delete=models.CASCADE, related_name="support_services"
    )
    term = models.ForeignKey(
        "content.Term",
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"scheme": "SUPPORT_SERVICE"},
        verbose_name="service",
    )
    other_text = models.CharField(
        "in other words", max_length=300, blank=True, help_text="Say which, if it is “Other”."
    )

    stated_other_text = StatedText("other_text")

    # A chooser would offer the terms of every vocabulary.
    panels = [FieldRowPanel([FieldPanel("term", widget=forms.Select), FieldPanel("other_text")])]

    graphql_description = "A service that the cluster offers its members."
    graphql_fields = [
        exposure.reference("term", "content.Term", "Which service.", required=True),
        exposure.value(
            "other_text", graphene.String, "Which one, if it is OTHER.", source="stated_other_text"
        ),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "support service"


class ClusterLabel(Orderable):
    """State one quality label that the cluster was awarded."""

    page = ParentalKey("home.ClusterPage", on_delete=models.CASCADE, related_name="labels")
    level = models.CharField(max_length=10, choices=LabelLevel.choices)
    issuer = models.CharField(max_length=200, blank=True, help_text="Who awarded it.")
    awarded_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="The last day it is valid.")

    stated_issuer = StatedText("issuer")

    panels = [
        FieldRowPanel([FieldPanel("level"), FieldPanel("issuer")]),
        FieldRowPanel([FieldPanel("awarded_on"), FieldPanel("valid_until")]),
    ]

    graphql_description = "A quality label of cluster management that the cluster was awarded."
    graphql_fields = [
        exposure.value("level", LabelLevelEnum, "Its level.", required=True),
        exposure.value("issuer", graphene.String, "Who awarded it.", source="stated_issuer"),
        exposure.value("awarded_on", Date, "When it was awarded."),
        exposure.value("valid_until", Date, "The last day it is valid."),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "cluster label"

    def clean(self) -> None:
        """Refuse a label that ends before it was awarded."""
        super().clean()
        if self.awarded_on and self.valid_until and self.valid_until < self.awarded_on:
            raise ValidationError(
                {"valid_until": "Give a day that is not before the day of the award."}
            )
