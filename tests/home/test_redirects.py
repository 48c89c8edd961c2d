"""Redirects are listed as `route` answers them."""

from typing import Any

import pytest
from wagtail.contrib.redirects.models import Redirect

from cms.content.addresses import followed_address_or_path
from tests.content.graphql.both_ways import told_both_ways
from tests.contract.asking import ask, data
from tests.page_factories import World, make_news, make_standard_page, make_world

pytestmark = pytest.mark.django_db

REDIRECTS = """query($first: Int! = 100, $after: String, $site: String) {
  redirects(first: $first, after: $after, site: $site) { totalCount pageInfo { endCursor }
    nodes { fromPath toUrl toPath isPermanent } } }"""
ROUTE = """query($path: String!, $site: String) {
  route(path: $path, site: $site) { status redirectTo redirectPath isPermanent } }"""
ADDRESSES = [
    *("https://away.example/x?y", "http://away.example", "HTTPS://away.example", "mailto:a@b.test"),
    *("tel:+359", "/search", "/", "//evil.example", "javascript:alert(1)", "/\\evil.example", ""),
    *("https://a b.example", "/x\ty", "ftp://x.example", "https://", "x", " /x\n", "/"),
]


@pytest.fixture
def world() -> World:
    """Return a site without pages in its lists."""
    return make_world()


def _listed(site: str | None = None) -> dict[str, Any]:
    found = told_both_ways(REDIRECTS, site=site)["redirects"]
    assert found["totalCount"] == len(found["nodes"])
    return {node.pop("fromPath"): tuple(node.values()) for node in found["nodes"]}


def _agrees_with_route(site: str | None = None) -> bool:
    """Say whether those that are listed are exactly those that lead somewhere, and where."""
    told = {}
    for path in Redirect.objects.values_list("old_path", flat=True):
        status, *there = data(ROUTE, path=path, site=site)["route"].values()
        if status == "REDIRECT":
            told[path] = tuple(there)
    return told == _listed(site)


def test_redirects_say_where_they_lead(world: World) -> None:
    page = make_news(world.news, slug="page")
    Redirect.objects.create(old_path="/b", redirect_page=page, is_permanent=False)
    Redirect.objects.create(old_path="/a", redirect_link="https://away.example/")

    here = "https://main.example"
    assert _listed() == {
        "/a": ("https://away.example/", None, True),
        "/b": (f"{here}/news/page/", "/news/page/", False),
    }
    assert list(_listed()) == ["/a", "/b"]


def test_only_addresses_that_browsers_may_follow_are_listed(world: World) -> None:
    for number, address in enumerate(ADDRESSES):
        Redirect.objects.create(old_path=f"/{number}", redirect_link=address)

    followed = [f"/{n}" for n, one in enumerate(ADDRESSES) if followed_address_or_path(one)]
    assert sorted(_listed()) == sorted(followed)
    assert _agrees_with_route()


def test_what_leads_to_something_hidden_is_not_listed(world: World) -> None:
    draft, page = make_news(world.news, live=False), make_news(world.news)
    for number, target in enumerate((draft, page)):
        Redirect.objects.create(old_path=f"/{number}", redirect_page=target)
    before = list(_listed())

    page.unpublish()

    assert (before, _listed()) == (["/1"], {})


def test_a_page_and_a_redirect_of_the_site_itself_come_first(world: World) -> None:
    other = make_world(key="other", is_default=False)
    make_standard_page(world.cluster, slug="page")
    for site in (None, world.site):
        link = "/everywhere" if site is None else "/here"
        Redirect.objects.create(old_path="/both", redirect_link=link, site=site)
    Redirect.objects.create(old_path="/page", redirect_link="/x")
    Redirect.objects.create(old_path="/other", redirect_link="/x", site=other.site)

    assert list(_listed()) == ["/both"]
    assert _listed()["/both"][1] == "/here"
    assert _listed("other") == {
        "/both": ("https://other.example/everywhere", "/everywhere", True),
        "/other": ("https://other.example/x", "/x", True),
        "/page": ("https://other.example/x", "/x", True),
    }
    assert _agrees_with_route()
    assert _agrees_with_route("other")


def test_redirects_are_walked_in_three_statements_however_many(world: World) -> None:
    page = make_news(world.news)
    for number in range(5):
        Redirect.objects.create(old_path=f"/{number}", redirect_page=page)

    first = told_both_ways(REDIRECTS, first=2)["redirects"]
    told = ask(REDIRECTS, first=100, after=first["pageInfo"]["endCursor"])

    paths = [node["fromPath"] for node in told.content["data"]["redirects"]["nodes"]]
    assert paths == ["/2", "/3", "/4"]
    assert len(told.statements) == 3
