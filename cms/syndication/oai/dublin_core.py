"""Say in Dublin Core what a page's structured data says; one projection, two vocabularies."""

from collections.abc import Iterator, Mapping
from typing import Any

from cms.publishing.reading.items import Item
from cms.syndication.markup import Markup

PREFIX = "oai_dc"
NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

# What Dublin Core calls what schema.org calls otherwise, in the order in which it is written.
TERMS = (
    ("title", ("headline", "name")),
    ("creator", ("author",)),
    ("contributor", ("organizer", "member")),
    ("subject", ("keywords",)),
    ("description", ("description",)),
    ("type", ("@type",)),
    ("identifier", ("url", "@id")),
    ("source", ("isBasedOn",)),
    ("language", ("inLanguage",)),
    ("rights", ("license", "creditText")),
)


def write_dublin_core(markup: Markup, page: Item, document: Mapping[str, Any]) -> None:
    """Write the metadata of one record, given the JSON-LD of its page."""
    markup.start(
        "oai_dc:dc",
        xmlns_oai_dc=NAMESPACE,
        xmlns_dc=DC,
        xmlns_xsi=XSI,
        xsi_schemaLocation=f"{NAMESPACE} {SCHEMA}",
    )
    for name, sources in TERMS:
        for source in sources:
            for text in _texts(document.get(source)):
                markup.element(f"dc:{name}", text)
    markup.element("dc:date", page.get("publishedAt"))
    markup.end()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(value.get("name"))
    elif value is not None:
        for part in value:
            yield from _texts(part)
