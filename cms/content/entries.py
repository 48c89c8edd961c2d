"""Make what the entries of all page types have in common: text, picture, papers, names, topics."""

import mimetypes
from collections.abc import Generator
from dataclasses import replace
from typing import Any

from cms.content.body_html import body_html, body_references
from cms.content.graphql.files import rendition_files
from cms.content.schema import canonical_url
from cms.publishing.entries import Category, Enclosure, Entry, EntryImage, plain_entry
from cms.publishing.files import file_url
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import Things
from cms.publishing.reading.stored import localized

ANY_FILE = "application/octet-stream"


def full_entry(
    page: Item, context: ReadContext, *, further: tuple[str | None, ...] = ()
) -> Generator[Any, Any, Entry]:
    """Return a page's entry with text, picture, documents and rights.

    Shape: `further` are keys that the page type will look up afterwards; they are loaded with the
           rest, in one statement.
    """
    picture = page.get("picture") or {}
    documents = tuple(page.get("documents") or ())
    keys = (*body_references(page.get("body")), picture.get("image"), *documents, *further)
    wanted = tuple(dict.fromkeys(key for key in keys if key))
    if wanted:
        yield Things(wanted, locale=page.locale)
    rights = page.get("rights") or {}
    return replace(
        plain_entry(page, context),
        canonical_url=canonical_url(page, context),
        content_html=body_html(page, context),
        image=_image(picture, page, context),
        enclosures=tuple(_enclosures(documents, page, context)),
        licence=rights.get("licence"),
        attribution_text=rights.get("attributionText"),
        attribution_url=rights.get("attributionUrl"),
    )


def names_of(keys: Any, page: Item, context: ReadContext) -> tuple[str, ...]:
    """Return the names of people or organisations that are public, in their order."""
    found = (context.thing(key, locale=page.locale) for key in keys or () if key)
    return tuple(item.get("name") for item in found if item is not None)


def categories_of(keys: Any, page: Item, context: ReadContext) -> tuple[Category, ...]:
    """Return the terms that are public, in their order, under their names in the page's language."""
    found = (context.thing(key, locale=page.locale) for key in keys or ())
    return tuple(
        Category(item.get("code"), localized(item.get("label"), locale=page.locale) or "")
        for item in found
        if item is not None
    )


def project_of(page: Item, context: ReadContext) -> dict[str, str] | None:
    """Return the project a page belongs to, while it is public."""
    project = context.thing(page.get("project"), locale=page.locale)
    if project is None:
        return None
    return {"id": project.public_id, "title": project.title, "url": context.url(project)}


def _image(picture: dict[str, Any], page: Item, context: ReadContext) -> EntryImage | None:
    image = context.thing(picture.get("image"), locale=page.locale)
    files = rendition_files(image, "HERO") if image is not None else []
    if not files:
        return None
    alt = localized(picture.get("alt") or "", locale=page.locale)
    return EntryImage(files[-1]["url"], f"image/{files[-1]['format'].lower()}", alt or "")


def _enclosures(
    keys: tuple[str, ...], page: Item, context: ReadContext
) -> Generator[Enclosure, None, None]:
    for key in keys:
        document = context.thing(key, locale=page.locale)
        if document is not None:
            stored = document.get("fileName")
            yield Enclosure(
                url=file_url(document, stored),
                title=document.get("title"),
                type=mimetypes.guess_type(stored)[0] or ANY_FILE,
                size_bytes=document.get("sizeBytes"),
            )
