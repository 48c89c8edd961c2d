"""Write occasions as iCalendar.

Source: RFC 5545, with NAME, REFRESH-INTERVAL, SOURCE of RFC 7986 and LINK of RFC 9253; ADR 0023.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from icalendar import Calendar, Event, Timezone, vText, vUri

from cms.publishing.occasions import Certainty, Occasion
from cms.publishing.reading.structured_data import urn
from cms.syndication.stated import Stated

PRODUCT = "-//ICT Cluster//ICT Cluster CMS//EN"
REFRESH = dt.timedelta(hours=1)
END = b"END:VCALENDAR\r\n"
UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/GMT"})


# What writing costs is worth remembering, and what was written depends on nothing else.
REMEMBERED = 4_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold all that is said of one page: its occasion, and which state of the page that is."""

    public_id: str
    version: int
    changed_at: dt.datetime
    published_at: dt.datetime
    language: str
    url: str
    occasion: Occasion


def calendar_text(entries: Sequence[Entry], *, name: str = "", source: str = "") -> bytes:
    """Return a calendar; with a name and its own address it is one to subscribe to."""
    calendar = _calendar()
    if name:
        calendar.add("NAME", _clean(name))
        calendar.add("X-WR-CALNAME", _clean(name))
        calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", "PT1H")
    if source:
        calendar.add("SOURCE", vUri(source, params={"VALUE": "URI"}))
    for zone in _zones(entries):
        calendar.add_component(zone)
    head = _bytes(calendar).removesuffix(END)
    return b"".join([head, *(_event_text(entry) for entry in entries), END])


@lru_cache(maxsize=REMEMBERED)
def _event_text(entry: Entry) -> bytes:
    return _bytes(_event(entry))


def withdrawn_text(stated: Stated) -> bytes:
    """Return a calendar that takes one entry back and says nothing else of it."""
    calendar, event = _calendar(), Event()
    event.add("UID", urn(stated.item.public_id))
    event.add("DTSTAMP", _second(stated.changed_at))
    # A start is required. The real one is content, and withdrawn with it.
    event.add("DTSTART", _second(stated.changed_at))
    event.add("SEQUENCE", stated.version)
    event.add("STATUS", Certainty.CANCELLED.value)
    calendar.add_component(event)
    return _bytes(calendar)


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("CALSCALE", "GREGORIAN")
    return calendar


def _event(entry: Entry) -> Event:
    occasion, event = entry.occasion, Event()
    event.add("UID", urn(entry.public_id))
    event.add("DTSTAMP", _second(entry.changed_at))
    event.add("CREATED", _second(entry.published_at))
    event.add("LAST-MODIFIED", _second(entry.changed_at))
    event.add("SEQUENCE", entry.version)
    event.add("STATUS", occasion.certainty.value)
    event.add("TRANSP", "OPAQUE" if occasion.is_busy else "TRANSPARENT")
    _add_times(event, occasion)
    event.add("SUMMARY", vText(_clean(occasion.title), params={"LANGUAGE": entry.language}))
    texts = {
        "DESCRIPTION": occasion.summary,
        "LOCATION": occasion.location,
        "X-ICTCLUSTER-LICENCE": occasion.licence,
        "X-ICTCLUSTER-ATTRIBUTION": occasion.attribution,
    }
    for name, text in texts.items():
        if text:
            event.add(name, vText(_clean(text)))
    for contact in occasion.contacts:
        event.add("CONTACT", vText(_clean(contact)))
    if occasion.categories:
        event.add("CATEGORIES", [_clean(category) for category in occasion.categories])
    event.add("URL", vUri(entry.url))
    canonical = occasion.canonical_url or entry.url
    event.add("LINK", vUri(canonical, params={"LINKREL": "canonical", "VALUE": "URI"}))
    return event


def _add_times(event: Event, occasion: Occasion) -> None:
    """Add start and end; the end is exclusive, and absent where none is known."""
    if occasion.is_all_day:
        first, last = _day(occasion.starts_at, occasion), _day(_end(occasion), occasion)
        event.add("DTSTART", first)
        event.add("DTEND", max(first, last) + dt.timedelta(days=1))
        return
    event.add("DTSTART", _clock(occasion.starts_at, occasion.time_zone))
    if _second(_end(occasion)) > _second(occasion.starts_at):
        event.add("DTEND", _clock(_end(occasion), occasion.time_zone))


def _end(occasion: Occasion) -> dt.datetime:
    return occasion.ends_at or occasion.starts_at


def _day(moment: dt.datetime, occasion: Occasion) -> dt.date:
    return moment.astimezone(zoneinfo.ZoneInfo(occasion.time_zone)).date()


def _clock(moment: dt.datetime, zone: str) -> dt.datetime:
    """Return what the clock of a zone shows; UTC where that would not say which instant it is.

    Source: RFC 5545, 3.3.5: a time that clocks show twice means the first of the two.
    """
    if zone in UTC_NAMES:
        return _second(moment)
    local = _second(moment).astimezone(zoneinfo.ZoneInfo(zone))
    return local if local.fold == 0 else _second(moment)


def _second(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(microsecond=0)


def _zones(entries: Sequence[Entry]) -> Iterable[Timezone]:
    years: dict[str, list[int]] = {}
    for entry in entries:
        occasion = entry.occasion
        if not occasion.is_all_day and occasion.time_zone not in UTC_NAMES:
            known = years.setdefault(occasion.time_zone, [])
            known += [occasion.starts_at.year, _end(occasion).year]
    return [_zone(name, min(known) - 1, max(known) + 2) for name, known in sorted(years.items())]


# The same few zones are in every calendar.
@lru_cache(maxsize=256)
def _zone(name: str, first: int, last: int) -> Timezone:
    return Timezone.from_tzid(name, first_date=dt.date(first, 1, 1), last_date=dt.date(last, 1, 1))


def _clean(text: str) -> str:
    """Return a text without the control characters that iCalendar has no way to write."""
    lines = "\n".join(text.splitlines())
    return "".join(sign for sign in lines if sign in "\n\t" or sign.isprintable() or sign > "\x9f")


def _bytes(calendar: Any) -> bytes:
    text: bytes = calendar.to_ical(sorted=False)
    return text
