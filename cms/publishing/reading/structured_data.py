"""Make schema.org JSON-LD of published pages; each page type says how.

A room registers a generator function for its type: it may yield loads, and returns the document without
`@context`.
"""

from collections.abc import Callable, Generator
from typing import Any

from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import source_of

Maker = Callable[[Item, ReadContext], Generator[Any, Any, dict[str, Any]]]

_makers: dict[str, Maker] = {}
_news: list[str] = []


def urn(public_id: str) -> str:
    """Return the id by which other systems know a thing for good, whatever its address."""
    return f"urn:ictcluster:{public_id}"


def structured_data(type_name: str, *, is_news: bool = False) -> Callable[[Maker], Maker]:
    """Register how a page type becomes schema.org data, and whether its pages are news."""

    def register(maker: Maker) -> Maker:
        _makers[type_name] = maker
        if is_news:
            _news.append(type_name)
        return maker

    return register


def news_types() -> tuple[str, ...]:
    """Return the names of the page types whose pages are news."""
    return tuple(_news)


def _web_page(page: Item, context: ReadContext) -> Generator[Any, Any, dict[str, Any]]:
    yield from ()
    return {
        "@type": "WebPage",
        "name": page.title,
        "description": page.summary,
        "datePublished": page.get("publishedAt"),
        "dateModified": page.get("updatedAt"),
    }


def json_ld(page: Item, context: ReadContext) -> Generator[Any, Any, dict[str, Any]]:
    """Return the JSON-LD document of a page.

    Shape: absent facts are left out; `@id` is stable over renames, `url` is the page's address. For an
           alias it is the document of its source, address and language included.
    """
    page = yield from source_of(page)
    document = yield from _makers.get(page.type, _web_page)(page, context)
    common = {
        "@context": "https://schema.org",
        "@id": urn(page.public_id),
        "url": context.url(page),
        "inLanguage": page.locale,
    }
    return {**common, **_stated(document)}


def _stated(value: dict[str, Any]) -> dict[str, Any]:
    return {name: item for name, item in value.items() if item not in (None, "", [], {})}
