"""A walk over a list neither skips nor repeats, and a cursor is good for its own list only."""

import base64
import datetime as dt
from typing import Any

import orjson
import pytest

from tests.contract.asking import ask, data, refused
from tests.factories import make_term
from tests.page_factories import World, make_event, make_news, make_project, make_world

pytestmark = pytest.mark.django_db

NEWS = """query($first: Int! = 20, $after: String, $by: NewsOrder) {
  news(first: $first, after: $after, orderBy: $by) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { title } }
    nodes { title }
  }
}"""
PROJECTS = """query($first: Int! = 20, $after: String, $by: ProjectOrder) {
  projects(first: $first, after: $after, orderBy: $by) {
    pageInfo { hasNextPage endCursor } nodes { title }
  }
}"""
DAY = dt.date(2026, 1, 10)


@pytest.fixture
def world() -> World:
    """Return a site without pages in its lists."""
    return make_world()


def _seven(world: World) -> None:
    """Make news whose titles and days tie and cross."""
    for number, (title, days) in enumerate(
        [
            ("Beta", 0),
            ("Alpha", 0),
            ("Beta", 1),
            ("Delta", 2),
            ("Alpha", 2),
            ("Gamma", 2),
            ("Eta", 3),
        ]
    ):
        make_news(
            world.news, title=f"{title}", slug=f"n-{number}", published_on=DAY + dt.timedelta(days)
        )


def _walk(
    query: str, field: str, *, first: int, each_page: Any = None, **variables: Any
) -> list[str]:
    titles: list[str] = []
    after = None
    for page in range(20):
        found = data(query, first=first, after=after, **variables)[field]
        titles += [node["title"] for node in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            return titles
        if each_page:
            each_page(page)
    raise AssertionError("the walk does not end")


@pytest.mark.parametrize("first", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("order", ["PUBLISHED_DESC", "PUBLISHED_ASC", "TITLE_ASC"])
def test_pages_of_any_size_add_up_to_the_whole_list(world: World, order: str, first: int) -> None:
    _seven(world)
    whole = [node["title"] for node in data(NEWS, by=order)["news"]["nodes"]]

    assert _walk(NEWS, "news", first=first, by=order) == whole
    assert sorted(whole) == ["Alpha", "Alpha", "Beta", "Beta", "Delta", "Eta", "Gamma"]


def test_lists_are_in_the_order_that_is_asked_for(world: World) -> None:
    _seven(world)
    by_title = [node["title"] for node in data(NEWS, by="TITLE_ASC")["news"]["nodes"]]
    newest = [node["title"] for node in data(NEWS)["news"]["nodes"]]
    oldest = [node["title"] for node in data(NEWS, by="PUBLISHED_ASC")["news"]["nodes"]]

    assert by_title == ["Alpha", "Alpha", "Beta", "Beta", "Delta", "Eta", "Gamma"]
    assert newest == oldest[::-1]
    assert (newest[0], sorted(newest[1:4]), newest[4]) == (
        "Eta",
        ["Alpha", "Delta", "Gamma"],
        "Beta",
    )


def test_a_page_says_where_it_stands(world: World) -> None:
    _seven(world)

    first = data(NEWS, first=3)["news"]
    middle = data(NEWS, first=3, after=first["pageInfo"]["endCursor"])["news"]
    last = data(NEWS, first=3, after=middle["pageInfo"]["endCursor"])["news"]
    beyond = data(NEWS, first=3, after=last["pageInfo"]["endCursor"])["news"]

    for page, (has_next, has_previous) in (
        (first, (True, False)),
        (middle, (True, True)),
        (last, (False, True)),
    ):
        assert [edge["node"] for edge in page["edges"]] == page["nodes"]
        assert page["pageInfo"] == {
            "hasNextPage": has_next,
            "hasPreviousPage": has_previous,
            "startCursor": page["edges"][0]["cursor"],
            "endCursor": page["edges"][-1]["cursor"],
        }
        assert page["totalCount"] == 7
    assert beyond == {
        "totalCount": 7,
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": True,
            "startCursor": None,
            "endCursor": None,
        },
        "edges": [],
        "nodes": [],
    }


def test_any_edge_is_a_place_to_go_on_from(world: World) -> None:
    _seven(world)
    edges = data(NEWS)["news"]["edges"]

    rest = data(NEWS, after=edges[2]["cursor"])["news"]["edges"]

    assert rest == edges[3:]


@pytest.mark.parametrize("order", ["PUBLISHED_DESC", "PUBLISHED_ASC", "TITLE_ASC"])
def test_a_walk_neither_skips_nor_repeats_while_items_come_and_go(world: World, order: str) -> None:
    _seven(world)
    goes = make_news(world.news, title="Zeta goes", published_on=DAY + dt.timedelta(1))

    def publish(page: int) -> None:
        for days in (-1, 1, 9):
            make_news(
                world.news,
                title=f"New {page} {days}",
                published_on=DAY + dt.timedelta(days),
            )
        if page == 0:
            goes.delete()

    walked = _walk(NEWS, "news", first=2, by=order, each_page=publish)

    old = [title for title in walked if not title.startswith(("New", "Zeta"))]
    new = [title for title in walked if title.startswith("New")]
    assert sorted(old) == ["Alpha", "Alpha", "Beta", "Beta", "Delta", "Eta", "Gamma"]
    assert len(new) == len(set(new))


@pytest.mark.parametrize("order", ["STARTED_DESC", "STARTED_ASC", "TITLE_ASC"])
def test_projects_without_a_first_day_are_walked_like_all_others(world: World, order: str) -> None:
    for number, later in enumerate([None, 5, None, 1, None, 3]):
        starts_on = None if later is None else DAY + dt.timedelta(later)
        make_project(world.projects, title=f"{number} {later}", starts_on=starts_on)
    whole = [node["title"] for node in data(PROJECTS, by=order)["projects"]["nodes"]]

    for first in (1, 2, 4):
        assert _walk(PROJECTS, "projects", first=first, by=order) == whole
    days = [title.split()[1] for title in whole]
    assert (
        days
        == {
            "STARTED_DESC": ["5", "3", "1", "None", "None", "None"],
            "STARTED_ASC": ["None", "None", "None", "1", "3", "5"],
            "TITLE_ASC": ["None", "5", "None", "1", "None", "3"],
        }[order]
    )


def test_a_page_has_at_least_one_item_and_at_most_a_hundred(world: World) -> None:
    for field in ("news(", "projects(", "events(", "openCalls(", 'search(text: "a", ', "changes("):
        for first in (0, -1, 101, 2**31 - 1, -(2**31)):
            document = f"{{ {field}first: {first}) {{ nodes {{ __typename }} }} }}"

            assert refused(document) == ("BAD_USER_INPUT", "`first` must be from 1 to 100.")


def test_a_list_inside_a_page_has_the_same_limits(world: World) -> None:
    make_project(world.projects, slug="p")
    make_news(world.news, slug="n", project=None)
    asked = "query($path: String!) {{ route(path: $path) {{ page {{ {0} }} }} }}"
    of_project = asked.format("... on ProjectPage { news(first: 101) { totalCount } }")
    of_news = asked.format("... on NewsPage { related(first: 0) { id } }")

    for document, path in ((of_project, "/projects/p/"), (of_news, "/news/n/")):
        code = ("BAD_USER_INPUT", "`first` must be from 1 to 100.")
        assert refused(document, path=path) == code


def _cursor(content: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(content)).rstrip(b"=").decode()


def test_a_cursor_is_good_for_its_own_list_only(world: World) -> None:
    _seven(world)
    make_project(world.projects, starts_on=DAY)
    make_event(world.events)
    by_date = data(NEWS, first=1)["news"]["pageInfo"]["endCursor"]
    by_title = data(NEWS, first=1, by="TITLE_ASC")["news"]["pageInfo"]["endCursor"]
    of_projects = data(PROJECTS, first=1)["projects"]["pageInfo"]["endCursor"]

    code = ("BAD_USER_INPUT", "`after` is not a cursor of this list.")
    assert refused(NEWS, after=by_title) == code
    assert refused(NEWS, after=by_date, by="TITLE_ASC") == code
    assert refused(NEWS, after=by_date, by="PUBLISHED_ASC") == code
    assert refused(NEWS, after=of_projects) == code
    assert refused(PROJECTS, after=by_date) == code


DATED = "NewsPage SORT_AT_DESC"
NO_CURSORS = [
    "",
    "x",
    "💥",
    "%%%%",
    "a" * 5_000,
    _cursor(None),
    _cursor({}),
    _cursor([]),
    _cursor([DATED, None, "x"]),
    _cursor([DATED, 5, "x"]),
    _cursor([DATED, "2026-01-01", 5]),
    _cursor([DATED, "2026-01-01T00:00:00", "x"]),
    _cursor([DATED, "yesterday", "x"]),
    _cursor([DATED, "0001-01-01T00:00:00+14:00", "x"]),
    _cursor([DATED, "9999-12-31T23:59:59-14:00", "x"]),
    _cursor([DATED, "2026-01-01T00:00:00+00:00", "x", "y"]),
]


def test_what_is_no_cursor_is_refused(world: World) -> None:
    for cursor in NO_CURSORS:
        code = ("BAD_USER_INPUT", "`after` is not a cursor of this list.")
        assert refused(NEWS, after=cursor) == code, cursor


def test_a_forged_cursor_is_only_a_value(world: World) -> None:
    _seven(world)

    for value in ("'; DROP TABLE publishing_publisheditem; --", "\x00", "%s", "\\", "я" * 600):
        forged = _cursor(["NewsPage TITLE_ASC", value, value])

        assert ask(NEWS, after=forged, by="TITLE_ASC").status == 200
    assert data(NEWS)["news"]["totalCount"] == 7


def test_a_cursor_of_changes_is_signed(world: World) -> None:
    changes = "query($after: String) { changes(after: $after) { cursor nodes { sourceId } } }"
    good = data(changes)["changes"]["cursor"]
    damaged = good[:-1] + ("A" if good[-1] != "A" else "B")

    words = "The cursor was not made by this installation, or is not whole."
    code = ("BAD_USER_INPUT", f"`after` cannot be used. {words}")
    for cursor in ("", "x", damaged, data(NEWS)["news"]["pageInfo"]["endCursor"] or "y"):
        assert refused(changes, after=cursor) == code


def test_a_total_is_counted_only_when_it_is_asked_for(world: World) -> None:
    _seven(world)

    without = ask("{ news { nodes { title } } }").statements
    alone = ask("{ news { totalCount } }").statements
    nothing = ask("{ news { __typename } }").statements

    assert ["count(*)" in statement for statement in without] == [False, False]
    assert ["count(*)" in statement for statement in alone] == [False, True]
    assert [s for s in nothing if "count(*)" in s or "i.head" in s] == []


def test_search_is_walked_like_any_list(world: World) -> None:
    make_term()
    _seven(world)
    search = """query($first: Int!, $after: String) {
      search(text: "what the news", first: $first, after: $after) {
        pageInfo { hasNextPage endCursor } nodes { page { title } } } }"""
    whole = data(search, first=100)["search"]["nodes"]

    walked: list[Any] = []
    after = None
    for _page in range(4):
        found = data(search, first=2, after=after)["search"]
        walked += found["nodes"]
        after = found["pageInfo"]["endCursor"]

    assert (len(whole), walked) == (7, whole)
