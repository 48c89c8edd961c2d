"""Collect by GraphQL what may be taken over, as a stranger would who walks the whole site.

Where to look comes from the authoring side (the oracle of the history tests), not from published rows:
what is public but answered nowhere is missed, and found missing.
"""

import datetime as dt
from typing import Any

import orjson
from django.test import Client

from tests.publishing.oracle import SNIPPETS, judge

SITES = ("main", "other")
PAGE = """
query ($path: String!, $site: String!) {
  route(path: $path, site: $site) {
    page {
      __typename id url title locale aliasOf { id }
      ... on NewsPage { types rights { isSyndicationAllowed } }
    }
  }
}
"""
NEWS = """
query ($site: String!, $locale: Locale!, $types: [NewsType!], $topics: [String!]) {
  news(first: 100, site: $site, locale: $locale, filter: {types: $types, topics: $topics}) {
    nodes { id rights { isSyndicationAllowed } }
  }
}
"""


def ask(query: str, **variables: Any) -> Any:
    """Return the data of an answer; None where the site itself is not public."""
    body = orjson.dumps({"query": query, "variables": variables})
    answer = orjson.loads(Client().post("/graphql", body, content_type="application/json").content)
    return answer.get("data")


def crawl_pages(now: dt.datetime) -> dict[str, Any]:
    """Return every page that may be taken over, by id."""
    paths = {verdict.path for verdict in judge(now).values() if verdict.path and not verdict.reason}
    found: dict[str, Any] = {}
    for site in SITES:
        for path in sorted(paths):
            data = ask(PAGE, path=path, site=site)
            page = data and data["route"]["page"]
            # An alias is found at its address, and is in no list and no stream.
            if page and page.pop("aliasOf") is not None:
                continue
            if page and page.pop("rights", {"isSyndicationAllowed": True})["isSyndicationAllowed"]:
                found[page["id"]] = page
    return found


def public_snippets(now: dt.datetime) -> set[str]:
    """Return the ids of the vocabulary, organisations and people that may be seen."""
    verdicts = judge(now)
    ids = {thing.public_id for model in SNIPPETS for thing in model.objects.all()}
    return {public_id for public_id in ids if not verdicts[public_id].reason}


def crawl_news(*, types: list[str] | None = None, topics: list[str] | None = None) -> set[str]:
    """Return the ids of the news in the lists of every site and language."""
    found: set[str] = set()
    for site in SITES:
        for locale in ("EN", "BG"):
            data = ask(NEWS, site=site, locale=locale, types=types, topics=topics)
            nodes = data["news"]["nodes"] if data and data["news"] else []
            found |= {node["id"] for node in nodes if node["rights"]["isSyndicationAllowed"]}
    return found
