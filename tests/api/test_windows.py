"""A list is paged from both ends as Relay's specification says, with the same cursors."""

import datetime as dt
import itertools
import uuid
from typing import Any

import orjson
import pytest
from graphql import parse

from cms.publishing.models import Change, Facet, PublishedItem
from cms.publishing.reading.compiled.execute import execute_fast
from cms.publishing.reading.conditions import Order
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation, answer
from cms.publishing.reading.listing import Listing
from tests.contract.asking import ask, data, refused

pytestmark = pytest.mark.django_db

DAY = dt.datetime(2026, 1, 10, 12, tzinfo=dt.UTC)
# Days tie and cross, and so do titles.
SEVEN = [
    ("Beta", 0),
    ("Alpha", 0),
    ("Beta", 1),
    ("Delta", 2),
    ("Alpha", 2),
    ("Gamma", 2),
    ("Eta", 3),
]
SITE = '{"key":"main","baseUrl":"","isDefault":true,"defaultLocale":"en","languages":["en"]}'
PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor }"
NEWS = f"""query($first: Int, $after: String, $last: Int, $before: String, $by: NewsOrder) {{
  news(first: $first, after: $after, last: $last, before: $before, orderBy: $by) {{
    totalCount nodes {{ title }} {PAGE}
  }}
}}"""
Page = dict[str, Any]


def _row(kind: str, name: str, title: str, days: int) -> PublishedItem:
    moment = DAY + dt.timedelta(days)
    return PublishedItem(
        key=f"page:{kind}-{name}",
        kind="page",
        type=kind,
        public_id=f"{kind}-{name}",
        site="main",
        locale="en",
        path=f"/{kind}/{name}/",
        translation_key=str(uuid.uuid5(uuid.NAMESPACE_OID, kind + name)),
        head=orjson.dumps({"title": title}).decode(),
        title=title,
        sort_title=title.casefold(),
        search_text=f"news {title.casefold()}",
        sort_at=moment,
        starts_at=moment,
        ends_at=moment,
        visible=True,
        change=Change.PUBLISHED,
        changed_at=DAY,
        seq=1,
    )


def _publish(title: str, days: int, *, name: str = "") -> str:
    """Publish one news, and return its key."""
    row = _row("NewsPage", name or title.replace(" ", "-"), title, days)
    row.save()
    return row.key


def _of_theirs(key: str) -> Facet:
    place = {"type": "NewsPage", "site": "main", "locale": "en"}
    return Facet(facet="project", value="page:ProjectPage-0", key=key, **place)


@pytest.fixture(autouse=True)
def world() -> None:
    """Publish seven news of the first of seven projects, and seven events."""
    site = _row("Site", "main", "", 0)
    site.key, site.kind, site.path, site.head = "site:main", "site", "", SITE
    kinds = ("NewsPage", "ProjectPage", "EventPage")
    rows = [
        _row(kind, str(number), title, days)
        for kind in kinds
        for number, (title, days) in enumerate(SEVEN)
    ]
    PublishedItem.objects.bulk_create([site, *rows])
    Facet.objects.bulk_create(_of_theirs(row.key) for row in rows[:7])


def _expected(cursors: list[str], after: str | None, before: str | None, **size: int) -> Page:
    """Return the page that Relay's algorithm takes out of a whole list."""
    start = cursors.index(after) + 1 if after else 0
    end = cursors.index(before) if before else len(cursors)
    end = max(start, end)
    begin, stop = start, end
    if "first" in size:
        stop = min(end, start + size["first"])
    else:
        begin = max(start, end - size["last"])
    found = cursors[begin:stop]
    # The part between two cursors that cross is empty; what is beyond them is there all the same.
    rest = cursors[cursors.index(before) :] if before else []
    return {
        "pageInfo": {
            "hasNextPage": stop < end or bool(rest),
            "hasPreviousPage": begin > start or start > 0,
            "startCursor": found[0] if found else None,
            "endCursor": found[-1] if found else None,
        },
        "edges": [{"cursor": cursor} for cursor in found],
    }


def _both(document: str) -> Any:
    """Return the data that both executors answer."""
    operation = Operation(parse(document))
    result = answer(operation, None, ReadContext())
    assert not result.errors, result.errors
    assert execute_fast(operation, None, ReadContext()) == orjson.dumps({"data": result.data})
    return result.data


LISTS = {
    "newest first": "news",
    "oldest first": "news(orderBy: PUBLISHED_ASC)",
    "by title": "news(orderBy: TITLE_ASC)",
    "with a filter": 'news(filter: {projectId: "ProjectPage-0"})',
    "projects": 'projects(filter: {startsOn: {from: "2026-01-01"}})',
    "events": "events",
    "a search": 'search(text: "news", filter: {types: ["NewsPage"]})',
    "in a project": "in a project",
}


def _document(named: str, windows: dict[str, str]) -> str:
    """Return a document that asks for several windows of one list, each under its own alias."""
    field, _, given = LISTS[named].removesuffix(")").partition("(")
    inside = named == "in a project"
    fields = " ".join(
        f"{alias}: {'news' if inside else field}({given} {window}) {{ {PAGE} }}"
        for alias, window in windows.items()
    )
    if inside:
        fields = (
            f'route(path: "/ProjectPage/0/") {{ page {{ ... on ProjectPage {{ {fields} }} }} }}'
        )
    return f"{{ {fields} }}"


def _pages(named: str, windows: dict[str, str]) -> dict[str, Page]:
    found = _both(_document(named, windows))
    pages: dict[str, Page] = found["route"]["page"] if named == "in a project" else found
    return pages


@pytest.mark.parametrize("named", LISTS)
def test_every_window_is_the_one_of_relay_s_algorithm(named: str) -> None:
    whole = _pages(named, {"whole": "first: 100"})["whole"]
    cursors = [edge["cursor"] for edge in whole["edges"]]
    windows, expected = {}, {}
    ends = [None, *cursors[::2]]
    sizes = [{end: size} for end in ("first", "last") for size in (1, 3, 7)]
    for number, (after, before, size) in enumerate(itertools.product(ends, ends, sizes)):
        given = [f"{name}: {value}" for name, value in size.items()]
        given += [f'after: "{after}"'] if after else []
        given += [f'before: "{before}"'] if before else []
        windows[f"w{number}"] = ", ".join(given)
        expected[f"w{number}"] = _expected(cursors, after, before, **size)

    assert len(cursors) == 7
    assert _pages(named, windows) == expected


def test_a_list_without_a_size_has_twenty_from_the_beginning() -> None:
    for number in range(16):
        _publish(f"News {number}", number)

    none = data('{ news { nodes { title } } search(text: "news") { nodes { page { title } } } }')
    nulls = data(NEWS, first=None, last=None, after=None, before=None)["news"]

    assert (len(none["news"]["nodes"]), len(none["search"]["nodes"])) == (20, 10)
    assert nulls["nodes"] == none["news"]["nodes"]


@pytest.mark.parametrize("order", ["PUBLISHED_DESC", "PUBLISHED_ASC", "TITLE_ASC"])
def test_a_walk_from_the_end_neither_skips_nor_repeats_while_items_come_and_go(order: str) -> None:
    goes = _publish("Zeta goes", 1)
    walked: list[str] = []
    before, has_more = None, True
    for page in range(20):
        found = data(NEWS, last=2, before=before, by=order)["news"]
        walked = [node["title"] for node in found["nodes"]] + walked
        before, has_more = found["pageInfo"]["startCursor"], found["pageInfo"]["hasPreviousPage"]
        if not has_more:
            break
        for days in (-1, 1, 9):
            _publish(f"New {page} {days}", days)
        if page == 0:
            PublishedItem.objects.filter(key=goes).delete()

    old = [title for title in walked if not title.startswith(("New", "Zeta"))]
    new = [title for title in walked if title.startswith("New")]
    assert not has_more
    assert sorted(old) == ["Alpha", "Alpha", "Beta", "Beta", "Delta", "Eta", "Gamma"]
    assert len(new) == len(set(new))


def test_one_walks_forth_and_back_with_the_cursors_of_one_page() -> None:
    first = data(NEWS, first=3)["news"]
    second = data(NEWS, first=3, after=first["pageInfo"]["endCursor"])["news"]

    back = data(NEWS, last=3, before=second["pageInfo"]["startCursor"])["news"]

    assert back["nodes"] == first["nodes"]
    assert back["pageInfo"] == first["pageInfo"]
    assert back["totalCount"] == 7


def test_a_page_tells_of_what_is_there_not_of_what_was_there() -> None:
    edges = data(NEWS)["news"]["edges"]
    gone = [f"page:NewsPage-{number}" for number in (6, 0, 1)]

    # The newest and the two oldest.
    PublishedItem.objects.filter(key__in=gone).delete()
    start = data(NEWS, first=9, after=edges[0]["cursor"])["news"]
    end = data(NEWS, last=9, before=edges[5]["cursor"])["news"]

    for page in (start, end):
        info = page["pageInfo"]
        assert (info["hasPreviousPage"], info["hasNextPage"]) == (False, False)
        assert len(page["nodes"]) == 4


def test_both_ends_at_once_are_refused() -> None:
    assert refused(NEWS, first=1, last=1) == (
        "BAD_USER_INPUT",
        "Give `first` or `last`, not both.",
    )


@pytest.mark.parametrize("size", [0, -1, 101, 2**31 - 1, -(2**31)])
def test_a_page_from_the_end_has_the_same_limits(size: int) -> None:
    for field in ("news(", "projects(", "events(", "openCalls(", 'search(text: "a", '):
        code = ("BAD_USER_INPUT", "`last` must be from 1 to 100.")
        assert refused(f"{{ {field}last: {size}) {{ nodes {{ __typename }} }} }}") == code


def test_what_is_no_cursor_is_refused_at_either_end() -> None:
    by_title = data(NEWS, by="TITLE_ASC")["news"]["pageInfo"]["endCursor"]

    for cursor in ("", "junk", by_title):
        code = ("BAD_USER_INPUT", "`before` is not a cursor of this list.")
        assert refused(NEWS, before=cursor) == code
        assert refused(NEWS, last=1, before=cursor) == code


def test_changes_have_no_end_to_begin_from() -> None:
    asked = "query($first: Int) { changes(first: $first) { nodes { type } } }"

    assert data(asked, first=None) == data("{ changes(first: 100) { nodes { type } } }")
    assert refused("{ changes(last: 1) { cursor } }")[0] == "GRAPHQL_VALIDATION_FAILED"


def test_what_is_beyond_a_page_costs_no_statement_more() -> None:
    edges = data(NEWS)["news"]["edges"]

    whole = ask(NEWS).statements
    inside = ask(NEWS, last=2, after=edges[0]["cursor"], before=edges[5]["cursor"]).statements

    assert len(inside) == len(whole)


def test_more_lists_than_one_statement_takes_are_answered() -> None:
    context = ReadContext()
    order = Order.SORT_AT_DESC
    lists = [
        Listing(("NewsPage",), "main", "en", order, size, wants_total=True)
        for size in range(1, 201)
    ]

    context.load(lists)

    # Each list has three terms, and SQLite takes at most 500 in one statement.
    assert [len(context.results[load].items) for load in lists[:9]] == [1, 2, 3, 4, 5, 6, 7, 7, 7]
    assert {context.results[load].total for load in lists} == {7}
