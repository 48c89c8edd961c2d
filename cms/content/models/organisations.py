"""Hold the programmes and organisations that pages speak of."""

from typing import ClassVar

import graphene
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from cms.content.countries import country_choices, validate_country
from cms.content.models.snippets import ModeratedSnippet
from cms.content.sources import StatedAddress, StatedText
from cms.content.types import Country
from cms.publishing import exposure
from cms.publishing.protocols import Columns


class Programme(ModeratedSnippet):
    """A programme that pays for projects."""

    published_kind: ClassVar[str] = "programme"
    graphql_description = "A programme that funds projects."

    name = models.CharField(
        _("name"), max_length=200, help_text=_("The short name people use, such as COSME.")
    )
    full_name = models.CharField(_("full name"), max_length=400, blank=True)
    funder = models.CharField(
        _("funder"),
        max_length=200,
        blank=True,
        help_text=_("Who pays, such as European Commission."),
    )
    website = models.URLField(_("website"), blank=True)

    panels = [
        FieldPanel("name"),
        FieldPanel("full_name"),
        FieldPanel("funder"),
        FieldPanel("website"),
    ]

    search_fields = [
        index.SearchField("name"),
        index.SearchField("full_name"),
        index.SearchField("funder"),
        index.AutocompleteField("name"),
        index.AutocompleteField("full_name"),
    ]

    graphql_fields = [
        *ModeratedSnippet.graphql_fields,
        exposure.value("name", graphene.String, "The short name people use.", required=True),
        exposure.value(
            "full_name", graphene.String, "The programme's full name.", source="stated_full_name"
        ),
        exposure.value("funder", graphene.String, "Who pays.", source="stated_funder"),
        exposure.value(
            "website", graphene.String, "The programme's own site.", source="stated_website"
        ),
    ]

    stated_full_name = StatedText("full_name")
    stated_funder = StatedText("funder")
    stated_website = StatedAddress("website")

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def published_columns(self) -> Columns:
        """Return what lists and search need to know."""
        return Columns(
            title=self.name,
            search_text=" ".join(filter(None, [self.name, self.full_name, self.funder])),
        )


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    CLUSTER = "CLUSTER", _("Cluster")
    SME = "SME", _("Small or medium-sized enterprise")
    LARGE_COMPANY = "LARGE_COMPANY", _("Large company")
    UNIVERSITY = "UNIVERSITY", _("University")
    RESEARCH = "RESEARCH", _("Research organisation")
    PUBLIC_AUTHORITY = "PUBLIC_AUTHORITY", _("Public authority")
    NGO = "NGO", _("Non-governmental organisation")
    BUSINESS_SUPPORT = "BUSINESS_SUPPORT", _("Business support organisation")
    OTHER = "OTHER", _("Other")


OrganisationKindEnum = exposure.enum_type(OrganisationKind, "What an organisation is.")


class Organisation(ModeratedSnippet):
    """A company, university, authority or other body."""

    published_kind: ClassVar[str] = "organisation"
    graphql_description = "A company, university, public authority or other body."

    name = models.CharField(_("name"), max_length=200)
    local_name = models.CharField(
        _("local name"), max_length=200, blank=True, help_text=_("The name in its own language.")
    )
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=OrganisationKind.choices,
        default=OrganisationKind.OTHER,
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        choices=country_choices,
        validators=[validate_country],
    )
    website = models.URLField(_("website"), blank=True)

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("local_name")], heading=_("Name")),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("country")]),
        FieldPanel("website"),
    ]

    search_fields = [
        index.SearchField("name"),
        index.SearchField("local_name"),
        index.AutocompleteField("name"),
        index.AutocompleteField("local_name"),
        index.FilterField("kind"),
        index.FilterField("country"),
    ]

    graphql_fields = [
        *ModeratedSnippet.graphql_fields,
        exposure.value("name", graphene.String, "The organisation's name.", required=True),
        exposure.value(
            "local_name",
            graphene.String,
            "The name in the organisation's own language.",
            source="stated_local_name",
        ),
        exposure.value("kind", OrganisationKindEnum, "What it is.", required=True),
        exposure.value("country", Country, "Where it is at home.", source="stated_country"),
        exposure.value("website", graphene.String, "Its own site.", source="stated_website"),
    ]

    stated_local_name = StatedText("local_name")
    stated_country = StatedText("country")
    stated_website = StatedAddress("website")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def published_columns(self) -> Columns:
        """Return what lists and search need to know."""
        facets = [("organisationKind", self.kind)]
        if self.country:
            facets.append(("country", self.country))
        return Columns(
            title=self.name,
            facets=tuple(facets),
            search_text=" ".join(filter(None, [self.name, self.local_name])),
        )
