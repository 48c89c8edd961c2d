"""Work out a project's dates and where it stands."""

import calendar
import datetime as dt

from django.db import models

from cms.publishing import exposure


class ProjectStatus(models.TextChoices):
    """Where a project stands today."""

    PLANNED = "PLANNED", "It has not started yet."
    RUNNING = "RUNNING", "It has started and its end is still ahead."
    COMPLETED = "COMPLETED", "Its last day has passed."
    UNKNOWN = "UNKNOWN", "The dates do not tell."


ProjectStatusEnum = exposure.enum_type(
    ProjectStatus, "Where a project stands today, worked out from its dates."
)


def project_status(
    starts_on: dt.date | None, ends_on: dt.date | None, *, today: dt.date
) -> ProjectStatus:
    """Say where a project stands on a given day.

    Shape: both days belong to the project. A project that has started and whose end nobody stated
           is UNKNOWN, because nothing says that it still runs.
    """
    if ends_on and ends_on < today:
        return ProjectStatus.COMPLETED
    if starts_on and starts_on > today:
        return ProjectStatus.PLANNED
    if starts_on and ends_on:
        return ProjectStatus.RUNNING
    return ProjectStatus.UNKNOWN


def last_day(starts_on: dt.date, *, months: int) -> dt.date:
    """Return the last day of a period of whole months.

    Shape: the day belongs to the period: six months from 1 December end on 31 May. Where the last
           month is too short the period ends with that month: one month from 31 January ends on its
           last day of February.
    """
    year, month = divmod(starts_on.year * 12 + starts_on.month - 1 + months, 12)
    month += 1
    if starts_on.day == 1:
        return dt.date(year, month, 1) - dt.timedelta(days=1)
    return dt.date(year, month, min(starts_on.day - 1, calendar.monthrange(year, month)[1]))


def whole_months(starts_on: dt.date, ends_on: dt.date) -> int | None:
    """Return how many whole months a period lasts, or None when it is not a whole number."""
    about = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month
    for months in (about, about + 1):
        if months > 0 and last_day(starts_on, months=months) == ends_on:
            return months
    return None
