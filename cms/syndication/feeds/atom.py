"""Write a feed as Atom, in pages, with what was withdrawn from it.

Source: RFC 4287 (Atom), RFC 5005 (paged feeds), RFC 6721 (deleted entries), RFC 4946 (licences).
"""

from cms.publishing.entries import Entry
from cms.publishing.reading.structured_data import urn
from cms.syndication.feeds.document import MEDIA_TYPES, Feed
from cms.syndication.feeds.rights import licence_url
from cms.syndication.feeds.rss import TOPIC
from cms.syndication.feeds.xml import Writer, w3c_date

NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:at": "http://purl.org/atompub/tombstones/1.0",
    "xmlns:cc": "http://creativecommons.org/ns#",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}
HTML = "text/html"


def write_atom(feed: Feed) -> bytes:
    """Return a feed as an Atom document."""
    xml = Writer()
    with xml.element("feed", {**NAMESPACES, "xml:lang": feed.language}):
        xml.add("id", feed.id)
        xml.add("title", feed.title)
        xml.add("subtitle", feed.description)
        xml.add("updated", w3c_date(feed.updated_at))
        with xml.element("author"):
            xml.add("name", feed.site_name)
            xml.add("uri", feed.home_url)
        _feed_links(xml, feed)
        for entry in feed.entries:
            _entry(xml, entry)
        for gone in feed.withdrawn:
            when = {"ref": urn(gone.public_id), "when": w3c_date(gone.at)}
            xml.add("at:deleted-entry", attributes=when)
    return xml.text()


def _feed_links(xml: Writer, feed: Feed) -> None:
    atom = MEDIA_TYPES["atom"]
    _link(xml, "self", feed.self_url, atom)
    for form, address in feed.addresses.items():
        if form != "atom":
            _link(xml, "alternate", address, MEDIA_TYPES[form])
    # The last of them, because newsboat takes the last for the address of the site.
    _link(xml, "alternate", feed.home_url, HTML)
    _link(xml, "first", feed.first_url, atom)
    if feed.next_url:
        _link(xml, "next", feed.next_url, atom)
    _link(xml, "hub", feed.hub_url)


def _entry(xml: Writer, entry: Entry) -> None:
    with xml.element("entry", {"xml:lang": entry.language}):
        xml.add("id", entry.id)
        xml.add("title", entry.title)
        _link(xml, "alternate", entry.url, HTML)
        xml.add("published", w3c_date(entry.published_at))
        xml.add("updated", w3c_date(entry.updated_at))
        xml.add("summary", entry.summary)
        if entry.content_html:
            xml.add("content", entry.content_html, {"type": "html"})
        for name in entry.authors:
            with xml.element("author"):
                xml.add("name", name)
        for category in entry.categories:
            term = {"term": category.code, "scheme": TOPIC, "label": category.label}
            xml.add("category", attributes=term)
        _rights(xml, entry)
        _files(xml, entry)


def _rights(xml: Writer, entry: Entry) -> None:
    xml.add_stated("rights", entry.licence)
    licence = licence_url(entry.licence)
    if licence:
        _link(xml, "license", licence)
    xml.add_stated("cc:attributionName", entry.attribution_text)
    xml.add_stated("cc:attributionURL", entry.attribution_url)
    _link(xml, "canonical", entry.canonical_url)


def _files(xml: Writer, entry: Entry) -> None:
    for paper in entry.enclosures:
        size = str(paper.size_bytes)
        _link(xml, "enclosure", paper.url, paper.type, length=size, title=paper.title)
    if entry.image is not None:
        image = {"url": entry.image.url, "type": entry.image.type, "medium": "image"}
        with xml.element("media:content", image):
            if entry.image.alt:
                xml.add("media:description", entry.image.alt, {"type": "plain"})


def _link(xml: Writer, rel: str, href: str, media_type: str | None = None, **further: str) -> None:
    xml.add("link", attributes={"rel": rel, "href": href, "type": media_type, **further})
