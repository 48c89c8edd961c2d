"""Frontends learn from GraphQL which feeds they should name, and each of them is there."""

from typing import Any

import pytest
from django.test import Client

from cms.syndication.feeds.document import MEDIA_TYPES
from tests.page_factories import World, make_world
from tests.publishing.published import number_changes_now
from tests.syndication.feeds.reading import SUBJECTS, get

pytestmark = pytest.mark.django_db


def feeds(arguments: str) -> list[dict[str, Any]]:
    number_changes_now()
    query = f"{{ siteSettings{arguments} {{ feeds {{ title url type }} }} }}"
    answer = Client().post("/graphql", {"query": query}, content_type="application/json")
    found: list[dict[str, Any]] = answer.json()["data"]["siteSettings"]["feeds"]
    return found


def test_a_site_names_its_feeds(world: World) -> None:
    found = feeds("")

    assert found[:3] == [
        {
            "title": "Site main: Open calls",
            "url": f"http://files.test/feeds/calls.{form}",
            "type": media_type,
        }
        for form, media_type in MEDIA_TYPES.items()
    ]
    assert len(found) == len(SUBJECTS) * len(MEDIA_TYPES)


def test_every_feed_that_is_named_is_there(world: World) -> None:
    make_world(key="other", is_default=False)

    found = feeds('(site: "other", locale: BG)')

    addresses = [feed["url"].removeprefix("http://files.test/feeds/") for feed in found]
    answers = [get(address) for address in addresses]
    assert addresses[0] == "calls.rss?language=bg&site=other"
    assert [answer.status_code for answer in answers] == [200] * len(found)
    for feed, answer in zip(found, answers, strict=True):
        assert answer.headers["Content-Type"] == f"{feed['type']}; charset=utf-8"
        assert feed["title"] in answer.content.decode()
