"""Read the raw rows of pages and of their ancestors."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from wagtail.models import Page

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
)


def prefixes(path: str) -> Iterator[str]:
    """Yield the tree paths from the root down to a page, its own included."""
    for end in range(STEP, len(path) + 1, STEP):
        yield path[:end]


@dataclass(frozen=True, slots=True)
class PageTree:
    """Hold pages with all their ancestors, by tree path, and say which of them were asked for."""

    by_path: dict[str, dict[str, Any]]
    wanted: frozenset[str] | None

    def asked_for(self) -> Iterator[dict[str, Any]]:
        """Yield the rows that were asked for; never the root above all sites."""
        for path, row in self.by_path.items():
            if row["depth"] > 1 and (self.wanted is None or path in self.wanted):
                yield row

    def chain(self, path: str, *, root: str) -> Iterator[dict[str, Any]]:
        """Yield a page and its ancestors, up to and including the site's root page."""
        for prefix in prefixes(path):
            if len(prefix) >= len(root):
                yield self.by_path[prefix]


def read_tree(pks: Collection[int] | None, *, below: Collection[int] = ()) -> PageTree:
    """Read some pages, and everything below some others; `pks` None means all pages.

    Shape: pages of `below` are themselves included.
    """
    rows = Page.objects.order_by()
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
    return PageTree(found, frozenset(wanted))


def _wanted(
    found: dict[str, dict[str, Any]], *, pks: Collection[int], below: Collection[int]
) -> frozenset[str]:
    named, roots = set(pks), set(below)
    trees = tuple(path for path, row in found.items() if row["pk"] in roots)
    return frozenset(
        path
        for path, row in found.items()
        if row["pk"] in named or (trees and path.startswith(trees))
    )
