"""Beside the address of a page stands its path, and a redirect says what a frontend should answer."""

from typing import Any

import pytest
from wagtail.contrib.redirects.models import Redirect

from cms.content.addresses import path_below
from tests.content.graphql.both_ways import told_both_ways
from tests.contract.asking import data
from tests.factories import make_image
from tests.page_factories import (
    World,
    make_event,
    make_menu,
    make_news,
    make_project,
    make_standard_page,
    make_world,
    translate,
)
from tests.publishing.published import number_changes_now

pytestmark = pytest.mark.django_db

ROUTE = """query($path: String!) {
  route(path: $path) { httpStatus redirectTo redirectPath isPermanent } }"""


@pytest.fixture
def world() -> World:
    """Return a site without pages in its lists."""
    return make_world()


def _route(path: str) -> Any:
    return tuple(told_both_ways(ROUTE, path=path)["route"].values())


def test_a_route_says_which_status_a_frontend_answers(world: World) -> None:
    page = make_news(world.news, slug="page")
    gone = make_news(world.news, slug="gone")
    gone.unpublish()
    Redirect.objects.create(old_path="/for-good", redirect_page=page, is_permanent=True)
    Redirect.objects.create(old_path="/for-now", redirect_link="/search?q=x", is_permanent=False)

    assert _route("/news/page/") == (200, None, None, False)
    assert _route("/news/gone/") == (410, None, None, False)
    assert _route("/news/never/") == (404, None, None, False)
    there = "https://main.example"
    assert _route("/for-good") == (301, f"{there}/news/page/", "/news/page/", True)
    assert _route("/for-now") == (302, f"{there}/search?q=x", "/search?q=x", False)


def test_a_redirect_that_leaves_the_site_has_no_path(world: World) -> None:
    other = make_world(key="other", is_default=False)
    Redirect.objects.create(old_path="/other", redirect_page=other.news)
    Redirect.objects.create(old_path="/away", redirect_link="https://away.example/x")
    Redirect.objects.create(old_path="/here", redirect_link="https://main.example/x")

    assert _route("/other")[1:3] == ("https://other.example/news/", None)
    assert _route("/away")[1:3] == ("https://away.example/x", None)
    assert _route("/here")[1:3] == ("https://main.example/x", "/x")


def test_menu_entries_have_a_path_unless_they_lead_elsewhere(world: World) -> None:
    other = make_world(key="other", is_default=False)
    addresses = [
        "/search",
        "https://main.example/news/",
        "https://away.example/",
        "mailto:a@b.test",
    ]
    entries = [{"text": "x", "page": page.pk} for page in (world.news, other.news)]
    make_menu(world.site, [*entries, *({"text": "x", "address": one} for one in addresses)])

    found = told_both_ways("{ menu(name: MAIN) { path } }")["menu"]

    paths = ["/news/", None, "/search", "/news/", None, None]
    assert [entry["path"] for entry in found] == paths


def test_links_in_bodies_have_a_path_unless_they_lead_elsewhere(world: World) -> None:
    targets = [{"page": world.news.pk}, {"address": "https://away.example/"}]
    empty = {"text": "Go", "page": None, "address": ""}
    blocks = [{"type": "link", "value": {**empty, **one}} for one in targets]
    page = make_standard_page(world.cluster, slug="links")
    page.body = page.body.stream_block.to_python(blocks)
    page.save()
    asked = """{ route(path: "/links/") { page { ... on StandardPage { body {
      ... on LinkBlock { target { url path } } } } } } }"""

    body = told_both_ways(asked)["route"]["page"]["body"]

    assert [block["target"] for block in body] == [
        {"url": "https://main.example/news/", "path": "/news/"},
        {"url": "https://away.example/", "path": None},
    ]


def test_translations_have_path_and_title(world: World) -> None:
    translate(world.news, slug="novini", title="Новини")

    found = told_both_ways(
        '{ route(path: "/news/") { page { translations { locale url path title } } } }'
    )

    here = "https://main.example"
    assert found["route"]["page"]["translations"] == [
        {"locale": "BG", "url": f"{here}/bg/novini/", "path": "/bg/novini/", "title": "Новини"},
        {"locale": "EN", "url": f"{here}/news/", "path": "/news/", "title": "News"},
    ]


def test_a_change_and_what_takes_the_place_of_a_page_have_paths(world: World) -> None:
    page, instead = make_news(world.news, slug="page"), make_news(world.news, slug="instead")
    page.unpublish()
    Redirect.objects.create(old_path="/news/page", redirect_page=instead)
    number_changes_now()
    asked = "{ changes { nodes { url path reason replacement { url path } } } }"

    nodes = told_both_ways(asked)["changes"]["nodes"]

    (withdrawn,) = [node for node in nodes if node["reason"]]
    here = "https://main.example"
    assert withdrawn == {
        "url": f"{here}/news/page/",
        "path": "/news/page/",
        "reason": "UNPUBLISHED",
        "replacement": {"url": f"{here}/news/instead/", "path": "/news/instead/"},
    }


def test_every_page_has_a_picture_and_a_summary(world: World) -> None:
    picture = {"picture": make_image(), "picture_alt": "A bridge"}
    make_news(world.news, slug="n", introduction="Of the news", **picture)
    make_project(world.projects, slug="p", summary="Of the project")
    make_event(world.events, slug="e", summary="Of the event")
    make_standard_page(world.cluster, slug="s", introduction="Of the page")
    asked = (
        """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Page { summary picture { alt } } } }"""
    )
    paths = ("/news/n/", "/projects/p/", "/events/e/", "/s/", "/news/", "/")
    ids = [data("query($p: String!) { route(path: $p) { page { id } } }", p=path) for path in paths]

    found = told_both_ways(asked, ids=[one["route"]["page"]["id"] for one in ids])["nodes"]

    assert [node["summary"] for node in found] == [
        "Of the news",
        "Of the project",
        "Of the event",
        "Of the page",
        "",
        "",
    ]
    assert [node["picture"] for node in found] == [{"alt": "A bridge"}, *[None] * 5]


def test_translations_share_a_group_of_their_own(world: World) -> None:
    bulgarian, other = translate(world.news), make_news(world.news)
    asked = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Page { groupId aiUse { kind } } } }"

    ids = [page.public_id for page in (world.news, bulgarian, other)]
    english, translated, alone = told_both_ways(asked, ids=ids)["nodes"]

    assert english["groupId"] == translated["groupId"] != alone["groupId"]
    assert not {node["groupId"] for node in (english, alone)} & set(ids)
    assert english["aiUse"] is None


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://a.test", "/"),
        ("https://a.test/", "/"),
        ("https://a.test/x/?y#z", "/x/?y#z"),
        ("https://a.test.evil/", None),
        ("/x", None),
        ("", None),
    ],
)
def test_a_path_is_what_follows_the_address_of_the_site(address: str, path: str | None) -> None:
    assert path_below("https://a.test", address) == path
    assert path_below("", "/x") == "/x"
