"""A page is translated into Bulgarian in the admin."""

from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.admin import Admin
from tests.browser.conftest import LogIn
from tests.browser.graphql import Graph
from tests.page_factories import World, make_news

pytestmark = pytest.mark.browser

BULGARIAN = "{ news(locale: BG) { nodes { title locale url } } }"


def test_a_news_item_is_translated_and_read_in_bulgarian(
    world: World, log_in: LogIn, graph: Graph
) -> None:
    item = make_news(world.news, title="Prize", slug="prize")
    admin = log_in()
    admin.edit(world.news)
    translate(admin, title="Новини")

    admin.edit(item)
    translate(admin, title="Награда")

    assert graph.news(locale="EN") == ["Prize"]
    (node,) = graph.ask(BULGARIAN)["news"]["nodes"]
    assert (node["title"], node["locale"]) == ("Награда", "BG")
    path = urlsplit(node["url"]).path
    assert path.startswith("/bg/")
    # The editor's title became its address, in its own script: both spellings of it lead there.
    for spelling in (path, unquote(path)):
        assert graph.route(spelling) == ("OK", None, "Награда")


def translate(admin: Admin, *, title: str) -> None:
    """Translate the page whose form is open, and publish the translation."""
    admin.page.get_by_label("Actions").first.click()
    admin.page.get_by_role("link", name="Translate").click()
    admin.tick("Български")
    with admin.page.expect_navigation():
        admin.page.get_by_role("button", name="Submit").click()
    admin.field("title").fill(title)
    admin.publish()
