"""Decide where pages stand for the public, and whether they may be seen there."""

import datetime as dt
from collections.abc import Collection as Keys
from typing import Any, TypeAlias

from django.contrib.contenttypes.models import ContentType

from cms.publishing import kinds
from cms.publishing.page_tree import PageTree, prefixes, read_tree
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
    types = {row["content_type_id"] for row in rows}
    asked = None if pks is None else {row["pk"] for row in rows}
    embargoes = _embargoes([exposed[pk] for pk in types], pks=asked)
    return {
        row["pk"]: _place_page(
            row,
            type_name=exposed[row["content_type_id"]].__name__,
            tree=tree,
            around=around,
            embargo=embargoes.get(row["pk"]),
            now=now,
        )
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


def _place_page(
    row: dict[str, Any],
    *,
    type_name: str,
    tree: PageTree,
    around: Surroundings,
    embargo: dt.datetime | None,
    now: dt.datetime,
) -> Placement:
    locale = around.languages.get(row["locale_id"], "")
    translation_key = str(row["translation_key"])
    home = find_site(row["path"], around.sites)
    if home is None:
        return Placement(
            WithdrawalReason.MOVED,
            type_name=type_name,
            locale=locale,
            translation_key=translation_key,
        )
    site, root = home
    chain = list(tree.chain(row["path"], root=root.path))
    ends = [page["expire_at"] for page in chain if page["expire_at"] and page["expire_at"] > now]
    until = min(ends, default=None)
    waits = [instant for instant in (until, embargo) if instant and instant > now]
    restricted = not around.restricted_paths.isdisjoint(prefixes(row["path"]))
    reason = scope_reason(site, locale=locale)
    reason = reason or (WithdrawalReason.RESTRICTED if restricted else None)
    reason = reason or _chain_reason(chain, now=now)
    reason = reason or (WithdrawalReason.EMBARGOED if embargo and embargo > now else None)
    return Placement(
        reason,
        type_name=type_name,
        site=site.key,
        locale=locale,
        path=site.path_of(url_path=row["url_path"], root=root, locale=locale),
        translation_key=translation_key,
        valid_until=until,
        boundary_at=min(waits, default=None),
    )


def scope_reason(site: SiteInfo, *, locale: str) -> WithdrawalReason | None:
    """Return why nothing of a site and language is public; None while both are."""
    is_public = site.is_public and (not locale or locale in site.languages)
    return None if is_public else WithdrawalReason.SCOPE


def _chain_reason(chain: list[dict[str, Any]], *, now: dt.datetime) -> WithdrawalReason | None:
    """Return why a page is hidden by itself or by an ancestor, the nearest first."""
    for page in reversed(chain):
        if page["expired"] or (page["expire_at"] and page["expire_at"] <= now):
            return WithdrawalReason.EXPIRED
        if not page["live"]:
            return WithdrawalReason.UNPUBLISHED
    return None
