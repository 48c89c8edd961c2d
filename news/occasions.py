"""Say how events and the deadlines of open calls stand in calendars."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from cms.content.countries import country_label
from cms.publishing.occasions import Certainty, Making, Occasion, shown_in
from cms.publishing.reading.conditions import Between, Having
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import Things
from cms.publishing.reading.stored import localized

CERTAINTY = {
    "SCHEDULED": Certainty.CONFIRMED,
    # Its former date no longer holds and the new one is not known.
    "POSTPONED": Certainty.TENTATIVE,
    "CANCELLED": Certainty.CANCELLED,
}
# A call without a deadline has no place in a calendar.
WITH_DEADLINE = Between("ends_at", since=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
DEADLINE = {"en": "Deadline: {}", "bg": "Краен срок: {}"}


@shown_in("events", type_name="EventPage")
def event_as_occasion(page: Item, context: ReadContext) -> Making:
    """Return an event as an occasion, named organisers and project included."""
    project = page.get("project")
    organisers, projects = yield [
        Things(tuple(page.get("organisers") or ()), locale=page.locale),
        Things((project,) if project else (), locale=page.locale),
    ]
    starts_at = _moment(page.get("startsAt"))
    if starts_at is None:
        return None
    return Occasion(
        title=page.title,
        starts_at=starts_at,
        ends_at=_moment(page.get("endsAt")),
        time_zone=page.get("timeZone"),
        is_all_day=bool(page.get("isAllDay")),
        certainty=CERTAINTY[page.get("eventStatus")],
        summary=page.summary,
        location=_location(page.get("venue") or {}, locale=page.locale),
        contacts=tuple(organiser.get("name") for organiser in organisers),
        categories=tuple(found.title for found in projects),
    )


@shown_in(
    "calls",
    type_name="NewsPage",
    column="ends_at",
    conditions=(Having("newsType", ("OPEN_CALL",)), WITH_DEADLINE),
)
def deadline_as_occasion(page: Item, context: ReadContext) -> Making:
    """Return the deadline of an open call as an occasion; None without a deadline."""
    topics = yield Things(tuple(page.get("topics") or ()), locale=page.locale)
    call = page.get("call") or {}
    closes_at = _moment(call.get("closesAt"))
    if closes_at is None:
        return None
    rights = page.get("rights") or {}
    return Occasion(
        title=DEADLINE.get(page.locale, DEADLINE["en"]).format(page.title),
        starts_at=closes_at,
        ends_at=None,
        time_zone=call["timeZone"],
        is_busy=False,
        summary=page.summary,
        categories=tuple(_labels(topics, locale=page.locale)),
        licence=rights.get("licence") or "",
        attribution=rights.get("attributionText") or "",
        canonical_url=rights.get("canonicalUrl") or "",
    )


def _labels(topics: Iterable[Item], *, locale: str) -> Iterable[str]:
    labels = (localized(topic.get("label"), locale=locale) for topic in topics)
    return (label for label in labels if label)


def _location(venue: dict[str, Any], *, locale: str) -> str:
    country = venue.get("country")
    label = country_label(country, language=locale) if country else None
    parts = [venue.get("name"), venue.get("address"), venue.get("city"), label]
    return ", ".join(part for part in parts if part)


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
