"""Sitemaps name every public page of a site, under its address on the frontend, and nothing else."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from cms.syndication import sitemaps
from home.models import SiteSettings
from tests.page_factories import (
    World,
    make_event,
    make_news,
    make_standard_page,
    make_world,
    translate,
)
from tests.syndication.asking import etree, get, settle

pytestmark = pytest.mark.usefixtures("clock")

SPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}
PUBLISHED = dt.datetime(2026, 2, 1, 9, 30, tzinfo=dt.UTC)

# The rules of the protocol and of both extensions, as far as we write them.
SHAPE = etree.RelaxNG(
    etree.fromstring(
        """
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         ns="http://www.sitemaps.org/schemas/sitemap/0.9"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><choice><ref name="urls"/><ref name="index"/></choice></start>
  <define name="urls"><element name="urlset"><zeroOrMore><element name="url">
    <ref name="loc"/>
    <optional><ref name="lastmod"/></optional>
    <zeroOrMore><ref name="link"/></zeroOrMore>
    <optional><ref name="news"/></optional>
  </element></zeroOrMore></element></define>
  <define name="index"><element name="sitemapindex"><oneOrMore><element name="sitemap">
    <ref name="loc"/><optional><ref name="lastmod"/></optional>
  </element></oneOrMore></element></define>
  <define name="loc"><element name="loc"><ref name="address"/></element></define>
  <define name="address"><data type="anyURI">
    <param name="pattern">https?://.+</param><param name="maxLength">2048</param>
  </data></define>
  <define name="lastmod"><element name="lastmod"><ref name="instant"/></element></define>
  <define name="instant"><data type="dateTime"/></define>
  <define name="link"><element name="link" ns="http://www.w3.org/1999/xhtml">
    <attribute name="rel" ns=""><value>alternate</value></attribute>
    <attribute name="hreflang" ns="">
      <choice><data type="language"/><value>x-default</value></choice>
    </attribute>
    <attribute name="href" ns=""><ref name="address"/></attribute>
  </element></define>
  <define name="news"><element name="n:news"
      xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
    <element name="n:publication">
      <element name="n:name"><data type="token"><param name="minLength">1</param></data></element>
      <element name="n:language"><data type="language"/></element>
    </element>
    <element name="n:publication_date"><ref name="instant"/></element>
    <element name="n:title"><data type="token"><param name="minLength">1</param></data></element>
  </element></define>
</grammar>"""
    )
)


def sitemap(address: str = "/sitemap.xml") -> Any:
    """Return a sitemap, which must have the shape that the protocol says."""
    told = get(address)
    assert (told.status, told.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    SHAPE.assertValid(told.xml)
    return told.xml


def texts(document: Any, path: str) -> list[str]:
    return [str(found) for found in document.xpath(path, namespaces=SPACES)]


def locations(address: str = "/sitemap.xml") -> list[str]:
    return sorted(texts(sitemap(address), "//s:loc/text()"))


def test_every_public_page_of_the_site_is_in_it_once(world: World) -> None:
    make_news(world.news, slug="news-item")
    make_news(world.news, slug="not-for-others", syndication_allowed=False)
    make_event(world.events, slug="event")
    make_standard_page(world.cluster, slug="join-us")
    make_world(key="other", is_default=False)

    assert locations() == [
        "https://main.example/",
        "https://main.example/bg/",
        "https://main.example/events/",
        "https://main.example/events/event/",
        "https://main.example/join-us/",
        "https://main.example/news/",
        "https://main.example/news/news-item/",
        "https://main.example/news/not-for-others/",
        "https://main.example/projects/",
    ]
    assert locations("/sitemap.xml?language=bg") == ["https://main.example/bg/"]
    assert locations("/sitemap.xml?site=other&language=bg") == ["https://other.example/bg/"]


def test_what_is_hidden_is_in_none(world: World, clock: time_machine.Traveller) -> None:
    now = dt.datetime.now(dt.UTC)
    before = locations()
    make_news(world.news, live=False)
    make_news(world.news, embargo_until=now + dt.timedelta(hours=1))
    make_news(world.news, expire_at=now + dt.timedelta(minutes=1))
    make_news(world.news).unpublish()
    make_news(world.news).delete()
    clock.shift(60)

    # No job has run since the third expired.
    assert locations() == before
    assert texts(sitemap("/sitemap-news.xml"), "//s:loc/text()") == []


def test_it_says_when_a_page_was_last_published_not_when_it_was_asked_for(
    world: World, clock: time_machine.Traveller
) -> None:
    later = PUBLISHED + dt.timedelta(days=1)
    make_news(world.news, slug="item", first_published_at=PUBLISHED, last_published_at=later)
    clock.shift(3600)

    (found,) = texts(sitemap(), "//s:url[s:loc='https://main.example/news/item/']/s:lastmod/text()")

    assert dt.datetime.fromisoformat(found) == later


def test_versions_in_other_languages_are_named_from_each_other(world: World) -> None:
    document = sitemap()

    for location in ("https://main.example/", "https://main.example/bg/"):
        links = document.xpath(f"//s:url[s:loc='{location}']/x:link", namespaces=SPACES)
        assert [(link.get("hreflang"), link.get("href")) for link in links] == [
            ("bg", "https://main.example/bg/"),
            ("en", "https://main.example/"),
            ("x-default", "https://main.example/"),
        ]
    only = document.xpath("//s:url[s:loc='https://main.example/news/']/x:link", namespaces=SPACES)
    assert only == []


def test_a_draft_translation_is_not_named(world: World) -> None:
    page = make_standard_page(world.cluster, slug="join-us")
    translate(page, live=False, slug="tayno")

    assert "tayno" not in get("/sitemap.xml").text


def test_too_many_pages_are_told_in_parts_that_together_are_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = locations()
    monkeypatch.setattr(sitemaps, "PAGE_SIZE", 2)
    settle()

    index = sitemap()
    parts = texts(index, "//s:sitemap/s:loc/text()")

    assert parts == [
        "https://main.example/sitemap.xml?page=1",
        "https://main.example/sitemap.xml?page=2",
        "https://main.example/sitemap.xml?page=3",
    ]
    found = [locations(part.removeprefix("https://main.example")) for part in parts]
    assert [len(part) for part in found] == [2, 2, 1]
    assert sorted(location for part in found for location in part) == everything
    assert len(texts(index, "//s:lastmod/text()")) == 3
    assert len(get("/sitemap.xml").statements) == 3
    assert len(get("/sitemap.xml?page=1").statements) == 3
    of_english = texts(sitemap("/sitemap.xml?language=en"), "//s:loc/text()")
    assert of_english[0] == "https://main.example/sitemap.xml?language=en&page=1"


def test_the_news_of_two_days_are_told_apart(world: World) -> None:
    SiteSettings.objects.filter(pk=world.settings.pk).update(site_name_en="ICT & Co")
    world.settings.refresh_from_db()
    world.settings.save()
    make_news(world.news, title="A <new> ]]> \x07one & “more”", slug="new")
    make_news(world.news, slug="yesterday", published_on=dt.date(2026, 3, 1))
    make_news(world.news, slug="old", published_on=dt.date(2026, 2, 28))
    make_news(world.news, slug="ahead", published_on=dt.date(2026, 3, 3))
    make_news(world.news, slug="ours", syndication_allowed=False)
    make_event(world.events)

    document = sitemap("/sitemap-news.xml")

    assert texts(document, "//s:loc/text()") == [
        "https://main.example/news/new/",
        "https://main.example/news/yesterday/",
    ]
    assert texts(document, "//n:title/text()")[0] == "A <new> ]]> one & “more”"
    assert texts(document, "//n:name/text()") == ["ICT & Co", "ICT & Co"]
    assert texts(document, "//n:language/text()") == ["en", "en"]
    assert [
        dt.datetime.fromisoformat(text) for text in texts(document, "//n:publication_date/text()")
    ] == [
        dt.datetime(2026, 3, 1, 22, tzinfo=dt.UTC),
        dt.datetime(2026, 2, 28, 22, tzinfo=dt.UTC),
    ]


def test_news_that_grow_old_leave_by_themselves(
    world: World, clock: time_machine.Traveller
) -> None:
    make_news(world.news, slug="fresh", published_on=dt.date(2026, 3, 2))
    make_news(world.news, slug="ageing", published_on=dt.date(2026, 3, 1))
    settle()
    address = "/sitemap-news.xml"
    clock.move_to(dt.datetime(2026, 3, 2, 21, 59, 59, tzinfo=dt.UTC))
    before = get(address)
    since = before.headers["Last-Modified"]
    assert before.text.count("<loc>") == 2
    assert get(address, **{"If-Modified-Since": since}).status == 304

    clock.move_to(dt.datetime(2026, 3, 2, 22, 0, 2, tzinfo=dt.UTC))
    after = get(address, **{"If-Modified-Since": since})

    assert (after.status, after.text.count("<loc>")) == (200, 1)
    assert after.headers["Last-Modified"] == "Mon, 02 Mar 2026 22:00:00 GMT"
