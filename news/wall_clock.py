"""Let an editor write a time as the clock on the wall shows it, in a zone chosen beside it."""

import datetime as dt
import zoneinfo
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone


class WallClockFormField(forms.DateTimeField):
    """Read a date and time without giving it a zone."""

    def to_python(self, value: Any) -> dt.datetime | None:
        """Return the time as it was written, without a zone."""
        with timezone.override(dt.UTC):
            read = super().to_python(value)
        return read.replace(tzinfo=None) if read else None


class WallClockField(models.DateTimeField):
    """Store an instant that editors write as wall-clock time; `WallClockForm` adds the zone."""

    def deconstruct(self) -> Any:
        """Describe the column to migrations as the plain instant it is."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """Offer a field without a zone."""
        return super().formfield(**{"form_class": WallClockFormField, **kwargs})


class WallClockForm(forms.BaseForm):
    """Show and read wall-clock times in the zone of the same form; mix it into a page form."""

    # Wall-clock field → the field that names its zone.
    wall_clock_zones: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instance: Any = getattr(self, "instance", None)
        for name, zone_field in self.wall_clock_zones.items():
            instant = getattr(instance, name, None)
            zone = getattr(instance, zone_field, None)
            if name in self.fields and instant and zone:
                self.initial[name] = instant.astimezone(zoneinfo.ZoneInfo(zone)).replace(
                    tzinfo=None
                )

    def clean(self) -> Any:
        """Give every wall-clock time its zone."""
        cleaned = super().clean()
        for name, zone_field in self.wall_clock_zones.items():
            written = self.cleaned_data.get(name)
            if not written:
                continue
            # A draft may have no zone yet, or a time that clocks there never show.
            zone = self.cleaned_data.get(zone_field) or timezone.get_default_timezone_name()
            self.cleaned_data[name] = _instant(written, zone=zone)
            try:
                self.cleaned_data[name] = at_wall_clock(written, zone=zone)
            except ValidationError as error:
                self.add_error(name, error)
        return cleaned


def at_wall_clock(written: dt.datetime, *, zone: str) -> dt.datetime:
    """Return the instant, in UTC, at which a clock in a zone shows this time.

    Shape:  when clocks are set back and show the time twice, the first of the two.
    Raises: ValidationError when clocks are set forward and never show it.
    """
    instant = _instant(written, zone=zone)
    shown = instant.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
    if shown != written.replace(fold=0):
        raise ValidationError(
            "Clocks in %(zone)s were set forward then: give a time an hour later.",
            code="no_such_time",
            params={"zone": zone},
        )
    return instant


def _instant(written: dt.datetime, *, zone: str) -> dt.datetime:
    return written.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(dt.UTC)
