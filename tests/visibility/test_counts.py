"""No count, order or length says how much is hidden."""

from collections import Counter
from typing import Any

import pytest

from cms.publishing.public_ids import stored_block_id
from cms.publishing.reading.context import ReadContext
from tests.visibility.secret_world import SecretWorld
from tests.visibility.walker import ask

pytestmark = pytest.mark.django_db

LISTS = ("news", "projects", "events", "openCalls")
SEARCH = """query ($filter: SearchFilter) { search(text: "i", first: 100, filter: $filter) {
    totalCount
    nodes { page { __typename id
        ... on NewsPage { publishedOn topics { code } project { id } }
        ... on EventPage { startsAt project { id } }
        ... on ProjectPage { partners { organisation { country { code } } } }
    } }
    facets { name buckets { value count } }
} }"""


def data(query: str, **variables: Any) -> Any:
    answer = ask(query, variables, context=ReadContext())
    assert answer["errors"] == []
    return answer["data"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("site", ["main", "other"])
@pytest.mark.parametrize("locale", ["EN", "BG"])
def test_a_total_is_the_number_of_what_can_be_read(
    secret_world: SecretWorld, name: str, site: str, locale: str
) -> None:
    query = f"query ($site: String, $locale: Locale, $first: Int, $after: String) {{ list: {name}("
    query += "site: $site, locale: $locale, first: $first, after: $after) {"
    query += " totalCount nodes { id } pageInfo { hasNextPage endCursor } } }"
    place = {"site": site, "locale": locale}
    whole = data(query, **place, first=100)["list"]

    one_by_one: list[str] = []
    after, more = None, True
    while more:
        page = data(query, **place, first=1, after=after)["list"]
        one_by_one += [node["id"] for node in page["nodes"]]
        assert page["totalCount"] == whole["totalCount"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert whole["totalCount"] == len(whole["nodes"])
    assert whole["pageInfo"]["hasNextPage"] is False
    assert one_by_one == [node["id"] for node in whole["nodes"]]


def test_news_of_a_project_are_those_that_say_so(secret_world: SecretWorld) -> None:
    query = """{ projects { nodes { id news(first: 100) { totalCount nodes { id } } } }
                 news(first: 100) { nodes { id project { id } } } }"""

    answer = data(query)

    for project in answer["projects"]["nodes"]:
        said = {n["id"] for n in answer["news"]["nodes"] if n["project"] == {"id": project["id"]}}
        listed = project["news"]
        assert {node["id"] for node in listed["nodes"]} == said
        assert listed["totalCount"] == len(said)


def test_facets_count_what_results_show(secret_world: SecretWorld) -> None:
    found = data(SEARCH)["search"]
    pages = [node["page"] for node in found["nodes"]]

    told = {
        facet["name"]: {bucket["value"]: bucket["count"] for bucket in facet["buckets"]}
        for facet in found["facets"]
    }

    assert found["totalCount"] == len(pages)
    assert told["TYPE"] == Counter(page["__typename"] for page in pages)
    assert told["TOPIC"] == Counter(t["code"] for page in pages for t in page.get("topics", ()))
    assert told["PROJECT"] == Counter(
        page["project"]["id"] for page in pages if page.get("project")
    )
    assert told["COUNTRY"] == Counter(
        country
        for page in pages
        for country in {p["organisation"]["country"]["code"] for p in page.get("partners", ())}
    )
    assert sum(told["LOCALE"].values()) == len(pages)


def test_a_hidden_id_or_code_filters_like_one_that_never_was(secret_world: SecretWorld) -> None:
    things = secret_world.hidden.things
    codes = [term.code for term in things.terms.values()] + [things.expiring_term.code]
    calls: list[tuple[str, str, list[Any]]] = [
        ("news", "projectId", secret_world.hidden_ids),
        ("news", "topics", [[code] for code in codes]),
        ("events", "projectId", secret_world.hidden_ids),
        ("projects", "partnerId", secret_world.hidden_ids),
        ("projects", "programmeId", secret_world.hidden_ids),
        ("projects", "countries", [["MT"], ["CY"]]),
        ("search", "projectId", secret_world.hidden_ids),
        ("search", "countries", [["MT"], ["CY"]]),
        ("search", "topics", [[code] for code in codes]),
    ]
    nothing = {"totalCount": 0, "nodes": [], "pageInfo": {"endCursor": None}}

    for root, name, values in calls:
        kind = {"news": "News", "events": "Event", "projects": "Project", "search": "Search"}[root]
        node = "page { id }" if root == "search" else "id"
        text = 'text: "i", ' if root == "search" else ""
        query = f"query ($f: {kind}Filter) {{ {root}({text}filter: $f) {{ totalCount"
        query += f" nodes {{ {node} }} pageInfo {{ endCursor }} }} }}"
        found = [value for value in values if data(query, f={name: value})[root] != nothing]
        assert (root, name, found) == (root, name, [])


def test_lists_are_in_the_order_of_what_is_public(secret_world: SecretWorld) -> None:
    query = """query ($order: NewsOrder) {
        news(first: 100, orderBy: $order) { nodes { title publishedAt } } }"""

    by_title = data(query, order="TITLE_ASC")["news"]["nodes"]
    newest = data(query, order="PUBLISHED_DESC")["news"]["nodes"]
    oldest = data(query, order="PUBLISHED_ASC")["news"]["nodes"]

    assert [n["title"] for n in by_title] == sorted(
        (n["title"] for n in by_title), key=str.casefold
    )
    dates = [node["publishedAt"] for node in newest]
    assert dates == sorted(dates, reverse=True)
    assert [node["publishedAt"] for node in oldest] == dates[::-1]
    assert len(by_title) == len(newest) == len(oldest)


def test_menus_and_routes_hold_no_gap_for_what_is_hidden(secret_world: SecretWorld) -> None:
    query = """{ menu(name: MAIN, locale: BG) { label url children { label } }
                 cluster { managementTeam { name } supportServices { term { code } } } }"""

    answer = data(query)

    public_english_only = answer["menu"]
    assert [(entry["label"], entry["children"]) for entry in public_english_only] == [
        ("Public", [])
    ]
    assert all(person["name"] for person in answer["cluster"]["managementTeam"])
    assert len(answer["cluster"]["managementTeam"]) == 3
    assert len(answer["cluster"]["supportServices"]) == 2


@pytest.mark.parametrize("root", ["news", "projects", "events"])
def test_bodies_have_no_block_for_what_is_hidden(secret_world: SecretWorld, root: str) -> None:
    page_type = {"news": "NewsPage", "projects": "ProjectPage", "events": "EventPage"}[root]
    query = f"{{ list: {root}(first: 100) {{ nodes {{ ... on {page_type} {{ body {{ id __typename"
    query += " ... on LinkBlock { target { url } } ... on CallToActionBlock { target { url } }"
    query += " ... on GalleryBlock { pictures { caption } }"
    query += " ... on TextBlock { content { html } } } } } } }"

    blocks = [block for node in data(query)["list"]["nodes"] for block in node["body"]]

    pointing = [block for block in blocks if _stored_id(block).startswith("hidden-")]
    targets = [block["target"] for block in pointing if "target" in block]
    assert {b["__typename"] for b in pointing} == {
        "TextBlock",
        "LinkBlock",
        "CallToActionBlock",
        "GalleryBlock",
    }
    # A link and a gallery have something to say without what is hidden.
    assert targets == [None] * len(targets)
    assert [b["pictures"] for b in pointing if "pictures" in b] == [[], []]
    assert ["<a" in b["content"]["html"] for b in pointing if "content" in b] == [False]


def _stored_id(block: dict[str, Any]) -> str:
    found = stored_block_id(block["id"])
    assert found is not None
    return found[1]
