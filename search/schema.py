"""Answer searches over published rows: plain matching of words, with counts by facet."""

from __future__ import annotations

from collections.abc import Generator
from html import escape
from typing import Any

import graphene
from django.db import models
from graphql import GraphQLResolveInfo

from cms.content.asked import asked_place, date_condition, place_arguments
from cms.content.types import DateRange, PageInterface
from cms.publishing import exposure
from cms.publishing.connections import PageInfo, arguments, bad_input, checked, page_info
from cms.publishing.extension import assume_sizes, extend
from cms.publishing.reading.conditions import (
    Condition,
    Containing,
    Having,
    Order,
    PointingAt,
    Whose,
)
from cms.publishing.reading.items import Item
from cms.publishing.reading.listing import Listing, Slice
from cms.publishing.reading.selection import selected_names
from search.facets import Buckets, FacetCounts

Loading = Generator[Any, Any, Any]

TEXT_MAX = 200
WORDS_MAX = 10
FIRST_DEFAULT = 10
SNIPPET_LENGTH = 160
assume_sizes("Query", search=FIRST_DEFAULT)
PAGE_TYPES = (
    "ClusterPage",
    "StandardPage",
    "ProjectIndexPage",
    "ProjectPage",
    "NewsIndexPage",
    "NewsPage",
    "EventIndexPage",
    "EventPage",
)


class FacetName(models.TextChoices):
    """By what results are counted."""

    TYPE = "TYPE", "Type of page."
    TOPIC = "TOPIC", "Topic."
    PROJECT = "PROJECT", "Project."
    YEAR = "YEAR", "Year of the page's date."
    COUNTRY = "COUNTRY", "Country of a partner."
    LOCALE = "LOCALE", "Language."


FacetNameEnum = exposure.enum_type(FacetName, "By what results are counted.")


class SearchFilter(graphene.InputObjectType):
    """Narrow a search."""

    class Meta:
        description = "Narrows a search; what is given must all hold."

    types = graphene.List(graphene.NonNull(graphene.String), description="Type names of pages.")
    topics = graphene.List(graphene.NonNull(graphene.String), description="Topic codes.")
    project_id = graphene.ID(description="What belongs to this project.")
    countries = graphene.List(
        graphene.NonNull(graphene.String),
        description="Pages with a partner from one of these countries, as ISO codes.",
    )
    published_on = DateRange(description="Pages with a date in this range.")


class SearchBucket(graphene.ObjectType):
    """One value of a facet."""

    class Meta:
        description = "One value by which results are counted."

    value = graphene.String(required=True, description="The value, as filters take it.")
    label = graphene.String(required=True, description="The value in words.")
    count = graphene.Int(required=True, description="How many results have it.")


class SearchFacet(graphene.ObjectType):
    """Counts by one field."""

    class Meta:
        description = "How many results there are by the values of one field."

    name = graphene.Field(FacetNameEnum, required=True, description="The field.")
    buckets = graphene.List(
        graphene.NonNull(SearchBucket), required=True, description="Its values, most results first."
    )


class SearchResult(graphene.ObjectType):
    """One result."""

    class Meta:
        description = "A page that was found."

    highlight = graphene.String(
        required=True, description="Words around the first match as HTML, matches in <mark>."
    )
    page = graphene.Field(PageInterface, required=True, description="The page.")


class SearchEdge(graphene.ObjectType):
    """One result with its cursor."""

    class Meta:
        description = "A result with its cursor."

    cursor = graphene.String(required=True, description="Opaque position of the result.")
    node = graphene.Field(SearchResult, required=True, description="The result.")


class SearchConnection(graphene.ObjectType):
    """Pages that were found, with counts."""

    class Meta:
        description = "Pages that were found, newest first, with counts."

    edges = graphene.List(
        graphene.NonNull(SearchEdge), required=True, description="The results with their cursors."
    )
    nodes = graphene.List(graphene.NonNull(SearchResult), required=True, description="The results.")
    page_info = graphene.Field(
        PageInfo, required=True, description="Where this page stands in the whole."
    )
    total_count = graphene.Int(
        required=True, description="How many there are; counted only when asked for."
    )
    facets = graphene.List(
        graphene.NonNull(SearchFacet),
        required=True,
        description="Counts over all results, not only those of this page.",
    )


def highlight(page: Item, words: tuple[str, ...]) -> str:
    """Return words around the first match in the summary, or the title, as HTML."""
    for text in (page.summary, page.title):
        folded = text.casefold()
        places = [folded.find(word) for word in words if word in folded]
        if places and len(folded) == len(text):
            start = max(0, min(places) - SNIPPET_LENGTH // 3)
            return _marked(text[start : start + SNIPPET_LENGTH], words)
    return escape((page.summary or page.title)[:SNIPPET_LENGTH])


def _marked(text: str, words: tuple[str, ...]) -> str:
    folded = text.casefold()
    out, at = [], 0
    while at < len(text):
        word = next((word for word in words if folded.startswith(word, at)), None)
        if word:
            out.append(f"<mark>{escape(text[at : at + len(word)])}</mark>")
        else:
            out.append(escape(text[at]))
        at += len(word) if word else 1
    return "".join(out)


def _words(text: str | None) -> tuple[str, ...]:
    text = text or ""
    if len(text) > TEXT_MAX:
        raise bad_input(f"`text` must have at most {TEXT_MAX} characters.")
    words = tuple(dict.fromkeys(text.casefold().split()))
    if len(words) > WORDS_MAX:
        raise bad_input(f"`text` must have at most {WORDS_MAX} words.")
    return words


def _conditions(words: tuple[str, ...], wanted: Any) -> tuple[Condition, ...]:
    wanted = wanted or {}
    found: list[Condition] = [Containing(words)] if words else []
    if wanted.get("topics") is not None:
        found.append(Whose("topic", Having("termCode", tuple(wanted["topics"]))))
    if wanted.get("project_id") is not None:
        found.append(PointingAt("project", public_id=wanted["project_id"]))
    if wanted.get("countries") is not None:
        found.append(Whose("partner", Having("country", tuple(wanted["countries"]))))
    found += date_condition("sort_at", wanted.get("published_on"))
    return tuple(found)


@extend("Query")
class SearchQueries(graphene.ObjectType):
    """Search."""

    class Meta:
        description = "Root field of search."

    search = graphene.Field(
        SearchConnection,
        text=graphene.String(
            description="Words that must all occur, at most 200 characters; all pages when absent."
        ),
        filter=SearchFilter(description="Narrows the search."),
        **arguments(default=FIRST_DEFAULT),
        **place_arguments(),
        description="Pages of a site in one language that contain all words, newest first.",
    )

    def resolve_search(
        root: Any,
        info: GraphQLResolveInfo,
        text: str | None = None,
        filter: Any = None,
        site: str | None = None,
        locale: str | None = None,
        **window: Any,
    ) -> Loading:
        """Answer a page of results."""
        served, code = asked_place(info, site=site, locale=locale)
        words = _words(text)
        asked = (filter or {}).get("types")
        types = PAGE_TYPES if asked is None else asked
        listing = Listing(
            tuple(name for name in types if name in PAGE_TYPES),
            served.key,
            code,
            Order.SORT_AT_DESC,
            conditions=_conditions(words, filter),
            **window,
        )
        found: Slice = yield checked(listing, info, default=FIRST_DEFAULT)
        facets: list[dict[str, Any]] = []
        if "facets" in selected_names(info):
            facets = yield from _facets(listing, locale=code)
        return _connection(found, words=words, facets=facets)


def _facets(listing: Listing, *, locale: str) -> Loading:
    buckets: Buckets = yield FacetCounts(listing, locale)
    return [
        {"name": name.value, "buckets": found}
        for name in FacetName
        if (found := buckets.get(name.value))
    ]


def _connection(
    found: Slice, *, words: tuple[str, ...], facets: list[dict[str, Any]]
) -> dict[str, Any]:
    results = [{"highlight": highlight(page, words), "page": page} for page in found.items]
    cursors = zip(found.cursors, results, strict=True)
    return {
        "edges": [{"cursor": cursor, "node": result} for cursor, result in cursors],
        "nodes": results,
        "page_info": page_info(found),
        "total_count": found.total,
        "facets": facets,
    }
