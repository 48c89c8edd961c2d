"""Read the raw rows of pages and of their ancestors."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Q, QuerySet
from wagtail.models import Page

Row: TypeAlias = dict[str, Any]

STEP = Page.steplen
# Above this many, reading the whole table costs less than naming its rows.
MANY = 4000
COLUMNS = (
    "pk",
    "path",
    "url_path",
    "depth",
    "live",
    "expired",
    "expire_at",
    "locale_id",
    "translation_key",
    "content_type_id",
    "alias_of_id",
)


def prefixes(path: str) -> Iterator[str]:
    """Yield the tree paths from the root down to a page, its own included."""
    for end in range(STEP, len(path) + 1, STEP):
        yield path[:end]


@dataclass(frozen=True, slots=True)
class PageTree:
    """Hold pages by tree path, and say which of them were asked for.

    Shape: with all their ancestors, the sources of all aliases among these, and so on.
    """

    by_path: dict[str, Row]
    wanted: frozenset[str] | None

    def asked_for(self) -> Iterator[Row]:
        """Yield the rows that were asked for; never the root above all sites."""
        for path, row in self.by_path.items():
            if row["depth"] > 1 and (self.wanted is None or path in self.wanted):
                yield row

    def chain(self, path: str, *, root: str) -> Iterator[Row]:
        """Yield a page and its ancestors, up to and including the site's root page."""
        for prefix in prefixes(path):
            if len(prefix) >= len(root):
                yield self.by_path[prefix]

    def sources(self) -> dict[int, Row]:
        """Return by their primary keys the pages that others are aliases of."""
        pks = _sources(self.by_path)
        return {row["pk"]: row for row in self.by_path.values() if row["pk"] in pks} if pks else {}


def read_tree(pks: Collection[int] | None, *, below: Collection[int] = ()) -> PageTree:
    """Read some pages, and everything below some others; `pks` None means all pages.

    Shape: pages of `below` are themselves included.
    """
    rows: QuerySet[Any] = Page.objects.order_by()
    if pks is None or len(pks) + len(below) > MANY:
        found = {row["path"]: row for row in rows.values(*COLUMNS)}
        return PageTree(found, None if pks is None else _wanted(found, pks=pks, below=below))
    asked = dict(rows.filter(pk__in={*pks, *below}).values_list("pk", "path"))
    # `numchild` cannot be trusted: Wagtail saves it back from whatever copy is in memory.
    trees = [asked[pk] for pk in below if pk in asked]
    condition = Q(path__in={prefix for path in asked.values() for prefix in prefixes(path)})
    for tree in trees:
        condition |= Q(path__startswith=tree)
    found = {row["path"]: row for row in rows.filter(condition).values(*COLUMNS)}
    wanted = set(asked.values())
    wanted.update(path for path in found if path.startswith(tuple(trees)))
    _add_sources(found)
    return PageTree(found, frozenset(wanted))


def _add_sources(found: dict[str, Row]) -> None:
    """Add the sources of aliases with their ancestors, which may be aliases too."""
    rows: QuerySet[Any] = Page.objects.order_by()
    while missing := _sources(found) - {row["pk"] for row in found.values()}:
        paths = rows.filter(pk__in=missing).values_list("path", flat=True)
        above = {prefix for path in paths for prefix in prefixes(path)} - found.keys()
        found.update({row["path"]: row for row in rows.filter(path__in=above).values(*COLUMNS)})


def _sources(found: dict[str, Row]) -> set[int]:
    return {row["alias_of_id"] for row in found.values() if row["alias_of_id"]}


def aliases_of(pks: Collection[int]) -> set[int]:
    """Return the aliases of some pages, not the aliases of these."""
    rows = Page.objects.order_by()
    if len(pks) > MANY:
        every = rows.exclude(alias_of=None).values_list("pk", "alias_of_id")
        return {pk for pk, source in every if source in pks}
    return set(rows.filter(alias_of__in=pks).values_list("pk", flat=True))


def _wanted(
    found: dict[str, Row], *, pks: Collection[int], below: Collection[int]
) -> frozenset[str]:
    named, roots = set(pks), set(below)
    trees = tuple(path for path, row in found.items() if row["pk"] in roots)
    return frozenset(
        path
        for path, row in found.items()
        if row["pk"] in named or (trees and path.startswith(trees))
    )
