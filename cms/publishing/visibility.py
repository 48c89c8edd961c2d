"""May the public see this thing now, and if not, why? The only answer.

Everything is decided here from raw rows when a thing is reconciled; the delivery plane reads the
result and asks nothing again.
"""

import datetime as dt
from collections.abc import Collection as Keys
from dataclasses import replace
from typing import Any

from django.db.models import Model
from wagtail.contrib.redirects.models import Redirect

from cms.publishing import kinds
from cms.publishing.file_references import FileUse, file_uses
from cms.publishing.page_placements import Pks, Placements, place_pages, site_reason
from cms.publishing.protocols import Placement, WithdrawalReason
from cms.publishing.surroundings import Surroundings

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
        return place_pages(pks, below=below, now=now, around=around)
    if kind == kinds.SITE:
        return _place_sites(pks, around=around)
    # More than a statement can name are picked from all of them here.
    named = None if pks is not None and len(pks) > MANY else pks
    if kind == kinds.REDIRECT:
        found = _place_redirects(named, around=around)
    else:
        found = _place_rows(kind, pks=named, now=now, around=around)
    return found if named is pks else {pk: found[pk] for pk in pks or () if pk in found}


# Sites and redirects


def _place_sites(pks: Pks, *, around: Surroundings) -> Placements:
    return {
        site.pk: Placement(
            site_reason(site, locale=""), type_name=SITE_TYPE, site=site.key, path="site:"
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
            site_reason(site, locale="") if site else None,
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
    reason = site_reason(site, locale=locale) if site else None
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
