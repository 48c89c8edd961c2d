"""A thing is found by its id, and what is hidden like what never was."""

from typing import Any

import pytest

from cms.publishing.models import PublishedItem
from cms.publishing.overlay import overlay_of
from cms.publishing.public_ids import id_in_language
from tests.content.graphql.both_ways import told_both_ways
from tests.contract.asking import ask, data, refused
from tests.factories import make_term
from tests.page_factories import World, make_menu, make_news, make_world, translate
from tests.visibility.test_overlay import told

pytestmark = pytest.mark.django_db

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
BODIES = """query($ids: [ID!]!) { nodes(ids: $ids) {
  ... on NewsPage { title body { id } topics { label } } } }"""


@pytest.fixture
def world() -> World:
    """Return a site without pages in its lists."""
    return make_world()


def test_things_come_in_the_order_of_their_ids_and_null_for_what_there_is_not(world: World) -> None:
    term, page = make_term(), make_news(world.news)
    hidden = make_news(world.news, live=False)
    ids = [page.public_id, "nothing", term.public_id, hidden.public_id, page.public_id]

    found = told_both_ways(NODES, ids=ids)["nodes"]

    of_page = {"__typename": "NewsPage", "id": page.public_id}
    of_term = {"__typename": "Term", "id": id_in_language(term.public_id, locale="en")}
    assert found == [of_page, None, of_term, None, of_page]
    assert told_both_ways(NODE, id=term.public_id) == {"node": of_term}
    assert told_both_ways(NODES, ids=[]) == {"nodes": []}


def test_an_id_says_in_which_language_its_thing_is_read(world: World) -> None:
    term = make_term(label_en="Minds", label_bg="Умове")
    labels = "query($id: ID!) { node(id: $id) { id sourceId ... on Term { label locale } } }"

    def read(text: str) -> Any:
        return told_both_ways(labels, id=text)["node"]

    english, bulgarian = (id_in_language(term.public_id, locale=code) for code in ("en", "bg"))

    assert read(english) == read(term.public_id)
    assert (read(english)["label"], read(bulgarian)["label"]) == ("Minds", "Умове")
    assert (read(bulgarian)["id"], read(bulgarian)["locale"]) == (bulgarian, "BG")
    assert read(bulgarian)["sourceId"] == read(english)["sourceId"] == term.public_id


def test_what_is_hidden_answers_like_what_never_was(world: World) -> None:
    draft, gone = make_news(world.news, live=False), make_news(world.news)
    gone.unpublish()
    # The delivery plane has a row for each site, which is no node.
    of_site = PublishedItem.objects.get(kind="site").public_id
    ids = [draft.public_id, gone.public_id, of_site, "", "\x00", "9" * 9_000]

    assert [ask(NODE, id=one).content for one in ids] == [{"data": {"node": None}}] * len(ids)


def test_what_has_no_language_is_answered_in_the_default_language(world: World) -> None:
    term = make_term(label_en="Energy", label_bg="Енергия")
    page = make_news(world.news, topics=[term])
    translate(world.news)
    bulgarian = translate(page, title="Новина")
    asked = """query($ids: [ID!]!) { nodes(ids: $ids) {
      ... on Term { label } ... on NewsPage { title topics { label } } } }"""

    found = told_both_ways(asked, ids=[term.public_id, bulgarian.public_id])["nodes"]

    assert found == [
        {"label": "Energy"},
        {"title": "Новина", "topics": [{"label": "Енергия"}]},
    ]


def test_settings_are_answered_like_by_their_own_field(world: World) -> None:
    asked = "query($id: ID!) { node(id: $id) { ... on SiteSettings { siteName } } }"
    of_settings = world.settings.public_id
    before = told_both_ways(asked, id=of_settings)["node"]

    world.settings.public_languages = ["bg"]
    world.settings.save()

    assert before == {"siteName": "Site main"}
    assert told_both_ways(asked, id=of_settings) == {"node": None}


def test_no_id_reads_a_text_in_a_language_that_is_not_public(world: World) -> None:
    term = make_term(label_en="Minds", label_bg="Умове")
    world.settings.public_languages = ["en"]
    world.settings.save()
    asked = "query($id: ID!) { node(id: $id) { ... on Term { label } } }"
    english, bulgarian = (id_in_language(term.public_id, locale=code) for code in ("en", "bg"))

    assert told_both_ways(asked, id=english) == {"node": {"label": "Minds"}}
    assert told_both_ways(asked, id=bulgarian) == {"node": None}


def test_a_menu_is_answered_without_what_is_hidden(world: World) -> None:
    hidden = make_news(world.news, live=False)
    items: list[dict[str, Any]] = [
        {"text": "Hidden", "page": hidden.pk},
        {"text": "Us", "address": "/us"},
    ]
    menu = make_menu(world.site, items)
    asked = "query($id: ID!) { node(id: $id) { ... on Menu { items { label url } } } }"

    found = told_both_ways(asked, id=menu.public_id)["node"]

    assert found == {"items": [{"label": "Us", "url": "https://main.example/us"}]}


def test_many_things_cost_as_many_statements_as_one(world: World) -> None:
    ids = [make_news(world.news, topics=[make_term()]).public_id for _ in range(5)]
    two_fields = NODES.replace("{ nodes", '{ node(id: "x") { id } nodes')

    assert len(ask(BODIES, ids=ids).statements) == len(ask(BODIES, ids=ids[:1]).statements) == 2
    assert len(ask(two_fields, ids=ids).statements) == 1


def test_more_than_a_hundred_ids_are_refused_at_their_own_field(world: World) -> None:
    asked = "query($ids: [ID!]!) { nodes(ids: $ids) { id } siteSettings { key } }"

    answered = ask(asked, ids=["x"] * 101).content

    assert answered["data"] == {"nodes": None, "siteSettings": {"key": "main"}}
    assert refused(NODES, ids=["x"] * 101) == ("BAD_USER_INPUT", "`ids` takes at most 100 ids.")
    assert len(data(NODES, ids=["x"] * 100)["nodes"]) == 100


def test_an_alias_is_found_by_its_own_id(world: World) -> None:
    page = make_news(world.news, title="Source")
    alias = page.create_alias(update_slug="again", parent=world.cluster).specific
    asked = "query($id: ID!) { node(id: $id) { ... on NewsPage { title path aliasOf { id } } } }"

    found = told_both_ways(asked, id=alias.public_id)["node"]

    assert found == {"title": "Source", "path": "/again/", "aliasOf": {"id": page.public_id}}
    page.unpublish()
    assert data(asked, id=alias.public_id) == {"node": None}


def test_a_preview_answers_its_draft(world: World) -> None:
    page = make_news(world.news, title="Draft", live=False)
    asked = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on NewsPage { title } } }"

    found = told(asked, overlay_of(page), ids=[page.public_id])

    assert found == {"nodes": [{"title": "Draft"}]}
    assert told(asked, ids=[page.public_id]) == {"nodes": [None]}
