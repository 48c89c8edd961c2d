"""Turn dates and wall-clock times into instants."""

import datetime as dt
import zoneinfo
from functools import cache

from django.utils import timezone


def local_midnight(day: dt.date) -> dt.datetime:
    """Return the instant at which a day begins where the cluster is.

    Units: the zone is the `TIME_ZONE` setting, Europe/Sofia unless the installation says otherwise.
    """
    return dt.datetime.combine(day, dt.time.min, tzinfo=timezone.get_default_timezone())


def local_date(instant: dt.datetime) -> dt.date:
    """Return the day on which an instant falls where the cluster is."""
    return instant.astimezone(timezone.get_default_timezone()).date()


@cache
def time_zone_choices() -> list[tuple[str, str]]:
    """Return the IANA zones an editor may choose, by name."""
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/")
    names = sorted(zoneinfo.available_timezones())
    return [(name, name) for name in names if name == "UTC" or name.startswith(regions)]
