"""Put together what every format of a feed says: its entries, its addresses, its name."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings

from cms.publishing.entries import Entry, entries
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.stored import localized
from cms.publishing.reading.structured_data import urn
from cms.publishing.subjects import Subject
from cms.syndication.feeds.asked import Asked, Position
from cms.syndication.feeds.reading import Found, Withdrawn

# The endings of the addresses, and what is answered there.
MEDIA_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
# What a feed without any entry was changed at: never.
NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Feed:
    """Hold one page of a feed, whatever it is written as.

    Shape: `addresses` are this feed's by format, without a position; `first_url`, `self_url` and
           `next_url` are in the format that is written. `withdrawn` is on the first page only.
    """

    id: str
    title: str
    description: str
    language: str
    home_url: str
    site_name: str
    updated_at: dt.datetime
    addresses: Mapping[str, str]
    self_url: str
    first_url: str
    next_url: str | None
    hub_url: str
    entries: tuple[Entry, ...]
    withdrawn: tuple[Withdrawn, ...]


def make_feed(asked: Asked, found: Found, context: ReadContext, *, form: str) -> Feed:
    """Return a page of a feed for one format; one statement for what its entries point at."""
    made = tuple(entries(found.items, context))
    site, language = asked.site, asked.language
    home = "/" if language == site.default_locale else f"/{language}/"
    name = localized(found.site_name or site.key, locale=language) or site.key
    subject = asked.subject.title(language)
    following = Position(made[-1].published_at, made[-1].public_id) if found.has_more else None
    return Feed(
        id=_feed_id(asked),
        title=feed_title(asked.subject, site_name=name, language=language),
        description=f"{subject} – {name}",
        language=language,
        home_url=site.base_url + home,
        site_name=name,
        updated_at=found.changed_at or NEVER,
        addresses={other: _address(asked, form=other) for other in MEDIA_TYPES},
        self_url=_address(asked, form=form, after=asked.after),
        first_url=_address(asked, form=form),
        next_url=_address(asked, form=form, after=following) if following else None,
        hub_url=hub_url(),
        entries=made,
        withdrawn=found.withdrawn,
    )


def feed_title(subject: Subject, *, site_name: str, language: str) -> str:
    """Return what a feed of a site is called in a language."""
    return f"{site_name}: {subject.title(language)}"


def hub_url() -> str:
    """Return where the changes of feeds can be subscribed to."""
    return f"{settings.FILES_BASE_URL}/hub"


def feed_address(subject: str, *, form: str, query: str = "") -> str:
    """Return the public address of a feed."""
    return f"{settings.FILES_BASE_URL}/feeds/{subject}.{form}{query}"


def _address(asked: Asked, *, form: str, after: Position | None = None) -> str:
    return feed_address(asked.subject.name, form=form, query=asked.query(after))


def _feed_id(asked: Asked) -> str:
    """Return the id of a feed, which is another one when it is narrowed otherwise."""
    narrowed = ";".join(f"{name}={','.join(values)}" for name, values in asked.chosen.items())
    place = f"feed:{quote(asked.site.key)}:{asked.subject.name}:{asked.language}"
    return urn(f"{place}:{narrowed}" if narrowed else place)
