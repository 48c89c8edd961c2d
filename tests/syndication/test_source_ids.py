"""Mirrors know things by source ids, the same in all languages; GraphQL has an id for each language."""

import json
from typing import Any

import pytest
from django.utils import timezone
from graphql import parse

from cms.api.schema import schema
from cms.content.models import PersonField, TermScheme
from cms.publishing.models import PublishedItem
from cms.publishing.public_ids import id_in_language
from cms.publishing.reading.conditions import PointingAt
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.dependencies import tags_of
from cms.publishing.reading.execute import Operation, answer
from cms.publishing.reading.structured_data import urn
from cms.publishing.tags import tag_of_thing
from cms.syndication.stream import StreamFilter
from cms.syndication.webhooks import message_of, state_of
from tests.contract.asking import data
from tests.factories import make_organisation, make_person, make_term
from tests.page_factories import World, make_event, make_news, make_project, translate
from tests.publishing.published import number_changes_now
from tests.syndication.asking import get
from tests.syndication.mirror import Mirror

pytestmark = pytest.mark.django_db

QUERY = """{ route(path: "%s") { page { id sourceId ... on NewsPage {
  topics { id sourceId locale label }
  author { id sourceId organisation { id sourceId country { label } } }
  body { id } } } } }"""
BLOCK = {"type": "heading", "value": {"text": "A heading", "level": "2"}}
STORED = "0a4e25a5-c47f-563e-bbf5-5d759d0d9f7a"


@pytest.fixture
def news(world: World) -> Any:
    """Return a page in English whose Bulgarian copy refers to the same things."""
    topic = make_term(scheme=TermScheme.NEWS_TOPIC, label_en="Robots", label_bg="Роботи")
    author = make_person(organisation=make_organisation(country="DE"), shown=list(PersonField))
    body = json.dumps([{**BLOCK, "id": STORED}])
    page = make_news(world.news, slug="one", topics=[topic], author=author, body=body)
    translate(world.news, slug="novini")
    translate(page, slug="edno")
    number_changes_now()
    return page


def asked(path: str) -> Any:
    return data(QUERY % path, at=timezone.now())["route"]["page"]


def test_in_graphql_each_language_has_ids_of_its_own(news: Any) -> None:
    english, bulgarian = asked("/news/one/"), asked("/bg/novini/edno/")

    for one, other in [
        (english["topics"][0], bulgarian["topics"][0]),
        (english["author"], bulgarian["author"]),
        (english["author"]["organisation"], bulgarian["author"]["organisation"]),
    ]:
        assert one["sourceId"] == other["sourceId"]
        assert len({one["id"], other["id"], one["sourceId"]}) == 3
    assert [page["topics"][0]["label"] for page in (english, bulgarian)] == ["Robots", "Роботи"]
    assert [page["topics"][0]["locale"] for page in (english, bulgarian)] == ["EN", "BG"]
    assert english["id"] == english["sourceId"] == news.public_id
    assert english["body"][0]["id"] == f"{english['id']}.{STORED}"
    assert bulgarian["body"][0]["id"] == f"{bulgarian['id']}.{STORED}"


def test_a_mirror_holds_source_ids_and_the_stored_ids_of_blocks(news: Any) -> None:
    topic, author = news.topics.get(), news.author

    items = Mirror().catch_up().items

    assert items.keys() >= {topic.public_id, author.public_id, author.organisation.public_id}
    item = items[news.public_id]
    assert item["id"] == news.public_id
    assert item["topics"] == [{"__typename": "Term", "id": topic.public_id}]
    assert item["author"] == {"__typename": "Person", "id": author.public_id}
    assert [block["id"] for block in item["body"]] == [STORED]
    assert items[topic.public_id]["id"] == topic.public_id
    assert not {"sourceId", "locale"} & items[topic.public_id].keys()
    assert "sourceId" not in item


def test_a_webhook_names_the_source_id(news: Any) -> None:
    context, topic = ReadContext(), news.topics.get()

    changed = state_of(context, topic.public_id, wanted=StreamFilter())

    assert changed is not None
    assert message_of(changed, context)["data"]["id"] == topic.public_id


def test_feeds_calendars_and_structured_data_use_source_ids(world: World, news: Any) -> None:
    event = make_event(world.events)
    number_changes_now()

    feed = json.loads(get("/feeds/news.json").body)
    (written,) = get(f"/events/{event.public_id}.ics").events
    seo = data('{ route(path: "/news/one/") { page { seo { jsonLd } } } }', at=timezone.now())

    assert [entry["_ict"]["id"] for entry in feed["items"]] == [news.public_id]
    assert str(written["UID"]) == urn(event.public_id)
    assert json.loads(seo["route"]["page"]["seo"]["jsonLd"])["@id"] == urn(news.public_id)


def test_tags_are_those_of_source_ids(news: Any) -> None:

    tags = set()
    for path in ("/news/one/", "/bg/novini/edno/"):
        context = ReadContext()
        answer(Operation(parse(QUERY % path)), None, context)
        tags.add(tag_of_thing(news.topics.get().public_id) in tags_of(context))

    assert tags == {True}


def test_what_is_read_on_its_own_has_the_id_of_its_default_language(news: Any) -> None:
    query = "{ changes { nodes { item { id sourceId ... on Term { locale label } } } } }"

    nodes = data(query, at=timezone.now())["changes"]["nodes"]

    topic = asked("/news/one/")["topics"][0]
    assert [node["item"] for node in nodes if node["item"]["sourceId"] == topic["sourceId"]] == [
        topic
    ]
    assert PublishedItem.objects.get(public_id=topic["sourceId"]).locale == ""


def test_arguments_take_either_id(world: World) -> None:
    partner = make_organisation()
    make_project(world.projects, partners={partner: "COORDINATOR"}, title="Ours")
    make_project(world.projects, partners={make_organisation(): "COORDINATOR"})
    number_changes_now()
    fields = schema().type_map["ProjectFilter"].to_kwargs()["fields"]
    argument = next(name for name in fields if name.startswith("partner"))
    query = f"query($id: ID!) {{ projects(filter: {{{argument}: $id}}) {{ nodes {{ title }} }} }}"

    for language in (None, "en", "bg"):
        own = partner.public_id
        given = own if language is None else id_in_language(own, locale=language)
        found = data(query, id=given, at=timezone.now())

        assert found["projects"]["nodes"] == [{"title": "Ours"}], language
    unknown = id_in_language(partner.public_id, locale="xx")
    assert data(query, id=unknown, at=timezone.now())["projects"]["nodes"] == []


def test_the_same_list_is_meant_by_either_id(world: World) -> None:
    own = make_organisation().public_id

    assert PointingAt("partner", public_id=id_in_language(own, locale="bg")) == PointingAt(
        "partner", public_id=own
    )
