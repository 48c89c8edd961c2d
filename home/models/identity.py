"""Say who a cluster is: names, place, foundation, contact and strategy."""

from typing import NamedTuple

import graphene
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from cms.content.countries import country_choices
from cms.content.sources import StatedAddress, StatedText, type_of
from cms.content.types import Country, Date, Region
from cms.publishing import exposure
from cms.publishing.protocols import Reference

# NUTS names two countries otherwise than ISO does.
_NUTS_COUNTRIES = {"GR": "EL", "GB": "UK"}


class RegionValue(NamedTuple):
    """Hold a region: its code, if one was given, and the label of its source."""

    code: str | None
    label: str


class StrategyValue(NamedTuple):
    """Hold what is known of a cluster's strategy."""

    is_formalised: bool
    has_internationalisation_focus: bool
    document: Reference | None


class Strategy(graphene.ObjectType):
    """What is known of a cluster's strategy."""

    class Meta:
        description = "What is known of a cluster's strategy."

    is_formalised = graphene.Boolean(required=True, description="Whether it is written down.")
    has_internationalisation_focus = graphene.Boolean(
        required=True, description="Whether it aims at work across borders."
    )
    document = graphene.Field(type_of("content.Document"), description="The strategy itself.")


class ClusterIdentity(models.Model):
    """Give a cluster's page its identity."""

    local_name = models.CharField(
        max_length=255, blank=True, help_text="The name in the cluster's own language."
    )
    country = models.CharField(max_length=2, blank=True, choices=country_choices)
    region_code = models.CharField(
        "NUTS code",
        max_length=5,
        blank=True,
        validators=[
            RegexValidator(
                r"^[A-Z]{2}[0-9A-Z]{0,3}$",
                "Write two capital letters and up to three more characters, such as BG41.",
            )
        ],
        help_text="The EU's code of the region, for instance BG41.",
    )
    region_label = models.CharField(
        "region", max_length=200, blank=True, help_text="The region's name as your source gives it."
    )
    founded_on = models.DateField(null=True, blank=True)
    legal_form = models.CharField(
        max_length=200, blank=True, help_text="For instance foundation or association."
    )
    website = models.URLField(blank=True)
    contact = models.ForeignKey(
        "content.Person",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="contact person",
        help_text="Whom visitors may write to.",
    )
    strategy_formalised = models.BooleanField("there is a written strategy", default=False)
    strategy_internationalisation_focus = models.BooleanField(
        "the strategy focuses on internationalisation", default=False
    )
    strategy_document = models.ForeignKey(
        "content.Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    stated_local_name = StatedText("local_name")
    country_code = StatedText("country")
    stated_legal_form = StatedText("legal_form")
    stated_website = StatedAddress("website")

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse the code of a region that is in another country."""
        super().clean()
        country = _NUTS_COUNTRIES.get(self.country, self.country)
        if country and self.region_code and not self.region_code.startswith(country):
            message = (
                f"Codes of regions in this country begin with {country}: correct one of the two."
            )
            raise ValidationError({"region_code": message})

    @property
    def region_value(self) -> RegionValue | None:
        """Return the region, or None when none was given."""
        code, label = self.region_code.strip() or None, self.region_label.strip()
        return RegionValue(code, label or code or "") if code or label else None

    @property
    def strategy_value(self) -> StrategyValue:
        """Return what is known of the strategy."""
        document = self.strategy_document_id
        return StrategyValue(
            self.strategy_formalised,
            self.strategy_internationalisation_focus,
            Reference("document", document) if document else None,
        )


IDENTITY_FIELDS = [
    exposure.value(
        "name", graphene.String, "What the cluster is called.", required=True, source="title"
    ),
    exposure.value(
        "local_name",
        graphene.String,
        "Its name in its own language.",
        source="stated_local_name",
    ),
    exposure.value("country", Country, "Where it is.", source="country_code"),
    exposure.value("region", Region, "The region it is in.", source="region_value"),
    exposure.value("founded_on", Date, "When it was founded."),
    exposure.value("legal_form", graphene.String, "Its legal form.", source="stated_legal_form"),
    exposure.value("website", graphene.String, "Address of its own site.", source="stated_website"),
    exposure.reference("contact", "content.Person", "Whom visitors may write to."),
    exposure.value(
        "strategy",
        Strategy,
        "What is known of its strategy.",
        required=True,
        source="strategy_value",
    ),
]
