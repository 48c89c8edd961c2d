"""Show, before it is published, what others will make of a page.

The draft is projected and described exactly as publishing and the feeds do it; nothing here decides
what an entry says. Nothing is written, and of other things only what is public is read.
"""

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.dateformat import format as date_format
from django.utils.text import Truncator

from cms.content.schema import search_description, search_title
from cms.publishing.entries import Entry, entries
from cms.publishing.overlay import overlay_of
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item

# What search engines show of a title and of a description before they cut it off.
TITLE_CHARACTERS, DESCRIPTION_CHARACTERS = 60, 158


@dataclass(frozen=True, slots=True)
class SearchCard:
    """Hold what a search engine shows: where, title and description, each as it is cut."""

    host: str
    trail: tuple[str, ...]
    title: str
    description: str
    is_title_cut: bool
    is_description_cut: bool


@dataclass(frozen=True, slots=True)
class CalendarCard:
    """Hold what a calendar shows of an event.

    Units: `starts_at` and `ends_at` are in the event's own zone; the end may be unknown.
    """

    starts_at: dt.datetime
    ends_at: dt.datetime | None
    is_all_day: bool
    zone: str
    place: str
    status: str

    @property
    def first_day(self) -> dt.date:
        """Return the day on which it begins, where it takes place."""
        return self.starts_at.date()

    @property
    def when(self) -> str:
        """Return from when until when it lasts, as a calendar writes it."""
        day, clock = "D j M Y", "H:i"
        first, last = self.starts_at, self.ends_at or self.starts_at
        if self.is_all_day:
            days = [date_format(first.date(), day), date_format(last.date(), day)]
            return " – ".join(dict.fromkeys(days))
        begin = f"{date_format(first, day)}, {date_format(first, clock)}"
        if last == first:
            return begin
        end = date_format(last, clock)
        if last.date() != first.date():
            end = f"{date_format(last, day)}, {end}"
        return f"{begin} – {end}"


@dataclass(frozen=True, slots=True)
class Outside:
    """Hold how one page looks outside.

    Shape: `calendar` is None for what is no event. `is_syndicated` False means that others get none
           of this and only search engines see the page.
    """

    entry: Entry
    search: SearchCard
    calendar: CalendarCard | None
    is_syndicated: bool

    @property
    def rights(self) -> str:
        """Return what a portal has to write below it."""
        licence = self.entry.licence or "All rights reserved"
        source = self.entry.attribution_text
        return f"{licence} · {source}" if source else licence


def outside_of(draft: Any, *, now: dt.datetime) -> Outside:
    """Return how a draft will look outside, were it published now.

    Shape:  `draft` is a revision's object of a saved page; it gets the instants of publication.
    Raises: OutsideSites. ProjectionFailed naming the field that cannot be published.
    """
    draft.first_published_at = draft.first_published_at or now
    draft.last_published_at = now
    overlay = overlay_of(draft)
    item = next(iter(overlay.values()))
    context = ReadContext(overlay=overlay)
    (entry,) = entries([item], context)
    return Outside(
        entry=entry,
        search=_search_card(item, context),
        calendar=_calendar_card(entry),
        is_syndicated=draft.published_columns().is_syndicated,
    )


def _search_card(item: Item, context: ReadContext) -> SearchCard:
    parts = urlsplit(context.url(item))
    title, description = search_title(item), search_description(item)
    return SearchCard(
        host=parts.netloc,
        trail=tuple(step for step in parts.path.split("/") if step),
        title=Truncator(title).chars(TITLE_CHARACTERS),
        description=Truncator(description).chars(DESCRIPTION_CHARACTERS),
        is_title_cut=len(title) > TITLE_CHARACTERS,
        is_description_cut=len(description) > DESCRIPTION_CHARACTERS,
    )


def _calendar_card(entry: Entry) -> CalendarCard | None:
    facts = entry.details
    if not facts.get("startsAt"):
        return None
    zone = zoneinfo.ZoneInfo(facts["timeZone"])
    venue = facts.get("venue") or {}
    place = (venue.get(name) for name in ("name", "address", "city"))
    ends_at = facts.get("endsAt")
    return CalendarCard(
        starts_at=dt.datetime.fromisoformat(facts["startsAt"]).astimezone(zone),
        ends_at=dt.datetime.fromisoformat(ends_at).astimezone(zone) if ends_at else None,
        is_all_day=bool(facts.get("isAllDay")),
        zone=zone.key,
        place=", ".join(filter(None, place)),
        status=str(facts.get("eventStatus") or ""),
    )
