"""Write a feed as JSON Feed 1.1; what the format has no word for stands under `_ict`.

Source: https://www.jsonfeed.org/version/1.1/
"""

from typing import Any

import orjson

from cms.publishing.entries import Entry
from cms.publishing.reading.structured_data import urn
from cms.syndication.feeds.document import Feed
from cms.syndication.feeds.rights import licence_url
from cms.syndication.feeds.xml import printable, w3c_date

VERSION = "https://jsonfeed.org/version/1.1"


def write_json(feed: Feed) -> bytes:
    """Return a feed as a JSON document."""
    document = {
        "version": VERSION,
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.home_url,
        "feed_url": feed.self_url,
        "next_url": feed.next_url,
        "language": feed.language,
        "authors": [{"name": feed.site_name, "url": feed.home_url}],
        "hubs": [{"type": "WebSub", "url": feed.hub_url}],
        "_ict": {
            "id": feed.id,
            "updated": w3c_date(feed.updated_at),
            "feeds": dict(feed.addresses),
            "withdrawn": [
                {"id": urn(gone.public_id), "at": w3c_date(gone.at)} for gone in feed.withdrawn
            ],
        },
        "items": [_item(entry) for entry in feed.entries],
    }
    return orjson.dumps(_clean(document))


def _item(entry: Entry) -> dict[str, Any]:
    text = {"content_html": entry.content_html} if entry.content_html else None
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        **(text or {"content_text": entry.summary}),
        "summary": entry.summary,
        "image": entry.image.url if entry.image else None,
        "date_published": w3c_date(entry.published_at),
        "date_modified": w3c_date(entry.updated_at),
        "language": entry.language,
        "authors": [{"name": name} for name in entry.authors] or None,
        "tags": [category.label for category in entry.categories] or None,
        "attachments": [
            {
                "url": paper.url,
                "mime_type": paper.type,
                "title": paper.title,
                "size_in_bytes": paper.size_bytes,
            }
            for paper in entry.enclosures
        ]
        or None,
        "_ict": _further(entry),
    }


def _further(entry: Entry) -> dict[str, Any]:
    """Return what JSON Feed has no word for; a fact that nobody stated is null."""
    image = entry.image
    return {
        "id": entry.public_id,
        "type": entry.type,
        "canonical_url": entry.canonical_url,
        "licence": entry.licence,
        "licence_url": licence_url(entry.licence),
        "attribution_text": entry.attribution_text,
        "attribution_url": entry.attribution_url,
        "topics": [{"code": c.code, "label": c.label} for c in entry.categories],
        "image_alt": image.alt if image else None,
        "corrected_at": w3c_date(entry.corrected_at) if entry.corrected_at else None,
        "correction_note": entry.correction_note,
        "details": dict(entry.details),
    }


def _clean(value: Any, *, keeps_null: bool = False) -> Any:
    """Return a document without control characters, and without facts that the format lets be absent."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list | tuple):
        return [_clean(item, keeps_null=keeps_null) for item in value]
    if isinstance(value, dict):
        return {
            name: _clean(item, keeps_null=keeps_null or name == "_ict")
            for name, item in value.items()
            if keeps_null or item is not None
        }
    return value
