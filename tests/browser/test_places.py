"""Where pages are, who may see them, and what happens to their old addresses."""

import pytest

from news.models import NewsIndexPage
from tests.browser.conftest import LogIn
from tests.browser.graphql import Graph
from tests.page_factories import World, add, make_news

pytestmark = pytest.mark.browser


def test_a_private_section_hides_everything_below_it(
    world: World, log_in: LogIn, graph: Graph
) -> None:
    make_news(world.news, title="Inside", slug="inside")
    admin = log_in()

    admin.edit(world.news)
    admin.set_privacy("Private, accessible with a shared password", password="only for friends")

    assert graph.news() == []
    assert graph.route("/news/inside") == ("GONE", None, None)
    assert graph.route("/news") == ("GONE", None, None)

    admin.set_privacy("Public")

    assert graph.news() == ["Inside"]
    assert graph.route("/news/inside") == ("OK", None, "Inside")


def test_a_page_with_a_new_slug_is_found_under_both_addresses(
    world: World, log_in: LogIn, graph: Graph
) -> None:
    item = make_news(world.news, title="Prize", slug="prize")
    admin = log_in()

    admin.edit(item)
    admin.tab("Promote")
    admin.field("slug").fill("european-prize")
    admin.publish()

    new_address = "https://main.example/news/european-prize/"
    assert graph.route("/news/european-prize") == ("OK", None, "Prize")
    assert graph.route("/news/prize") == ("REDIRECT", new_address, None)


def test_a_moved_page_is_found_under_both_addresses(
    world: World, log_in: LogIn, graph: Graph
) -> None:
    item = make_news(world.news, title="Prize", slug="prize")
    archive = add(world.cluster, NewsIndexPage(title="Archive", slug="archive"))
    admin = log_in()

    admin.open(f"pages/{item.pk}/move/{archive.pk}/confirm/")
    admin.confirm("Yes, move this page")

    new_address = "https://main.example/archive/prize/"
    assert graph.route("/archive/prize") == ("OK", None, "Prize")
    assert graph.route("/news/prize") == ("REDIRECT", new_address, None)
