"""Say with which countries a cluster works, and how it helps its members there."""

from typing import NamedTuple

import graphene
from django.db import models
from modelcluster.fields import ParentalManyToManyField

from cms.content.countries import country_choices
from cms.content.fields import ChoiceListField
from cms.content.sources import Chosen, type_of
from cms.content.types import Country
from cms.publishing.protocols import Reference
from home.choices import CooperationKind, CooperationKindEnum


class CooperationValue(NamedTuple):
    """Hold one kind of cooperation: country codes and terms."""

    kind: CooperationKind
    targeted_countries: list[str]
    support_activities: list[Reference]


class Cooperation(graphene.ObjectType):
    """One of the two ways in which a cluster works across borders."""

    class Meta:
        description = "One of the two ways in which a cluster works across borders."

    kind = graphene.Field(CooperationKindEnum, required=True, description="Which way.")
    targeted_countries = graphene.List(
        graphene.NonNull(Country), required=True, description="The countries it is aimed at."
    )
    support_activities = graphene.List(
        graphene.NonNull(type_of("content.Term")),
        required=True,
        description="How the cluster supports its members there.",
    )


class ClusterCooperation(models.Model):
    """Give a cluster's page its two kinds of cooperation."""

    international_countries = ChoiceListField(
        "targeted countries", options=country_choices(), default=list, blank=True
    )
    international_activities = ParentalManyToManyField(
        "content.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"scheme": "INTERNATIONAL_SUPPORT_ACTIVITY"},
        verbose_name="support activities",
    )
    transnational_countries = ChoiceListField(
        "targeted countries", options=country_choices(), default=list, blank=True
    )
    transnational_activities = ParentalManyToManyField(
        "content.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"scheme": "TRANSNATIONAL_SUPPORT_ACTIVITY"},
        verbose_name="support activities",
    )

    _international = Chosen("international_activities", "term")
    _transnational = Chosen("transnational_activities", "term")

    class Meta:
        abstract = True

    @property
    def cooperation_values(self) -> list[CooperationValue]:
        """Return both kinds, always, even when nothing is known of them."""
        return [
            CooperationValue(
                CooperationKind.INTERNATIONAL, self.international_countries, self._international
            ),
            CooperationValue(
                CooperationKind.TRANSNATIONAL, self.transnational_countries, self._transnational
            ),
        ]
