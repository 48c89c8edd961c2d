"""Say what others may do with a news item."""

from typing import NamedTuple

import graphene
from django.db import models

from cms.content.sources import StatedAddress, StatedText


class UsageRightsValue(NamedTuple):
    """Hold the rights in one item."""

    licence: str | None
    attribution_text: str | None
    attribution_url: str | None
    canonical_url: str | None
    is_syndication_allowed: bool


class UsageRights(graphene.ObjectType):
    """What others may do with an item."""

    class Meta:
        description = "What others may do with an item."

    licence = graphene.String(description="Licence of the text, for instance CC BY 4.0.")
    attribution_text = graphene.String(description="Whom to name as source.")
    attribution_url = graphene.String(description="Where to link that name.")
    canonical_url = graphene.String(
        description="Where the item first appeared, if that is not on this site."
    )
    is_syndication_allowed = graphene.Boolean(
        required=True, description="Whether other sites may take the item over."
    )


class WithUsageRights(models.Model):
    """Give a page its usage rights and its embargo."""

    licence = models.CharField(
        max_length=120,
        blank=True,
        help_text="For instance “CC BY 4.0”. Empty: all rights reserved.",
    )
    attribution_text = models.CharField(
        "named source", max_length=250, blank=True, help_text="Whom others must name as source."
    )
    attribution_url = models.URLField(
        "address of the source", blank=True, help_text="Where that name should link to."
    )
    canonical_url = models.URLField(
        "canonical address",
        blank=True,
        help_text="If the text first appeared elsewhere: its full address there.",
    )
    syndication_allowed = models.BooleanField(
        "others may take it over",
        default=True,
        help_text="Untick it to keep the item out of portals.",
    )
    embargo_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Nobody sees the item before this time, even if it is published earlier.",
    )

    # The published plane hides the page until the instant in this field.
    published_from_field = "embargo_until"

    stated_licence = StatedText("licence")
    stated_attribution = StatedText("attribution_text")
    stated_attribution_url = StatedAddress("attribution_url")
    stated_canonical_url = StatedAddress("canonical_url")

    class Meta:
        abstract = True

    @property
    def usage_rights(self) -> UsageRightsValue:
        """Return the rights in this item."""
        return UsageRightsValue(
            self.stated_licence,
            self.stated_attribution,
            self.stated_attribution_url,
            self.stated_canonical_url,
            self.syndication_allowed,
        )
