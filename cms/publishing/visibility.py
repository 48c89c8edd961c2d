"""May the public see this thing now, and if not, why? The only answer.

Everything is decided here from raw rows when a thing is reconciled; the delivery plane reads the
result and asks nothing again.
"""

import datetime as dt
from collections.abc import Collection as Keys
from dataclasses import replace
from typing import Any, TypeAlias

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.contrib.redirects.models import Redirect

from cms.publishing import kinds
from cms.publishing.file_references import FileUse, file_uses
from cms.publishing.page_tree import PageTree, prefixes, read_tree
from cms.publishing.protocols import Placement, WithdrawalReason
from cms.publishing.sites import SiteInfo, SiteRoot
from cms.publishing.surroundings import Surroundings

Pks: TypeAlias = Keys[int] | None
Placements: TypeAlias = dict[int, Placement]

# Above this many, reading the whole table costs less than naming its rows.
MANY = 4000
# What decides about a thing that is no page, where its model has such a column.
DECISIVE = frozenset(
    {"site", "locale", "name", "expire_at", "expired", "collection", "keep_public"}
)
REDIRECT_TYPE = "Redirect"
SITE_TYPE = "Site"


def placements(
    kind: str,
    *,
    pks: Pks,
    now: dt.datetime,
    below: Keys[int] = (),
    around: Surroundings | None = None,
) -> Placements:
    """Return where each existing thing of a kind stands; `pks` None means all of them.

    Shape: `below` adds pages with everything below them. Things that do not exist, and pages of a
           type without a public face, are absent from the answer.
    """
    around = around or Surroundings()
    if kind == kinds.PAGE:
        return _place_pages(pks, below=below, now=now, around=around)
    if kind == kinds.SITE:
        return _place_sites(pks, around=around)
    # More than a statement can name are picked from all of them here.
    named = None if pks is not None and len(pks) > MANY else pks
    if kind == kinds.REDIRECT:
        found = _place_redirects(named, around=around)
    else:
        found = _place_rows(kind, pks=named, now=now, around=around)
    return found if named is pks else {pk: found[pk] for pk in pks or () if pk in found}


# Pages


def _place_pages(
    pks: Pks, *, below: Keys[int], now: dt.datetime, around: Surroundings
) -> Placements:
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
    reason = _scope_reason(site, locale=locale)
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


def _scope_reason(site: SiteInfo, *, locale: str) -> WithdrawalReason | None:
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


# Sites and redirects


def _place_sites(pks: Pks, *, around: Surroundings) -> Placements:
    return {
        site.pk: Placement(
            _scope_reason(site, locale=""), type_name=SITE_TYPE, site=site.key, path="site:"
        )
        for site in around.sites
        if pks is None or site.pk in pks
    }


def _place_redirects(pks: Pks, *, around: Surroundings) -> Placements:
    rows = Redirect.objects.order_by()
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    found: Placements = {}
    for pk, old_path, site_id in rows.values_list("pk", "old_path", "site_id"):
        site = around.sites_by_pk.get(site_id)
        found[pk] = Placement(
            _scope_reason(site, locale="") if site else None,
            type_name=REDIRECT_TYPE,
            site=site.key if site else "",
            path=old_path,
        )
    return found


# Snippets, menus, settings, images and documents


def _place_rows(kind: str, *, pks: Pks, now: dt.datetime, around: Surroundings) -> Placements:
    model = kinds.single_model(kind)
    columns = {field.name for field in model._meta.concrete_fields}
    conditions: dict[str, WithdrawalReason] = getattr(model, "published_conditions", {})
    names = ["pk", *sorted((columns & DECISIVE) | conditions.keys())]
    rows: Any = model._default_manager.order_by()
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    uses = file_uses(kind, pks=pks, now=now) if kind in kinds.FILES else {}
    found: Placements = {}
    for row in rows.values(*names):
        placement = _place_row(row, model=model, kind=kind, now=now, around=around)
        if kind in kinds.FILES and not row.get("keep_public"):
            placement = _place_file(placement, use=uses.get(row["pk"]))
        found[row["pk"]] = placement
    return found


def _place_row(
    row: dict[str, Any],
    *,
    model: type[Model],
    kind: str,
    now: dt.datetime,
    around: Surroundings,
) -> Placement:
    site = around.sites_by_pk.get(row["site"]) if "site" in row else None
    locale = around.languages.get(row["locale"], "") if "locale" in row else ""
    expire_at = row.get("expire_at")
    until = expire_at if expire_at and expire_at > now else None
    is_addressed = kind in (kinds.MENU, kinds.SETTINGS)
    conditions: dict[str, WithdrawalReason] = getattr(model, "published_conditions", {})
    failed = (reason for column, reason in conditions.items() if not row[column])
    reason = _scope_reason(site, locale=locale) if site else None
    if "collection" in row and row["collection"] in around.private_collections:
        reason = reason or WithdrawalReason.RESTRICTED
    if row.get("expired") or (expire_at and expire_at <= now):
        reason = reason or WithdrawalReason.EXPIRED
    return Placement(
        reason or next(failed, None),
        type_name=model.__name__,
        site=site.key if site else "",
        locale=locale,
        path=f"{kind}:{row.get('name', '')}" if is_addressed else "",
        valid_until=until,
        boundary_at=until,
    )


def _place_file(placement: Placement, *, use: FileUse | None) -> Placement:
    """Return where a picture or document stands that no editor keeps public."""
    if placement.reason is not None:
        return placement
    if use is None:
        return replace(placement, reason=WithdrawalReason.UNREFERENCED)
    ends_at = use.ends_at
    return replace(
        placement, valid_until=ends_at, boundary_at=ends_at, is_syndicated=use.is_syndicated
    )
