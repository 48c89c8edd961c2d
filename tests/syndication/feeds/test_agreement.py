"""The formats of a feed, GraphQL and JSON-LD say the same of an item."""

import datetime as dt

import orjson
import pytest
from django.test import Client

from tests.page_factories import World, make_event, make_project
from tests.publishing.published import number_changes_now
from tests.syndication.feeds.full_news import full_news
from tests.syndication.feeds.reading import FORMS, Read, reads

pytestmark = pytest.mark.django_db


def test_formats_and_graphql_agree(world: World) -> None:
    page = full_news(world)
    page.title = "A call, corrected"
    page.save_revision().publish()
    number_changes_now()

    answer = Client().post(
        "/graphql",
        {
            "query": "{ news { nodes { id title publishedAt updatedAt url seo { canonicalUrl jsonLd }"
            " rights { licence } } } }"
        },
        content_type="application/json",
    )

    (node,) = answer.json()["data"]["news"]["nodes"]
    linked = orjson.loads(node["seo"]["jsonLd"])
    expected = Read(
        id=f"urn:ictcluster:{node['id']}",
        title="A call, corrected",
        published=dt.datetime.fromisoformat(node["publishedAt"]),
        updated=dt.datetime.fromisoformat(node["updatedAt"]).replace(microsecond=0),
        url=node["url"],
        canonical_url="https://first.example/call",
        licence="CC BY-SA 4.0",
    )
    assert expected.published < expected.updated
    assert node["title"] == expected.title
    assert node["seo"]["canonicalUrl"] == expected.canonical_url
    assert node["rights"]["licence"] == expected.licence
    assert (
        Read(
            id=linked["@id"],
            title=linked["headline"],
            published=dt.datetime.fromisoformat(linked["datePublished"]),
            updated=dt.datetime.fromisoformat(linked["dateModified"]).replace(microsecond=0),
            url=linked["url"],
            canonical_url=linked["mainEntityOfPage"],
            licence=linked["license"],
        )
        == expected
    )
    for form in FORMS:
        (read,) = reads(f"news.{form}")
        exact = Read(**{**vars(read), "updated": read.updated.replace(microsecond=0)})
        assert exact == expected, form


@pytest.mark.parametrize("subject", ["events", "projects"])
def test_formats_and_graphql_agree_on_events_and_projects(world: World, subject: str) -> None:
    page = (
        make_event(world.events, title="Fair & more")
        if subject == "events"
        else make_project(world.projects, title="R&D")
    )
    page.save_revision().publish()
    number_changes_now()

    answer = Client().post(
        "/graphql",
        {
            "query": f"{{ {subject} {{ nodes {{ id title publishedAt updatedAt url"
            " seo { canonicalUrl jsonLd } } } }"
        },
        content_type="application/json",
    )

    (node,) = answer.json()["data"][subject]["nodes"]
    linked = orjson.loads(node["seo"]["jsonLd"])
    expected = Read(
        id=f"urn:ictcluster:{node['id']}",
        title=page.title,
        published=dt.datetime.fromisoformat(node["publishedAt"]).replace(microsecond=0),
        updated=dt.datetime.fromisoformat(node["updatedAt"]).replace(microsecond=0),
        url=node["url"],
        canonical_url=node["seo"]["canonicalUrl"],
        licence=None,
    )
    assert (linked["@id"], linked["name"], linked["url"]) == (
        expected.id,
        expected.title,
        expected.url,
    )
    for form in FORMS:
        (read,) = reads(f"{subject}.{form}")
        whole = {
            "published": read.published.replace(microsecond=0),
            "updated": read.updated.replace(microsecond=0),
        }
        assert Read(**{**vars(read), **whole}) == expected, form
