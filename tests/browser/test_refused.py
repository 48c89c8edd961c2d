"""A page that cannot be made public stays a draft, and the editor is told why."""

from typing import Any

import pytest

from news.models import NewsPage
from tests.browser.conftest import LogIn
from tests.browser.graphql import Graph
from tests.page_factories import World, make_news

pytestmark = pytest.mark.browser


def test_what_cannot_be_projected_is_kept_as_a_draft(
    world: World, log_in: LogIn, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = make_news(world.news, title="Prize", slug="prize", introduction="As it was.")
    admin = log_in()
    admin.edit(item)
    admin.field("title").fill("Second prize")

    def broken(_page: Any) -> str:
        raise ValueError("the note is torn")

    monkeypatch.setattr(NewsPage, "stated_correction", property(broken))
    admin.publish()

    why = "NewsPage.correctionNote cannot be published: the note is torn"
    assert admin.messages == [
        f"Not published, kept as a draft: {why}",
        "Page 'Second prize' has been updated.",
    ]
    assert graph.route("/news/prize") == ("OK", None, "Prize")
    assert admin.field("title").input_value() == "Second prize"
    assert NewsPage.objects.get(pk=item.pk).has_unpublished_changes
