"""Say how news and events become schema.org data."""

from collections.abc import Generator, Iterable
from typing import Any

from cms.content.graphql.files import rendition_files
from cms.content.schema import canonical_url
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import Things
from cms.publishing.reading.stored import localized
from cms.publishing.reading.structured_data import structured_data

Loading = Generator[Any, Any, Any]


def _picture(page: Item) -> Things:
    picture = page.get("picture")
    return Things((picture["image"],) if picture else (), locale=page.locale)


def _files(images: Iterable[Item]) -> list[str]:
    """Return the addresses of the HERO size, in the format for everybody."""
    return [file["url"] for image in images for file in rendition_files(image, "HERO")[-1:]]


@structured_data("NewsPage", is_news=True)
def news_as_article(page: Item, context: ReadContext) -> Loading:
    """Return a news item as a schema.org NewsArticle."""
    author = page.get("author")
    authors, topics, images = yield [
        Things((author,) if author else (), locale=page.locale),
        Things(tuple(page.get("topics") or ()), locale=page.locale),
        _picture(page),
    ]
    rights = page.get("rights") or {}
    return {
        "@type": "NewsArticle",
        "headline": page.title,
        "description": page.get("introduction"),
        "datePublished": page.get("publishedAt"),
        "dateModified": page.get("updatedAt"),
        "mainEntityOfPage": canonical_url(page, context),
        "isBasedOn": rights.get("canonicalUrl"),
        "image": _files(images),
        "author": [{"@type": "Person", "name": person.get("name")} for person in authors],
        "keywords": [localized(topic.get("label"), locale=page.locale) for topic in topics],
        "license": rights.get("licence"),
        "creditText": rights.get("attributionText"),
    }


EVENT_STATUS = {
    "SCHEDULED": "https://schema.org/EventScheduled",
    "CANCELLED": "https://schema.org/EventCancelled",
    "POSTPONED": "https://schema.org/EventPostponed",
}
ATTENDANCE = {
    "ON_SITE": "https://schema.org/OfflineEventAttendanceMode",
    "ONLINE": "https://schema.org/OnlineEventAttendanceMode",
    "MIXED": "https://schema.org/MixedEventAttendanceMode",
}


@structured_data("EventPage")
def event_as_event(page: Item, context: ReadContext) -> Loading:
    """Return an event as a schema.org Event."""
    organisers, images = yield [
        Things(tuple(page.get("organisers") or ()), locale=page.locale),
        _picture(page),
    ]
    venue = page.get("venue")
    return {
        "@type": "Event",
        "name": page.title,
        "description": page.get("summary"),
        "startDate": page.get("startsAt"),
        "endDate": page.get("endsAt"),
        "eventStatus": EVENT_STATUS[page.get("eventStatus")],
        "eventAttendanceMode": ATTENDANCE[page.get("attendance")],
        "location": _place(venue) if venue else None,
        "organizer": [
            {"@type": "Organization", "name": organiser.get("name")} for organiser in organisers
        ],
        "image": _files(images),
    }


def _place(venue: dict[str, Any]) -> dict[str, Any]:
    names = {"streetAddress": "address", "addressLocality": "city", "addressCountry": "country"}
    address = {name: venue[field] for name, field in names.items() if venue.get(field)}
    return {
        "@type": "Place",
        "name": venue.get("name") or venue.get("city"),
        "address": {"@type": "PostalAddress", **address},
    }
