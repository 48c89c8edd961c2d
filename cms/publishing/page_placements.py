"""Decide where pages stand for the public, and whether they may be seen there."""

import datetime as dt
from collections.abc import Collection as Keys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from django.contrib.contenttypes.models import ContentType

from cms.publishing import kinds
from cms.publishing.page_tree import PageTree, Row, prefixes, read_tree
from cms.publishing.protocols import Placement, WithdrawalReason
from cms.publishing.sites import SiteInfo, SiteRoot
from cms.publishing.surroundings import Surroundings

Pks: TypeAlias = Keys[int] | None
Placements: TypeAlias = dict[int, Placement]

# Above this many, reading the whole table costs less than naming its rows.
MANY = 4000


def place_pages(
    pks: Pks, *, below: Keys[int], now: dt.datetime, around: Surroundings
) -> Placements:
    """Return where pages stand; `pks` None means all of them, `below` adds whole branches."""
    models = ContentType.objects.get_for_models(*kinds.page_models())
    exposed = {content_type.pk: model for model, content_type in models.items()}
    tree = read_tree(pks, below=below)
    rows = [row for row in tree.asked_for() if row["content_type_id"] in exposed]
    sources = tree.sources()
    types = {row["content_type_id"] for row in (*rows, *sources.values())} & exposed.keys()
    asked = None if pks is None else {row["pk"] for row in rows} | sources.keys()
    embargoes = _embargoes([exposed[pk] for pk in types], pks=asked)
    places = _Places(tree, sources=sources, around=around, embargoes=embargoes, now=now)
    return {
        row["pk"]: replace(places.place(row), type_name=exposed[row["content_type_id"]].__name__)
        for row in rows
    }


def _embargoes(models: list[Any], *, pks: Pks) -> dict[int, dt.datetime]:
    found: dict[int, dt.datetime] = {}
    for model in models:
        field = getattr(model, "published_from_field", None)
        if field:
            rows = model.objects.exclude(**{field: None}).order_by()
            if pks is not None and len(pks) <= MANY:
                rows = rows.filter(pk__in=pks)
            found.update(rows.values_list("pk", field))
    return found


def find_site(path: str, sites: list[SiteInfo]) -> tuple[SiteInfo, SiteRoot] | None:
    """Return the innermost site and root that a page stands below."""
    best: tuple[SiteInfo, SiteRoot] | None = None
    for site in sites:
        for root in site.roots.values():
            if path.startswith(root.path) and (not best or len(root.path) > len(best[1].path)):
                best = site, root
    return best


class _Places:
    """Place pages; an alias, and what is below it, also as its source is placed."""

    def __init__(
        self,
        tree: PageTree,
        *,
        sources: Mapping[int, Row],
        around: Surroundings,
        embargoes: Mapping[int, dt.datetime],
        now: dt.datetime,
    ) -> None:
        self.tree, self.sources, self.around = tree, sources, around
        self.embargoes, self.now = embargoes, now
        self._kept: dict[int, Placement] = {}

    def place(self, row: Row) -> Placement:
        """Return where a page stands, its type left out."""
        placement = self._alone(row)
        waited_for = [self._alone(source) for source in self._waited_for(row)]
        if row["alias_of_id"]:
            source = f"{kinds.PAGE}:{self._source(row)['pk']}"
            placement = replace(placement, alias_of=source, is_syndicated=False)
        if not waited_for:
            return placement
        every = [placement, *waited_for]
        return replace(
            placement,
            reason=next((one.reason for one in every if one.reason), None),
            valid_until=min((one.valid_until for one in every if one.valid_until), default=None),
            boundary_at=min((one.boundary_at for one in every if one.boundary_at), default=None),
        )

    def _waited_for(self, row: Row) -> Iterator[Row]:
        """Yield the sources that must be public for a page to be: its own, those of aliases above it,
        and what these wait for, each once.
        """
        seen, waiting = {row["pk"]}, [row]
        for one in waiting:
            for page in reversed(self._chain(one)):
                source = self.sources.get(page["alias_of_id"])
                if source is not None and source["pk"] not in seen:
                    seen.add(source["pk"])
                    waiting.append(source)
                    yield source

    def _source(self, row: Row) -> Row:
        """Return the page at the end of a chain of aliases."""
        seen = set()
        while row["alias_of_id"] and row["pk"] not in seen:
            seen.add(row["pk"])
            row = self.sources[row["alias_of_id"]]
        return row

    def _chain(self, row: Row) -> list[Row]:
        """Return the pages from the root of its site down to a page; nothing outside of all sites."""
        home = find_site(row["path"], self.around.sites)
        return list(self.tree.chain(row["path"], root=home[1].path)) if home else []

    def _alone(self, row: Row) -> Placement:
        """Return where a page stands by itself and its ancestors, whatever it is an alias of."""
        if row["pk"] not in self._kept:
            self._kept[row["pk"]] = self._decide(row)
        return self._kept[row["pk"]]

    def _decide(self, row: Row) -> Placement:
        around, now, embargo = self.around, self.now, self.embargoes.get(row["pk"])
        locale = around.languages.get(row["locale_id"], "")
        translation_key = str(row["translation_key"])
        home = find_site(row["path"], around.sites)
        if home is None:
            moved = WithdrawalReason.MOVED
            return Placement(moved, locale=locale, translation_key=translation_key)
        site, root = home
        chain = self._chain(row)
        ends = [page["expire_at"] for page in chain if page["expire_at"]]
        until = min((end for end in ends if end > now), default=None)
        waits = [instant for instant in (until, embargo) if instant and instant > now]
        restricted = not around.restricted_paths.isdisjoint(prefixes(row["path"]))
        reason = site_reason(site, locale=locale)
        reason = reason or (WithdrawalReason.RESTRICTED if restricted else None)
        reason = reason or _chain_reason(chain, now=now)
        reason = reason or (WithdrawalReason.EMBARGOED if embargo and embargo > now else None)
        return Placement(
            reason,
            site=site.key,
            locale=locale,
            path=site.path_of(url_path=row["url_path"], root=root, locale=locale),
            translation_key=translation_key,
            valid_until=until,
            boundary_at=min(waits, default=None),
        )


def site_reason(site: SiteInfo, *, locale: str) -> WithdrawalReason | None:
    """Return why nothing of a site and language is public; None while both are."""
    is_public = site.is_public and (not locale or locale in site.languages)
    return None if is_public else WithdrawalReason.SITE_HIDDEN


def _chain_reason(chain: list[Row], *, now: dt.datetime) -> WithdrawalReason | None:
    """Return why a page is hidden by itself or by an ancestor, the nearest first."""
    for page in reversed(chain):
        if page["expired"] or (page["expire_at"] and page["expire_at"] <= now):
            return WithdrawalReason.EXPIRED
        if not page["live"]:
            return WithdrawalReason.UNPUBLISHED
    return None
