"""Each format is sound by its own rules, whatever editors write, and all say the same."""

from xml.etree import ElementTree as ET

import jsonschema  # type: ignore[import-untyped]
import orjson
import pytest

from tests.page_factories import World, make_event, make_news, make_project
from tests.syndication.feeds.atom_schema import objections
from tests.syndication.feeds.full_news import full_news
from tests.syndication.feeds.json_feed_schema import JSON_FEED
from tests.syndication.feeds.reading import (
    FORMS,
    SUBJECTS,
    XML,
    document,
    get,
    parsed,
    titles,
)

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "]]> \x01\x02\x0b\ufffe <script>alert(1)</script> & \u202eesrever\u202c 🎉 <!-- &#1; %s"
HARMLESS = "]]>  <script>alert(1)</script> & \u202eesrever\u202c 🎉 <!-- &#1; %s"


@pytest.mark.parametrize("form", XML)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_xml_reader_finds_nothing_to_object_to(world: World, subject: str, form: str) -> None:
    full_news(world)

    found = parsed(f"{subject}.{form}")

    assert found.version == {"rss": "rss20", "atom": "atom10"}[form]
    assert len(found.entries) == 1


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_json_feed_keeps_to_the_specification(world: World, subject: str) -> None:
    full_news(world)

    found = document(f"{subject}.json")

    jsonschema.Draft202012Validator.check_schema(JSON_FEED)
    jsonschema.validate(found, JSON_FEED, cls=jsonschema.Draft202012Validator)
    assert len(found["items"]) == 1


@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_atom_feed_keeps_to_the_specification(world: World, subject: str) -> None:
    full_news(world)
    make_news(world.news, types=["OPEN_CALL"]).unpublish()
    make_event(world.events).unpublish()
    make_project(world.projects).unpublish()

    found = get(f"{subject}.atom").content

    assert objections(found) == []
    assert found.count(b"<entry ") == found.count(b"<at:deleted-entry ") == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<updated>2", b"<updated>soon 2"),
        (b"</title>", b"</title><title>Another</title>"),
        (b"<author><name>Site main</name>", b"<author><name>a</name><name>b</name>"),
        (b'<at:deleted-entry ref="', b'<at:deleted-entry reference="'),
        (b'<link href="http', b'<link hreff="http'),
    ],
)
def test_the_written_down_specification_objects(world: World, old: bytes, new: bytes) -> None:
    full_news(world)
    make_news(world.news).unpublish()
    sound = get("news.atom").content

    assert old in sound
    assert objections(sound.replace(old, new, 1)) != []


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_feed_is_sound(world: World, form: str) -> None:
    if form == "json":
        jsonschema.validate(document("news.json"), JSON_FEED)
    if form == "atom":
        assert objections(get("news.atom").content) == []
    assert titles(f"news.{form}") == []


def test_rss_says_everything(world: World) -> None:
    full_news(world)

    found = parsed("news.rss")

    (entry,) = found.entries
    assert found.feed.title == "Site main: News"
    assert found.feed.link == "https://main.example/"
    assert found.feed.language == "en"
    assert {link.rel: link.href for link in found.feed.links if link.rel != "alternate"} == {
        "self": "http://files.test/feeds/news.rss",
        "first": "http://files.test/feeds/news.rss",
        "hub": "http://files.test/hub",
    }
    assert entry.guidislink is False
    assert entry.summary == "What the news is."
    assert entry.content[0].value.startswith("<h3>A heading</h3>")
    assert [author.name for author in entry.authors] == ["Ana"]
    assert [(tag.term, tag.scheme) for tag in entry.tags] == [
        ("Digital", "urn:ictcluster:topic:DIGITAL")
    ]
    assert entry.rights == "CC BY-SA 4.0"
    assert [link.href for link in entry.links if link.rel == "license"] == [
        "https://creativecommons.org/licenses/by-sa/4.0/"
    ]
    assert entry.source.title == "The cluster & friends"
    assert entry.source.href == "https://cluster.example/?a=1&b=2"
    assert [(link.type, link.length) for link in entry.links if link.rel == "enclosure"] == [
        ("application/pdf", "8"),
        ("application/vnd.oasis.opendocument.text", "8"),
    ]
    assert entry.media_content[0]["type"] == "image/jpeg"


def test_atom_says_everything(world: World) -> None:
    full_news(world)

    root = ET.fromstring(get("news.atom").content)

    (entry,) = root.findall(f"{ATOM}entry")
    links = [(link.get("rel"), link.get("href")) for link in entry.findall(f"{ATOM}link")]
    assert [name.text for name in root.iter(f"{ATOM}name")] == ["Site main", "Ana"]
    assert ("license", "https://creativecommons.org/licenses/by-sa/4.0/") in links
    assert ("canonical", "https://first.example/call") in links
    assert [rel for rel, _href in links].count("enclosure") == 2
    assert entry.findtext(f"{ATOM}rights") == "CC BY-SA 4.0"
    assert entry.findtext("{http://creativecommons.org/ns#}attributionName") == (
        "The cluster & friends"
    )
    category = entry.find(f"{ATOM}category")
    assert category is not None
    assert category.attrib == {
        "term": "DIGITAL",
        "label": "Digital",
        "scheme": "urn:ictcluster:topic",
    }
    assert {
        (link.get("rel"), link.get("type"), link.get("href"))
        for link in root.findall(f"{ATOM}link")
    } == {
        ("self", "application/atom+xml", "http://files.test/feeds/news.atom"),
        ("first", "application/atom+xml", "http://files.test/feeds/news.atom"),
        ("alternate", "text/html", "https://main.example/"),
        ("alternate", "application/rss+xml", "http://files.test/feeds/news.rss"),
        ("alternate", "application/feed+json", "http://files.test/feeds/news.json"),
        ("hub", None, "http://files.test/hub"),
    }


def test_json_feed_says_everything(world: World) -> None:
    page = full_news(world)

    found = document("news.json")

    (item,) = found["items"]
    assert found["hubs"] == [{"type": "WebSub", "url": "http://files.test/hub"}]
    assert item["authors"] == [{"name": "Ana"}]
    assert item["tags"] == ["Digital"]
    assert [paper["title"] for paper in item["attachments"]] == ["Paper", "Other"]
    assert item["content_html"].startswith("<h3>A heading</h3>")
    assert "content_text" not in item
    further = item["_ict"]
    assert further.pop("details")["call"]["closesAt"] == "2026-03-02T12:00:00+00:00"
    assert further == {
        "id": page.public_id,
        "type": "NewsPage",
        "canonical_url": "https://first.example/call",
        "licence": "CC BY-SA 4.0",
        "licence_url": "https://creativecommons.org/licenses/by-sa/4.0/",
        "attribution_text": "The cluster & friends",
        "attribution_url": "https://cluster.example/?a=1&b=2",
        "topics": [{"code": "DIGITAL", "label": "Digital"}],
        "image_alt": "A house",
        "corrected_at": "2026-03-02T12:00:00Z",
        "correction_note": "The date was wrong.",
    }


def test_hostile_words_are_words_in_every_format(world: World) -> None:
    block = {"type": "heading", "value": {"text": HOSTILE, "level": "2"}, "id": "1"}
    make_news(
        world.news,
        title=HOSTILE,
        introduction=HOSTILE,
        attribution_text=HOSTILE,
        body=orjson.dumps([block]).decode(),
    )

    rss = ET.fromstring(get("news.rss").content)
    atom = ET.fromstring(get("news.atom").content)
    (item,) = document("news.json")["items"]

    assert item["title"] == item["summary"] == HARMLESS
    assert atom.findtext(f"{ATOM}entry/{ATOM}title") == HARMLESS
    assert atom.findtext(f"{ATOM}entry/{ATOM}summary") == HARMLESS
    # A reader that takes a title for HTML must not find an element in it.
    title = rss.findtext("channel/item/title") or ""
    assert title.replace("&lt;", "<") == HARMLESS
    assert "<" not in title
    assert "<" not in (rss.findtext("channel/item/description") or "")
    for form in XML:
        (entry,) = parsed(f"news.{form}").entries
        assert (entry.title_detail.type, "<script" in entry.title) in {
            ("text/plain", True),
            ("text/html", False),
        }
        assert "<script" not in entry.content[0].value
    assert "<script" not in item["content_html"]
