"""Write a feed as RSS 2.0.

Source: https://www.rssboard.org/rss-specification and the RSS Advisory Board's best practices.
"""

from html import escape

from django.utils.feedgenerator import rfc2822_date

from cms.publishing.entries import Entry
from cms.syndication.feeds.document import MEDIA_TYPES, Feed
from cms.syndication.feeds.rights import licence_url
from cms.syndication.feeds.xml import Writer, w3c_date

NAMESPACES = {
    "version": "2.0",
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:cc": "http://creativecommons.org/ns#",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:dcterms": "http://purl.org/dc/terms/",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}
TOPIC = "urn:ictcluster:topic"


def write_rss(feed: Feed) -> bytes:
    """Return a feed as an RSS document."""
    xml = Writer()
    with xml.element("rss", NAMESPACES), xml.element("channel"):
        xml.add("title", _title(feed.title))
        xml.add("link", feed.home_url)
        xml.add("description", escape(feed.description, quote=False))
        _channel_links(xml, feed)
        xml.add("language", feed.language)
        xml.add("lastBuildDate", rfc2822_date(feed.updated_at))
        for entry in feed.entries:
            _item(xml, entry)
    return xml.text()


def _channel_links(xml: Writer, feed: Feed) -> None:
    rss = MEDIA_TYPES["rss"]
    links = [("self", feed.self_url, rss), ("first", feed.first_url, rss)]
    if feed.next_url:
        links.append(("next", feed.next_url, rss))
    links += [
        ("alternate", address, MEDIA_TYPES[form])
        for form, address in feed.addresses.items()
        if form != "rss"
    ]
    for rel, href, media_type in links:
        xml.add("atom:link", attributes={"rel": rel, "href": href, "type": media_type})
    xml.add("atom:link", attributes={"rel": "hub", "href": feed.hub_url})


def _item(xml: Writer, entry: Entry) -> None:
    with xml.element("item"):
        xml.add("title", _title(entry.title))
        xml.add("link", entry.url)
        xml.add("guid", entry.id, {"isPermaLink": "false"})
        xml.add("pubDate", rfc2822_date(entry.published_at))
        xml.add("dcterms:modified", w3c_date(entry.updated_at))
        # What stands here is HTML to readers.
        xml.add("description", escape(entry.summary, quote=False))
        xml.add_stated("content:encoded", entry.content_html)
        for name in entry.authors:
            xml.add("dc:creator", name)
        for category in entry.categories:
            xml.add("category", category.label, {"domain": f"{TOPIC}:{category.code}"})
        xml.add("dc:language", entry.language)
        _rights(xml, entry)
        _files(xml, entry)


def _title(text: str) -> str:
    """Return a title in which no reader sees markup: some take it for text, some for HTML."""
    return text.replace("<", "&lt;")


def _rights(xml: Writer, entry: Entry) -> None:
    xml.add_stated("dc:rights", entry.licence)
    xml.add_stated("creativeCommons:license", licence_url(entry.licence))
    xml.add_stated("cc:attributionName", entry.attribution_text)
    xml.add_stated("cc:attributionURL", entry.attribution_url)
    if entry.attribution_text and entry.attribution_url:
        xml.add("source", entry.attribution_text, {"url": entry.attribution_url})
    xml.add("atom:link", attributes={"rel": "canonical", "href": entry.canonical_url})


def _files(xml: Writer, entry: Entry) -> None:
    # Readers expect one enclosure at the most, so the others are links.
    for number, paper in enumerate(entry.enclosures):
        size, kind = str(paper.size_bytes), paper.type
        if number == 0:
            xml.add("enclosure", attributes={"url": paper.url, "length": size, "type": kind})
        else:
            attributes = {"href": paper.url, "length": size, "type": kind, "title": paper.title}
            xml.add("atom:link", attributes={"rel": "enclosure", **attributes})
    if entry.image is not None:
        image = {"url": entry.image.url, "type": entry.image.type, "medium": "image"}
        with xml.element("media:content", image):
            if entry.image.alt:
                xml.add("media:description", entry.image.alt, {"type": "plain"})
