"""What a statement names is taken from the item cache in the version that it named, and no other."""

from typing import Any

import orjson
import pytest
from graphql import parse

from cms.publishing.reading.compiled.execute import execute_fast
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation
from cms.publishing.reading.item_cache import ItemCache
from cms.publishing.reading.moments import Moment
from news.models import NewsPage
from tests.page_factories import World, make_news, make_world
from tests.publishing.published import number_changes_now

pytestmark = pytest.mark.django_db
LIST = Operation(parse("{ news { nodes { title introduction } } }"))
ROUTE = """query ($path: String!) { route(path: $path) { page { title
  ... on NewsPage { introduction body { __typename } } } } }"""
ADDRESS = Operation(parse(ROUTE))


class Reader:
    """Answer with a cache that stands at the clock as it was when the reader came."""

    def __init__(self) -> None:
        number_changes_now()
        context = ReadContext()
        # It is over, so that nothing is known in it.
        self.moment = Moment(context.clock, context.epoch, 0, ends_at=0.0, since=0.0)
        self.items = ItemCache(size_bytes=1_000_000)
        self.statements = 0

    def read(self, operation: Operation, **variables: Any) -> Any:
        number_changes_now()
        context = ReadContext(moment=self.moment)
        body = execute_fast(operation, variables, context, items=self.items)
        assert body is not None
        self.statements = context.statement_count
        return orjson.loads(body)["data"]


@pytest.fixture
def world() -> World:
    world = make_world()
    make_news(world.news, title="One", slug="one", introduction="First")
    return world


def titles(found: Any) -> list[str]:
    return [node["title"] for node in found["news"]["nodes"]]


def test_what_is_known_is_not_read_again(world: World) -> None:
    reader = Reader()
    reader.read(LIST)
    first = reader.statements

    assert titles(reader.read(LIST)) == ["One"]
    assert reader.statements < first


def test_a_list_shows_things_in_the_version_that_it_named(world: World) -> None:
    reader = Reader()
    assert titles(reader.read(LIST)) == ["One"]

    page = NewsPage.objects.get()
    page.title = "Two"
    page.save_revision().publish()

    # The clock that the reader knows of is still the former one.
    assert titles(reader.read(LIST)) == ["Two"]


def test_an_address_shows_the_version_that_it_named(world: World) -> None:
    reader = Reader()
    assert reader.read(ADDRESS, path="/news/one/")["route"]["page"]["title"] == "One"

    page = NewsPage.objects.get()
    page.title = "Two"
    page.save_revision().publish()

    assert reader.read(ADDRESS, path="/news/one/")["route"]["page"]["title"] == "Two"


def test_the_long_half_is_read_but_not_kept(world: World) -> None:
    reader = Reader()

    for _ in range(2):
        page = reader.read(ADDRESS, path="/news/one/")["route"]["page"]
        assert page["introduction"] == "First"

    assert [item.title for item in reader.items.kept() if item.type == "NewsPage"] == ["One"]
    assert not any(item.has_tail for item in reader.items.kept())
