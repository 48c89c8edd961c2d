"""Say how a page type becomes an entry of a calendar, and which calendars there are.

A room registers in its `occasions.py` which calendar shows pages of its type, and a generator function
that makes an `Occasion` of a page: it may yield loads, and returns None for a page without a time.

    @shown_in("events", type_name="EventPage")
    def event_as_occasion(page, context):
        organisers = yield Things(tuple(page.get("organisers")), locale=page.locale)
        return Occasion(…)
"""

import datetime as dt
import enum
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from cms.publishing.reading.conditions import Condition
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item


class Certainty(enum.StrEnum):
    """Say whether an occasion takes place, in the words of iCalendar."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Hold what a calendar says of one page.

    Shape: `ends_at` is None where no end is known, and for a moment such as a deadline. Of an all-day
           occasion only the dates count, the last one included. `is_busy` says whether it takes up
           a visitor's time.
    Units: instants are aware; `time_zone` is the IANA name of the zone in which they were given.
    """

    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    time_zone: str
    is_all_day: bool = False
    certainty: Certainty = Certainty.CONFIRMED
    is_busy: bool = True
    summary: str = ""
    location: str = ""
    contacts: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    licence: str = ""
    attribution: str = ""
    canonical_url: str = ""


Making = Generator[Any, Any, Occasion | None]
Maker = Callable[[Item, ReadContext], Making]


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold which pages a calendar shows, and how each becomes an occasion.

    Shape: `column` is the instant column by which its entries begin.
    """

    calendar: str
    type_name: str
    column: str
    conditions: tuple[Condition, ...]
    make: Maker


_shown: dict[str, Shown] = {}


def shown_in(
    calendar: str,
    *,
    type_name: str,
    column: str = "starts_at",
    conditions: tuple[Condition, ...] = (),
) -> Callable[[Maker], Maker]:
    """Register that a calendar shows the pages of a type that satisfy the conditions."""

    def register(make: Maker) -> Maker:
        _shown[type_name] = Shown(calendar, type_name, column, conditions, make)
        return make

    return register


def shown_by(calendar: str) -> Shown:
    """Return what a calendar shows.

    Raises: KeyError when no room has registered anything for it.
    """
    _discover()
    found = next((shown for shown in _shown.values() if shown.calendar == calendar), None)
    if found is None:
        raise KeyError(calendar)
    return found


def occasional_types() -> tuple[str, ...]:
    """Return the names of the page types that may be in a calendar."""
    _discover()
    return tuple(sorted(_shown))


def occasion_of(page: Item, context: ReadContext) -> Making:
    """Return the occasion of a page, or None, as a generator that yields loads."""
    _discover()
    shown = _shown.get(page.type)
    if shown is None:
        yield from ()
        return None
    return (yield from shown.make(page, context))


def calendar_url(public_id: str) -> str:
    """Return the address of one page's own calendar file."""
    return f"{settings.FILES_BASE_URL}/events/{public_id}.ics"


@cache
def _discover() -> None:
    """Import each room's `occasions` module, where makers are registered."""
    autodiscover_modules("occasions")
