"""Hold the details of an open call beside the news item that announces it."""

import datetime as dt

from django.core.validators import MinValueValidator
from django.db import models
from modelcluster.fields import ParentalManyToManyField

from cms.content.local_time import time_zone_choices
from cms.content.sources import Chosen, StatedAddress
from news.call import OpenCallValue, money
from news.wall_clock import WallClockField

_NOT_NEGATIVE = MinValueValidator(0, "Give an amount that is not negative.")


class WithCall(models.Model):
    """Give a page the details of an open call; they count only while it is of that type."""

    call_opens_at = WallClockField("opens at", null=True, blank=True)
    call_closes_at = WallClockField(
        "closes at",
        null=True,
        blank=True,
        help_text="Leave it empty if no deadline was given; readers are told that it is unknown.",
    )
    call_time_zone = models.CharField(
        "time zone",
        max_length=64,
        choices=time_zone_choices,
        default="Europe/Sofia",
        help_text="Both times above are what the clock shows in this zone.",
    )
    budget = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[_NOT_NEGATIVE],
        help_text="Money for all grants together.",
    )
    maximum_grant = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[_NOT_NEGATIVE],
        help_text="The most that one applicant may get.",
    )
    currency = models.CharField(
        max_length=3,
        choices=[("EUR", "Euro"), ("BGN", "Bulgarian lev"), ("USD", "US dollar")],
        default="EUR",
    )
    eligible = ParentalManyToManyField(
        "content.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"scheme": "ELIGIBLE_KIND"},
        verbose_name="who may apply",
    )
    apply_url = models.URLField("where to apply", blank=True, help_text="Full address.")

    eligible_references = Chosen("eligible", "term")
    stated_apply_url = StatedAddress("apply_url")

    class Meta:
        abstract = True

    def call_details(self) -> OpenCallValue:
        """Return what is stored of the call."""
        return OpenCallValue(
            opens_at=self.call_opens_at,
            closes_at=self.call_closes_at,
            time_zone=self.call_time_zone,
            budget=money(self.budget, currency=self.currency),
            maximum_grant=money(self.maximum_grant, currency=self.currency),
            eligible_applicants=self.eligible_references,
            apply_url=self.stated_apply_url,
        )

    def call_boundaries(self) -> tuple[dt.datetime, ...]:
        """Return the instants at which the call's status changes."""
        return tuple(instant for instant in (self.call_opens_at, self.call_closes_at) if instant)

    def call_errors(self) -> dict[str, str]:
        """Return what contradicts itself, by field."""
        errors = {}
        if self.call_opens_at and self.call_closes_at and self.call_closes_at <= self.call_opens_at:
            errors["call_closes_at"] = "Give a closing time that is after the opening time."
        if (
            self.budget is not None
            and self.maximum_grant is not None
            and self.maximum_grant > self.budget
        ):
            errors["maximum_grant"] = "Give a grant that is not above the whole budget."
        return errors
