"""Editors write, moderators publish; neither runs the system."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LogIn
from tests.browser.graphql import Graph
from tests.page_factories import World, make_news

pytestmark = pytest.mark.browser

REFUSED = "Sorry, you do not have permission to access this area."


def test_what_an_editor_submits_is_public_once_a_moderator_approves(
    world: World, log_in: LogIn, graph: Graph
) -> None:
    editor = log_in("Editors")
    editor.open(f"pages/add/news/newspage/{world.news.pk}/")
    editor.field("title").fill("A new laboratory")
    editor.tick("News")
    editor.field("introduction").fill("It opens in May.")
    editor.more_actions()
    expect(editor.page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    editor.more_actions()

    editor.submit()

    assert graph.route("/news/a-new-laboratory") == ("NOT_FOUND", None, None)

    moderator = log_in("Moderators")
    moderator.open("")
    review = moderator.page.locator("section", has_text="Awaiting your review")
    review.get_by_role("link", name="A new laboratory").first.click()
    moderator.approve()

    assert graph.route("/news/a-new-laboratory") == ("OK", None, "A new laboratory")


def test_an_editor_may_not_withdraw_what_is_public(
    world: World, log_in: LogIn, graph: Graph
) -> None:
    item = make_news(world.news, title="Public news", slug="public-news")
    editor = log_in("Editors")

    editor.edit(item)
    editor.more_actions()
    shown = editor.page.locator("footer nav").inner_text()

    assert "Submit to" in shown
    assert [word for word in ("Publish", "Unpublish", "Delete") if word in shown] == []
    for action in ("unpublish", "delete"):
        editor.open(f"pages/{item.pk}/{action}/")
        assert editor.messages == [REFUSED]
    assert graph.route("/news/public-news") == ("OK", None, "Public news")


def test_a_moderator_may_publish_and_withdraw(world: World, log_in: LogIn) -> None:
    item = make_news(world.news, title="Public news", slug="public-news")
    moderator = log_in("Moderators")

    moderator.edit(item)
    moderator.more_actions()
    shown = moderator.page.locator("footer nav").inner_text()

    assert [word for word in ("Publish", "Unpublish") if word in shown] == ["Publish", "Unpublish"]


@pytest.mark.parametrize("role", ["Editors", "Moderators"])
def test_neither_role_manages_accounts_or_sites(world: World, log_in: LogIn, role: str) -> None:
    person = log_in(role)

    for path in ("users/", "groups/", "sites/", "workflows/list/"):
        person.open(path)
        assert person.messages == [REFUSED], path
