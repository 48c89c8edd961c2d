"""Say where an event takes place."""

from typing import NamedTuple

import graphene
from django.db import models

from cms.content.countries import country_choices
from cms.content.types import Country


class VenueValue(NamedTuple):
    """Hold a place; what nobody stated is None."""

    name: str | None
    address: str | None
    city: str | None
    country: str | None


class Venue(graphene.ObjectType):
    """The place of an event."""

    class Meta:
        description = "The place of an event."

    name = graphene.String(description="What the place is called.")
    address = graphene.String(description="Street and number.")
    city = graphene.String(description="Town or city.")
    country = graphene.Field(Country, description="Country.")


class WithVenue(models.Model):
    """Give a page a place."""

    venue_name = models.CharField("name of the place", max_length=200, blank=True)
    venue_address = models.CharField("street and number", max_length=250, blank=True)
    venue_city = models.CharField("town or city", max_length=120, blank=True)
    venue_country = models.CharField("country", max_length=2, blank=True, choices=country_choices)

    class Meta:
        abstract = True

    @property
    def venue_value(self) -> VenueValue | None:
        """Return the place, or None when nothing is known of it."""
        columns = (self.venue_name, self.venue_address, self.venue_city, self.venue_country)
        stated = [column.strip() or None for column in columns]
        return VenueValue(*stated) if any(stated) else None
