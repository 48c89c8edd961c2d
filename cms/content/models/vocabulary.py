"""Hold the terms by which clusters, projects and news are classified."""

from typing import Any, ClassVar

import graphene
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from cms.content.models.snippets import PublishedSnippet, localized_text
from cms.content.publication import Problem
from cms.publishing import exposure
from cms.publishing.protocols import Columns


class TermScheme(models.TextChoices):
    """The vocabularies."""

    SECTORAL_INDUSTRY = "SECTORAL_INDUSTRY", _("Sectoral industry")
    TECHNOLOGY_FIELD = "TECHNOLOGY_FIELD", _("Technology field")
    S3_PRIORITY = "S3_PRIORITY", _("Smart specialisation priority area")
    CROSS_SECTORAL_INDUSTRY = "CROSS_SECTORAL_INDUSTRY", _("Cross-sectoral industry")
    SUPPORT_SERVICE = "SUPPORT_SERVICE", _("Support service")
    TRANSNATIONAL_SUPPORT_ACTIVITY = (
        "TRANSNATIONAL_SUPPORT_ACTIVITY",
        _("Transnational support activity"),
    )
    INTERNATIONAL_SUPPORT_ACTIVITY = (
        "INTERNATIONAL_SUPPORT_ACTIVITY",
        _("International support activity"),
    )
    NEWS_TOPIC = "NEWS_TOPIC", _("News topic")
    ELIGIBLE_KIND = "ELIGIBLE_KIND", _("Who may apply to a call")


TermSchemeEnum = exposure.enum_type(TermScheme, "The vocabulary a term belongs to.")


class Term(PublishedSnippet):
    """One term of a vocabulary."""

    published_kind: ClassVar[str] = "term"
    graphql_description = "A term of a vocabulary, for instance an industry or a news topic."

    scheme = models.CharField(_("vocabulary"), max_length=40, choices=TermScheme.choices)
    code = models.CharField(
        _("code"),
        max_length=80,
        validators=[
            RegexValidator(
                r"^[A-Z0-9]+(_[A-Z0-9]+)*$",
                _("Use capital letters, digits and underscores, such as DIGITAL_INDUSTRIES."),
            )
        ],
        help_text=_(
            "The lasting name by which other systems know the term. Do not change it later."
        ),
    )
    label_en = models.CharField(_("English label"), max_length=200)
    label_bg = models.CharField(_("Bulgarian label"), max_length=200, blank=True)
    broader = models.ForeignKey(
        "self",
        verbose_name=_("broader term"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="narrower",
        help_text=_("The term of the same vocabulary that includes this one, if there is one."),
    )
    version = models.CharField(
        _("version"),
        max_length=40,
        blank=True,
        help_text=_(
            "The edition of the vocabulary this term comes from, if its owner numbers them."
        ),
    )

    panels = [
        FieldRowPanel([FieldPanel("scheme"), FieldPanel("code")]),
        MultiFieldPanel([FieldPanel("label_en"), FieldPanel("label_bg")], heading=_("Label")),
        MultiFieldPanel(
            [FieldPanel("broader"), FieldPanel("version")], heading=_("Place in the vocabulary")
        ),
    ]

    search_fields = [
        index.SearchField("label_en"),
        index.SearchField("label_bg"),
        index.SearchField("code"),
        index.AutocompleteField("label_en"),
        index.AutocompleteField("label_bg"),
        index.AutocompleteField("code"),
        index.FilterField("scheme"),
    ]

    graphql_fields = [
        *PublishedSnippet.graphql_fields,
        exposure.value(
            "code", graphene.String, "Lasting name of the term within its scheme.", required=True
        ),
        exposure.localized("label", "What the term is called.", required=True),
        exposure.value("scheme", TermSchemeEnum, "The vocabulary it belongs to.", required=True),
        exposure.value(
            "version",
            graphene.String,
            "Edition of the vocabulary, when its owner numbers them.",
            source="known_version",
        ),
        exposure.reference("broader", "content.Term", "The term that includes this one."),
    ]

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["scheme", "label_en", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                # Drafts may have no code yet.
                condition=~models.Q(code=""),
                name="content_term_code_unique_in_scheme",
                violation_error_message=_("This vocabulary already has a term with this code."),
            )
        ]

    def __str__(self) -> str:
        return self.label_en or self.label_bg or self.code

    @property
    def label(self) -> dict[str, str] | None:
        """Return the label by language."""
        return localized_text(en=self.label_en, bg=self.label_bg)

    @property
    def known_version(self) -> str | None:
        """Return the edition, or None when it is not known."""
        return self.version or None

    def published_columns(self) -> Columns:
        """Return what lists and search need to know."""
        return Columns(
            title=str(self),
            facets=(("termScheme", self.scheme), ("termCode", self.code)),
            search_text=" ".join(filter(None, [self.label_en, self.label_bg, self.code])),
        )

    def clean(self) -> None:
        """Keep the broader term in the same vocabulary, and never in a circle.

        Raises: ValidationError at `broader`.
        """
        super().clean()
        broader = self.broader
        if broader is None:
            return
        if broader.scheme != self.scheme:
            raise ValidationError({"broader": _("Choose a broader term of the same vocabulary.")})
        seen: set[Any] = {self.pk}
        while broader is not None:
            if broader.pk in seen:
                raise ValidationError({"broader": _("A term cannot include itself.")})
            seen.add(broader.pk)
            broader = broader.broader

    def publication_problems(self) -> list[Problem]:
        """Ask for a label."""
        problems = super().publication_problems()
        if not self.label:
            problems.append(Problem("label_en", _("Write the English label.")))
        return problems
