"""All pages of a site are listed once, in the order of their paths."""

from typing import Any

import pytest

from tests.content.graphql.both_ways import told_both_ways
from tests.contract.asking import ask, refused
from tests.page_factories import (
    World,
    make_event,
    make_news,
    make_project,
    make_standard_page,
    make_world,
    translate,
)

pytestmark = pytest.mark.django_db

PAGES = """query($first: Int! = 20, $after: String, $locale: Locale, $site: String) {
  pages(first: $first, after: $after, locale: $locale, site: $site) {
    totalCount nodes { path } pageInfo { hasNextPage endCursor } } }"""
SECTIONS = ["/", "/events/", "/news/", "/projects/"]


@pytest.fixture
def world() -> World:
    """Return a site with its sections alone."""
    return make_world()


def _paths(**variables: Any) -> list[str]:
    found = told_both_ways(PAGES, **variables)["pages"]
    paths = [node["path"] for node in found["nodes"]]
    assert found["totalCount"] == len(paths)
    return paths


def test_pages_of_every_type_are_listed_by_path(world: World) -> None:
    make_news(world.news, slug="b")
    make_event(world.events, slug="c")
    make_project(world.projects, slug="d")
    make_standard_page(world.cluster, slug="about")

    assert _paths() == [
        *("/", "/about/", "/events/", "/events/c/"),
        *("/news/", "/news/b/", "/projects/", "/projects/d/"),
    ]


def test_pages_are_those_of_one_site_and_language(world: World) -> None:
    make_world(key="other", is_default=False)
    translate(world.news, slug="novini")

    assert _paths() == SECTIONS
    assert _paths(locale="BG") == ["/bg/", "/bg/novini/"]
    assert _paths(site="other", locale="BG") == ["/bg/"]
    assert refused(PAGES, site="nowhere") == ("BAD_USER_INPUT", "There is no such site.")


def test_aliases_and_what_is_hidden_are_not_listed(world: World) -> None:
    page = make_news(world.news, slug="page")
    page.create_alias(update_slug="again", parent=world.cluster)
    make_news(world.news, live=False)
    make_news(world.news, slug="gone").unpublish()

    assert _paths() == ["/", "/events/", "/news/", "/news/page/", "/projects/"]


def test_a_walk_meets_every_page_once_while_others_are_published(world: World) -> None:
    walked: list[str] = []
    after = None
    for number in range(4):
        page = told_both_ways(PAGES, first=1, after=after)["pages"]
        walked += [node["path"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        make_standard_page(world.cluster, slug=f"a{number}")

    assert walked == ["/", "/a0/", "/a1/", "/a2/"]
    assert len(ask(PAGES, first=100).statements) == 2
    assert refused(PAGES, after="x")[0] == "BAD_USER_INPUT"
