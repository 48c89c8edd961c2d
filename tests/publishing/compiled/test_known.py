"""What is known in a moment of the content clock is asked of nobody again, and is over with it."""

import ctypes
import math
import sys
from typing import Any

import orjson
import pytest
from graphql import parse

from cms.publishing.reading.compiled.execute import execute_fast
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation
from cms.publishing.reading.item_cache import ItemCache
from cms.publishing.reading.known import Book, Known
from cms.publishing.reading.moments import Moment
from cms.publishing.reading.written import written
from news.models import NewsPage
from tests.factories import make_image, make_term, picture_file
from tests.page_factories import World, make_news, make_world
from tests.publishing.published import number_changes_now

TITLES = "{ news { totalCount nodes { title topics { label } } } }"
OTHER = "{ news { totalCount nodes { id url topics { code } } } }"
OPEN = "{ openCalls(status: OPEN) { totalCount nodes { title } } }"
ROUTE = """query ($path: String!) { route(path: $path) { page { title
  ... on NewsPage { topics { label } body { __typename } } } } }"""
PICTURED = """query ($preset: ImagePreset!) { news { nodes { title topics { label }
  picture { image { rendition(preset: $preset) { width } } } } } }"""
ROUTE_ONE = {"path": "/news/one/"}


class Reader:
    """Ask within one moment, with a cache of its own."""

    def __init__(self) -> None:
        self.items = ItemCache(size_bytes=1_000_000)
        self.statements = 0
        self.operations: dict[str, Operation] = {}
        self.come_again()

    def come_again(self, *, ends_at: float = math.inf) -> None:
        """Read the clock as it stands now."""
        number_changes_now()
        context = ReadContext()
        self.moment = Moment(context.clock, context.epoch, 0, ends_at=ends_at, since=0.0)

    def read(self, query: str, **variables: Any) -> Any:
        operation = self.operations.setdefault(query, Operation(parse(query)))
        context = ReadContext(moment=self.moment)
        body = execute_fast(operation, variables, context, items=self.items)
        self.statements = context.statement_count
        return None if body is None else orjson.loads(body)["data"]


@pytest.fixture
def world(db: None) -> World:
    world = make_world()
    topic = make_term(label_en="Water")
    for title in ("One", "Two", "Three"):
        page = make_news(world.news, title=title, slug=title.lower())
        page.topics.set([topic])
        page.save_revision().publish()
    return world


def change() -> None:
    page = NewsPage.objects.get(slug="one")
    page.title = "Uno"
    page.save_revision().publish()
    number_changes_now()


def test_what_is_known_is_asked_of_nobody(world: World) -> None:
    reader = Reader()
    for query, variables in [(TITLES, {}), (ROUTE, ROUTE_ONE)]:
        first = reader.read(query, **variables)
        # What was not in the cache the first time is rendered, and kept, the next time.
        second = reader.read(query, **variables)
        third = reader.read(query, **variables)

        assert reader.statements == 0, query
        assert first == second == third


def test_a_list_is_known_to_whoever_selects_something_else_of_it(world: World) -> None:
    reader = Reader()
    reader.read(TITLES)
    reader.read(TITLES)

    assert len(reader.read(OTHER)["news"]["nodes"]) == 3
    assert reader.statements == 0


def test_a_list_that_compares_with_now_is_known_whenever_it_is_asked_for(world: World) -> None:
    reader = Reader()
    for _ in range(3):
        assert reader.read(OPEN)["openCalls"] == {"totalCount": 0, "nodes": []}

    assert reader.statements == 0


def test_what_variables_shape_is_rendered_for_each(world: World) -> None:
    page = NewsPage.objects.get(slug="one")
    page.picture = make_image(file=picture_file(size=(800, 600)))
    page.picture_alt = "A bridge"
    page.save_revision().publish()
    reader = Reader()
    widths = []
    for preset in ("CARD", "CARD", "CARD", "AVATAR"):
        nodes = reader.read(PICTURED, preset=preset)["news"]["nodes"]
        shown = next(node["picture"] for node in nodes if node["title"] == "One")
        widths.append(shown["image"]["rendition"]["width"])

    assert widths[0] == widths[1] == widths[2] != widths[3]


def test_with_the_moment_it_is_over(world: World) -> None:
    reader = Reader()
    for _ in range(3):
        reader.read(TITLES)
        reader.read(ROUTE, **ROUTE_ONE)

    change()
    reader.come_again()

    titles = {node["title"] for node in reader.read(TITLES)["news"]["nodes"]}
    assert titles == {"Uno", "Two", "Three"}
    assert reader.read(ROUTE, **ROUTE_ONE)["route"]["page"]["title"] == "Uno"


def test_it_is_over_when_time_ends_the_moment(world: World) -> None:
    reader = Reader()
    for _ in range(3):
        reader.read(TITLES)

    reader.come_again(ends_at=0.0)

    assert reader.read(TITLES) is not None
    assert reader.statements > 0


def test_whoever_knows_of_an_older_clock_does_without(world: World) -> None:
    old, new = Reader(), Reader()
    new.items = old.items
    change()
    new.come_again()
    new.read(TITLES)

    old.read(TITLES)

    assert old.statements > 0
    assert new.items.known_in(old.moment) is None
    assert new.items.known_in(new.moment) is not None


def test_both_halves_of_a_document_are_of_one_version(world: World) -> None:
    reader = Reader()
    reader.read(ROUTE, **ROUTE_ONE)

    change()

    # The half that is kept is of the former version: the reference has to answer.
    assert reader.read(ROUTE, **ROUTE_ONE) is None


def test_it_stays_within_its_bytes_and_begins_anew() -> None:
    known = Known(number=1, generation=1, size_bytes=16_000)
    book = Book(known)
    made = orjson.Fragment(b"{}")

    for number in range(20):
        book.keep((number, "page:1", "en", 1), made, 1_000, [])
    known.keep_names("list", [], count=0)

    assert not book.is_open
    assert book.nodes == {}
    assert known.names == {"list": []}
    other = Book(known)
    other.keep((1, "page:1", "en", 1), made, 1_000, [])
    other.keep((2, "page:1", "en", 1), made, 15_000, [])
    assert set(other.nodes) == {(1, "page:1", "en", 1)}


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc")
def test_what_is_kept_has_no_room_that_nobody_uses() -> None:
    usable = ctypes.CDLL(None).malloc_usable_size
    usable.argtypes, usable.restype = [ctypes.c_void_p], ctypes.c_size_t
    body = {"text": "x" * 20_000}

    kept = written(body)

    assert kept == orjson.dumps(body)
    assert usable(id(kept)) < 1.1 * len(kept)
