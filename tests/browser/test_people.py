"""A person takes back the consent to be named."""

import pytest

from tests.browser.conftest import LogIn
from tests.browser.graphql import Graph
from tests.factories import make_person
from tests.page_factories import World, make_news

pytestmark = pytest.mark.browser

AUTHORS = "{ news { nodes { title author { name } } } }"


def test_a_person_without_consent_is_named_nowhere(
    world: World, log_in: LogIn, graph: Graph
) -> None:
    author = make_person(name="Ana Petrova")
    make_news(world.news, title="Prize", author=author)
    named = [{"title": "Prize", "author": {"name": "Ana Petrova"}}]
    assert graph.ask(AUTHORS)["news"]["nodes"] == named
    admin = log_in()

    admin.open(f"snippets/content/person/edit/{author.pk}/")
    admin.field("consent_given").uncheck()
    admin.publish()

    assert admin.messages == ["Person 'Ana Petrova' updated and published."]
    assert graph.ask(AUTHORS)["news"]["nodes"] == [{"title": "Prize", "author": None}]
