"""Give a project its first and last day, stated or worked out."""

import datetime as dt
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from cms.content.local_time import local_midnight
from projects.status import last_day, whole_months

# Lists by date hold every project: one without a first day stands before all that have one.
WITHOUT_START = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


class ProjectDates(models.Model):
    """Hold when a project begins and ends, and how long it lasts."""

    starts_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField(
        "last day",
        null=True,
        blank=True,
        help_text="Leave it empty to have it worked out from the first day and the duration.",
    )
    duration_months = models.PositiveSmallIntegerField(
        "duration in months",
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1, "A project lasts at least one month."),
            MaxValueValidator(240, "Give at most 240 months."),
        ],
        help_text="Leave it empty if you gave both days.",
    )

    class Meta:
        abstract = True

    @property
    def ends_on_is_computed(self) -> bool:
        """Tell whether the last day is worked out and not stated."""
        return bool(not self.ends_on and self.starts_on and self.duration_months)

    @property
    def final_day(self) -> dt.date | None:
        """Return the last day, stated or worked out; the project still runs on it."""
        if self.ends_on:
            return self.ends_on
        if self.starts_on and self.duration_months:
            return last_day(self.starts_on, months=self.duration_months)
        return None

    @property
    def months(self) -> int | None:
        """Return the duration, stated or counted between two days that are whole months apart."""
        if self.duration_months:
            return self.duration_months
        if self.starts_on and self.ends_on:
            return whole_months(self.starts_on, self.ends_on)
        return None

    def date_errors(self) -> dict[str, str]:
        """Return what contradicts itself, by field."""
        if not (self.starts_on and self.ends_on):
            return {}
        if self.ends_on < self.starts_on:
            return {"ends_on": "Give a last day that is not before the first day."}
        if self.duration_months:
            expected = last_day(self.starts_on, months=self.duration_months)
            if expected != self.ends_on:
                return {
                    "duration_months": (
                        f"{self.duration_months} months from the first day end on "
                        f"{expected:%d.%m.%Y}. Change the last day, or leave one of the two empty."
                    )
                }
        return {}

    def date_columns(self) -> dict[str, Any]:
        """Return the columns by which projects are ordered and their status is filtered.

        Units: days begin at local midnight. `ends_at` is the midnight after the last day, so a
               project runs while `starts_at <= now < ends_at`.
        """
        final_day = self.final_day
        starts_at = local_midnight(self.starts_on) if self.starts_on else None
        ends_at = local_midnight(final_day + dt.timedelta(days=1)) if final_day else None
        return {
            "sort_at": starts_at or WITHOUT_START,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "boundaries": tuple(instant for instant in (starts_at, ends_at) if instant),
        }
