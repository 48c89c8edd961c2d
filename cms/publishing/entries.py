"""Say how a page type describes itself to feeds, calendars and portals.

A room registers a generator function for its type in its `entries.py`: it may yield loads, and returns
an `Entry`. Everything that goes outside is made of entries, so formats cannot disagree.

    @entry_of("NewsPage")
    def news_entry(page, context):
        (topics,) = yield [Things(tuple(page.get("topics")), locale=page.locale)]
        return replace(plain_entry(page, context), categories=…)
"""

import datetime as dt
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.module_loading import autodiscover_modules

from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.structured_data import urn
from cms.publishing.reading.together import drive_together


@dataclass(frozen=True, slots=True)
class Category:
    """Name one term by which an entry is classified."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class EntryImage:
    """Hold the one picture of an entry, in the format that every reader shows."""

    url: str
    type: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Hold one document to download."""

    url: str
    title: str
    type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold what others may know of one published page.

    Shape: `id` is the `@id` of the page's JSON-LD and survives renames and moves; `url` is where the
           page stands, `canonical_url` where its text is at home. `content_html` is sanitised and all
           its addresses are absolute. `licence` None means that all rights are reserved. `details`
           are further facts as JSON, in the words of GraphQL: the call of a news item, for instance.
    Units: instants are aware. `published_at` does not move when the text is corrected.
    """

    id: str
    public_id: str
    type: str
    url: str
    title: str
    summary: str
    published_at: dt.datetime
    updated_at: dt.datetime
    language: str
    canonical_url: str
    content_html: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    licence: str | None = None
    attribution_text: str | None = None
    attribution_url: str | None = None
    image: EntryImage | None = None
    enclosures: tuple[Enclosure, ...] = ()
    corrected_at: dt.datetime | None = None
    correction_note: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


Making = Generator[Any, Any, Entry]
Maker = Callable[[Item, ReadContext], Making]

_makers: dict[str, Maker] = {}


def entry_of(type_name: str) -> Callable[[Maker], Maker]:
    """Register how a page type becomes an entry."""

    def register(maker: Maker) -> Maker:
        _makers[type_name] = maker
        return maker

    return register


def plain_entry(page: Item, context: ReadContext) -> Entry:
    """Return what every page has; a page type adds its own with `dataclasses.replace`."""
    url = context.url(page)
    return Entry(
        id=urn(page.public_id),
        public_id=page.public_id,
        type=page.type,
        url=url,
        title=page.title,
        summary=page.summary,
        published_at=dt.datetime.fromisoformat(page.get("publishedAt")),
        updated_at=dt.datetime.fromisoformat(page.get("updatedAt")),
        language=page.locale,
        canonical_url=url,
    )


def entry(page: Item, context: ReadContext) -> Making:
    """Return the entry of a page, as a generator that yields loads."""
    _discover()
    maker = _makers.get(page.type)
    if maker is None:
        yield from ()
        return plain_entry(page, context)
    made = yield from maker(page, context)
    return made


def entries(pages: Iterable[Item], context: ReadContext) -> list[Entry]:
    """Return the entries of pages read with their tails, in their order.

    Shape: what all of them need on one level is one statement.
    """
    return drive_together(context, [entry(page, context) for page in pages])


@cache
def _discover() -> None:
    """Import each room's `entries` module, where makers are registered."""
    autodiscover_modules("entries")
