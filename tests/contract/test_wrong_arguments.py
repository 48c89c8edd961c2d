"""A wrong argument nulls its own field with a code and a path, and everything else is answered."""

from typing import Any

import orjson
import pytest
from graphql import parse

from cms.publishing.models import Change, PublishedItem
from cms.publishing.reading.compiled.execute import execute_fast
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation
from tests.contract.asking import ask
from tests.contract.whole_world import NOW

pytestmark = pytest.mark.django_db

SITE = '{"key":"main","baseUrl":"","isDefault":true,"defaultLocale":"en","languages":["en"]}'
ITEMS = "{ nodes { title } }"
# Field, path of its error, message.
WRONG = {
    f'news(after: "junk") {ITEMS}': "`after` is not a cursor of this list.",
    f'news(before: "junk") {ITEMS}': "`before` is not a cursor of this list.",
    f"news(first: 0) {ITEMS}": "`first` must be from 1 to 100.",
    f"news(last: -1) {ITEMS}": "`last` must be from 1 to 100.",
    f"news(first: 1, last: 1) {ITEMS}": "Give `first` or `last`, not both.",
    f'news(site: "none") {ITEMS}': "There is no such site.",
    f"openCalls(first: 101) {ITEMS}": "`first` must be from 1 to 100.",
    f'projects(after: "junk") {ITEMS}': "`after` is not a cursor of this list.",
    f'events(site: "none") {ITEMS}': "There is no such site.",
    'cluster(site: "none") { id }': "There is no such site.",
    'siteSettings(site: "none") { id }': "There is no such site.",
    'menu(name: MAIN, site: "none") { label }': "There is no such site.",
    'route(path: "/", site: "none") { status }': "There is no such site.",
    'search(text: "a", first: 0) { totalCount }': "`first` must be from 1 to 100.",
    f'search(text: "{"a" * 201}") {{ totalCount }}': "`text` must have at most 200 characters.",
    "changes(first: 0) { cursor }": "`first` must be from 1 to 100.",
    'changes(filter: {site: "none"}) { cursor }': "There is no such site.",
}


def _row(kind: str, type_name: str, path: str, head: dict[str, Any]) -> PublishedItem:
    return PublishedItem(
        key=f"{kind}:{type_name}",
        kind=kind,
        type=type_name,
        public_id=f"{kind}-{type_name}",
        site="main" if path else "",
        locale="en" if path else "",
        path=path,
        head=orjson.dumps(head).decode(),
        title=head.get("title", ""),
        sort_at=NOW,
        starts_at=NOW,
        visible=True,
        change=Change.PUBLISHED,
        changed_at=NOW,
        seq=1,
    )


@pytest.fixture(autouse=True)
def world() -> None:
    """Publish one site with a project and a news of its own."""
    site = _row("site", "Site", "", orjson.loads(SITE))
    project = _row("page", "ProjectPage", "/p/", {"title": "Project"})
    news = _row("page", "NewsPage", "/n/", {"title": "News"})
    PublishedItem.objects.bulk_create([site, project, news])


@pytest.mark.parametrize("field", WRONG)
def test_a_wrong_argument_nulls_its_own_field_and_nothing_else(field: str) -> None:
    document = f"{{ wrong: {field} menu(name: MAIN) {{ label }} news {ITEMS} }}"

    told = ask(document)

    assert told.status == 200
    assert told.content["data"] == {
        "wrong": None,
        "menu": [],
        "news": {"nodes": [{"title": "News"}]},
    }
    (error,) = told.content["errors"]
    assert error["path"] == ["wrong"]
    assert (error["message"], error["extensions"]) == (WRONG[field], {"code": "BAD_USER_INPUT"})
    # Errors are told by the reference alone.
    assert execute_fast(Operation(parse(document)), None, ReadContext(now=NOW)) is None


def test_a_wrong_cursor_inside_a_page_nulls_the_list_and_leaves_the_page() -> None:
    told = ask(
        '{ route(path: "/p/") { page { title'
        ' ... on ProjectPage { news(after: "junk") { totalCount } } } } }'
    )

    assert told.content["data"] == {"route": {"page": {"title": "Project", "news": None}}}
    assert [error["path"] for error in told.content["errors"]] == [["route", "page", "news"]]


def test_a_list_that_is_never_null_takes_its_page_along_and_nothing_else() -> None:
    told = ask(
        '{ a: route(path: "/n/") { status page { ... on NewsPage { related(first: -1) { id } } } }'
        " news { nodes { title } } }"
    )

    assert told.content["data"] == {
        "a": {"status": "OK", "page": None},
        "news": {"nodes": [{"title": "News"}]},
    }
    assert [error["path"] for error in told.content["errors"]] == [["a", "page", "related"]]


def test_an_id_that_names_nothing_is_no_mistake() -> None:
    lists = 'news(filter: {projectId: "junk"}) { totalCount } projects(filter: {partnerId: "junk"})'

    told = ask(f"{{ {lists} {{ totalCount }} }}")

    assert told.content == {"data": {"news": {"totalCount": 0}, "projects": {"totalCount": 0}}}


def test_variables_that_do_not_fit_the_schema_refuse_the_request() -> None:
    told = ask("query($by: NewsOrder) { news(orderBy: $by) { totalCount } }", by="SIDEWAYS")

    assert told.status == 400
    assert "data" not in told.content
