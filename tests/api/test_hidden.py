"""What points at something hidden answers as if nothing were there, and never says why."""

import json
from typing import Any

import pytest
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cms.content.models import PersonField, TermScheme
from tests.contract.asking import data
from tests.factories import make_document, make_image, make_organisation, make_person, make_term
from tests.page_factories import (
    World,
    coordinator_and,
    make_event,
    make_menu,
    make_news,
    make_project,
    make_world,
)

pytestmark = pytest.mark.django_db

PAGE = """query($path: String!) { route(path: $path) { status page { title ... on NewsPage {
  author { name } project { title } topics { code } documents { title }
  picture { alt image { id } } related { title }
  body { __typename ... on ImageBlock { caption picture { alt } }
    ... on DocumentBlock { document { title } }
    ... on GalleryBlock { pictures { caption picture { alt } } }
    ... on ProjectTeaserBlock { project { title } }
    ... on LinkBlock { text target { url } } ... on CallToActionBlock { text target { url } }
    ... on TextBlock { content { html plainText markdown } } }
} } } }"""


@pytest.fixture
def world() -> World:
    """Return a site without pages in its lists."""
    return make_world()


def _body(*blocks: tuple[str, dict[str, Any]]) -> str:
    return json.dumps(
        [{"type": kind, "value": value, "id": f"b{n}"} for n, (kind, value) in enumerate(blocks)]
    )


def _page(path: str = "/news/item/") -> Any:
    return data(PAGE, path=path)["route"]["page"]


def _private_collection() -> Collection:
    collection = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    return collection


def test_a_hidden_picture_is_no_picture_and_its_block_is_gone(world: World) -> None:
    image, shown = make_image(), make_image()
    picture = {"image": image.pk, "alt": "Hidden", "is_decorative": False, "caption": "C"}
    make_news(
        world.news,
        title="Item",
        slug="item",
        picture=image,
        picture_alt="Hidden",
        body=_body(
            ("image", picture),
            ("gallery", {"pictures": [picture, {**picture, "image": shown.pk, "alt": "Shown"}]}),
            ("gallery", {"pictures": [picture]}),
        ),
    )
    before = _page()

    image.collection = _private_collection()
    image.save()
    page = _page()

    assert (before["picture"]["alt"], len(before["body"])) == ("Hidden", 3)
    assert page["picture"] is None
    assert page["body"] == [
        {"__typename": "GalleryBlock", "pictures": [{"caption": "C", "picture": {"alt": "Shown"}}]},
        {"__typename": "GalleryBlock", "pictures": []},
    ]


def test_hidden_references_are_null_or_left_out(world: World) -> None:
    author, project = make_person(), make_project(world.projects, slug="p", title="Project")
    kept, hidden = make_term(code="KEPT"), make_term(code="HIDDEN")
    papers = [make_document(title="Kept"), make_document(title="Hidden")]
    page = make_news(world.news, title="Item", slug="item", author=author, project=project)
    page.topics.set([kept, hidden])
    page.documents.set([page.documents.model(document=paper) for paper in papers])
    page.save()

    author.consent_given = False
    author.save()
    project.unpublish()
    hidden.unpublish()
    papers[1].collection = _private_collection()
    papers[1].save()
    answered = _page()

    assert answered["author"] is None
    assert answered["project"] is None
    assert answered["topics"] == [{"code": "KEPT"}]
    assert answered["documents"] == [{"title": "Kept"}]


def test_a_required_reference_takes_its_object_along(world: World) -> None:
    lead, partner = make_organisation(name="Lead"), make_organisation(name="Partner")
    paper, project = make_document(), make_project(world.projects, slug="teased")
    make_project(world.projects, slug="p", partners=coordinator_and(partner, coordinator=lead))
    make_news(
        world.news,
        slug="item",
        title="Item",
        body=_body(("document", {"document": paper.pk}), ("project", {"project": project.pk})),
    )
    asked = """{ route(path: "/projects/p/") { page { ... on ProjectPage {
      coordinator { name } partners { role organisation { name } } } } } }"""

    partner.unpublish()
    project.unpublish()
    paper.delete()

    assert data(asked)["route"]["page"] == {
        "coordinator": {"name": "Lead"},
        "partners": [{"role": "COORDINATOR", "organisation": {"name": "Lead"}}],
    }
    assert _page()["body"] == []
    lead.unpublish()
    assert data(asked)["route"]["page"] == {"coordinator": None, "partners": []}


def test_a_link_to_something_hidden_is_plain_words(world: World) -> None:
    project = make_project(world.projects, slug="p", title="Project")
    text = f'<p>See <a linktype="page" id="{project.pk}">the <b>project</b></a>.</p>'
    link = {"text": "Go", "page": project.pk, "address": ""}
    make_news(
        world.news,
        slug="item",
        title="Item",
        body=_body(("text", {"content": text}), ("link", link), ("call_to_action", link)),
    )

    project.unpublish()

    assert _page()["body"] == [
        {
            "__typename": "TextBlock",
            "content": {
                "html": "<p>See the <b>project</b>.</p>",
                "plainText": "See the project.",
                "markdown": "See the **project**.",
            },
        },
        {"__typename": "LinkBlock", "text": "Go", "target": None},
        {"__typename": "CallToActionBlock", "text": "Go", "target": None},
    ]


def test_a_menu_leaves_out_what_is_hidden_on_both_levels(world: World) -> None:
    shown, hidden = make_news(world.news, slug="a"), make_news(world.news, slug="b")
    children = [{"text": "Shown", "page": shown.pk}, {"text": "Hidden", "page": hidden.pk}]
    make_menu(
        world.site,
        [
            {"text": "Up", "page": shown.pk, "children": children},
            {"text": "Gone", "page": hidden.pk, "children": children},
        ],
    )

    hidden.unpublish()

    assert data("{ menu(name: MAIN) { label children { label } } }") == {
        "menu": [{"label": "Up", "children": [{"label": "Shown"}]}]
    }


def test_a_person_shows_a_picture_only_while_it_is_public(world: World) -> None:
    image = make_image()
    person = make_person(picture=image, picture_alt="A face", shown=[PersonField.PICTURE])
    make_news(world.news, slug="item", title="Item", author=person)
    asked = (
        '{ route(path: "/news/item/") { page { ... on NewsPage { author { picture { alt } } } } } }'
    )

    before = data(asked)["route"]["page"]["author"]["picture"]
    image.collection = _private_collection()
    image.save()

    assert before == {"alt": "A face"}
    assert data(asked)["route"]["page"] == {"author": {"picture": None}}


def test_a_list_inside_a_page_holds_public_items_only(world: World) -> None:
    project = make_project(world.projects, slug="p")
    hidden = make_news(world.news, title="Hidden", project=project)
    make_news(world.news, title="Shown", project=project)
    make_news(world.news, title="Item", slug="item", project=project)

    PageViewRestriction.objects.create(page=hidden, restriction_type="login")

    asked = (
        '{ route(path: "/projects/p/") { page { ... on ProjectPage { news { totalCount } } } } }'
    )
    assert _page()["related"] == [{"title": "Shown"}]
    assert data(asked)["route"]["page"]["news"] == {"totalCount": 2}


def test_nothing_is_related_by_what_is_hidden(world: World) -> None:
    topic, project = make_term(scheme=TermScheme.NEWS_TOPIC), make_project(world.projects)
    make_news(world.news, title="Item", slug="item", topics=[topic], project=project)
    make_news(world.news, title="By topic", topics=[topic])
    make_news(world.news, title="By project", project=project)
    before = sorted(found["title"] for found in _page()["related"])

    topic.unpublish()
    PageViewRestriction.objects.create(page=project, restriction_type="login")

    assert before == ["By project", "By topic"]
    assert _page()["related"] == []


def test_only_what_was_public_is_gone(world: World) -> None:
    statuses = "query($path: String!) { route(path: $path) { status redirectTo page { id } } }"
    was = make_event(world.events, slug="was")
    make_event(world.events, slug="never", live=False)

    was.unpublish()

    found = {
        path: data(statuses, path=f"/events/{path}/")["route"] for path in ("was", "never", "other")
    }
    nothing = {"redirectTo": None, "page": None}
    assert found == {
        "was": {"status": "GONE", **nothing},
        "never": {"status": "NOT_FOUND", **nothing},
        "other": {"status": "NOT_FOUND", **nothing},
    }
