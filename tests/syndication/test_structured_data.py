"""Every page type has schema.org data of one shape: what it is, where, whose, and by what right."""

import datetime as dt
import json
import re
from typing import Any

import pytest

from tests.contract.asking import data
from tests.page_factories import (
    World,
    make_event,
    make_news,
    make_project,
    make_standard_page,
    translate,
)

pytestmark = pytest.mark.usefixtures("clock")

QUERY = "query($p: String!) { route(path: $p) { page { id url seo { canonicalUrl jsonLd } } } }"
ADDRESS = re.compile(r"https?://[^\s]+")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() == value != ""


def is_address(value: Any) -> bool:
    return is_text(value) and bool(ADDRESS.fullmatch(value))


def is_addresses(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_address, value))


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_text, value))


def is_instant(value: Any) -> bool:
    return is_text(value) and dt.datetime.fromisoformat(value).tzinfo is not None


def is_day(value: Any) -> bool:
    return is_text(value) and bool(DAY.fullmatch(value))


def is_urn(value: Any) -> bool:
    return is_text(value) and value.startswith("urn:ictcluster:")


def is_language(value: Any) -> bool:
    return value in ("en", "bg")


def named(*types: str) -> Any:
    def test(value: Any) -> bool:
        found = value if isinstance(value, list) else [value]
        return all(part["@type"] in types and is_text(part["name"]) for part in found)

    return test


def one_of(*names: str) -> Any:
    return lambda value: value in {f"https://schema.org/{name}" for name in names}


def is_postal(value: Any) -> bool:
    return value["@type"] == "PostalAddress" and all(map(is_text, value.values()))


COMMON = {
    "@context": lambda value: value == "https://schema.org",
    "@type": is_text,
    "@id": is_urn,
    "url": is_address,
    "inLanguage": is_language,
}
# What must be there by type, and what may be.
REQUIRED: dict[str, dict[str, Any]] = {
    "NewsArticle": {
        "headline": is_text,
        "datePublished": is_instant,
        "dateModified": is_instant,
        "mainEntityOfPage": is_address,
    },
    "Event": {
        "name": is_text,
        "startDate": is_instant,
        "eventStatus": one_of("EventScheduled", "EventCancelled", "EventPostponed"),
        "eventAttendanceMode": one_of(
            "OfflineEventAttendanceMode", "OnlineEventAttendanceMode", "MixedEventAttendanceMode"
        ),
    },
    "Organization": {"name": is_text},
    "ResearchProject": {"name": is_text},
    "WebPage": {"name": is_text, "datePublished": is_instant, "dateModified": is_instant},
}
ALLOWED: dict[str, dict[str, Any]] = {
    "NewsArticle": {
        "description": is_text,
        "image": is_addresses,
        "author": named("Person"),
        "keywords": is_texts,
        "license": is_text,
        "creditText": is_text,
        "isBasedOn": is_address,
    },
    "Event": {
        "description": is_text,
        "endDate": is_instant,
        "location": named("Place"),
        "organizer": named("Organization"),
        "image": is_addresses,
    },
    "Organization": {
        "alternateName": is_text,
        "description": is_text,
        "foundingDate": is_day,
        "sameAs": is_address,
        "address": is_postal,
        "contactPoint": named("ContactPoint"),
    },
    "ResearchProject": {
        "alternateName": is_text,
        "identifier": is_text,
        "description": is_text,
        "foundingDate": is_day,
        "dissolutionDate": is_day,
        "member": named("Organization"),
    },
    "WebPage": {"description": is_text},
}


def structured(path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a page and its structured data, which must have the shape of its type."""
    page: dict[str, Any] = data(QUERY, p=path)["route"]["page"]
    document: dict[str, Any] = json.loads(page["seo"]["jsonLd"])
    required = {**COMMON, **REQUIRED[document["@type"]]}
    shape = {**required, **ALLOWED[document["@type"]]}
    assert set(required) <= set(document)
    assert set(document) <= set(shape)
    for name, value in document.items():
        assert shape[name](value), (name, value)
    assert (document["@id"], document["url"]) == (f"urn:ictcluster:{page['id']}", page["url"])
    return page, document


@pytest.mark.parametrize(
    ("path", "type_name"),
    [
        ("/", "Organization"),
        ("/bg/", "Organization"),
        ("/news/", "WebPage"),
        ("/news/item/", "NewsArticle"),
        ("/events/", "WebPage"),
        ("/events/event/", "Event"),
        ("/projects/", "WebPage"),
        ("/projects/project/", "ResearchProject"),
        ("/join-us/", "WebPage"),
    ],
)
def test_every_page_type_has_data_of_its_shape(world: World, path: str, type_name: str) -> None:
    make_news(world.news, slug="item")
    make_event(world.events, slug="event", venue_city="Sofia", venue_country="BG")
    make_project(world.projects, slug="project", starts_on=dt.date(2026, 1, 1))
    make_standard_page(world.cluster, slug="join-us")

    _page, document = structured(path)

    assert document["@type"] == type_name


def test_its_id_survives_a_new_address(world: World) -> None:
    page = make_news(world.news, slug="before")
    _page, before = structured("/news/before/")
    page.slug = "after"
    page.save()

    _page, after = structured("/news/after/")

    assert after["@id"] == before["@id"]
    assert after["url"] == "https://main.example/news/after/" != before["url"]


def test_a_translation_is_another_text(world: World) -> None:
    _page, english = structured("/")
    _page, bulgarian = structured("/bg/")

    assert english["@id"] != bulgarian["@id"]
    assert (english["inLanguage"], bulgarian["inLanguage"]) == ("en", "bg")


def test_news_say_by_what_right_and_where_they_are_at_home(world: World) -> None:
    translate(world.news, slug="novini", title="Новини")
    make_news(
        world.news,
        slug="item",
        licence="CC BY 4.0",
        attribution_text="The ministry",
        canonical_url="https://ministry.example/item",
    )

    page, document = structured("/news/item/")

    assert document["license"] == "CC BY 4.0"
    assert document["creditText"] == "The ministry"
    assert document["isBasedOn"] == document["mainEntityOfPage"] == page["seo"]["canonicalUrl"]
    assert document["isBasedOn"] == "https://ministry.example/item"
