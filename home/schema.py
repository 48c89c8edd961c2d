"""Answer the cluster's profile, addresses, menus and site settings."""

from collections.abc import Generator
from typing import Any

import graphene
from django.db import models
from graphql import GraphQLResolveInfo
from grapple.registry import registry

from cms.content.asked import asked_place, asked_site, home_path, place_arguments
from cms.content.graphql.links import linked_page, path_of_link
from cms.content.types import PageInterface, locale_code
from cms.publishing import exposure, extension
from cms.publishing.connections import wants_tail
from cms.publishing.extension import extend
from cms.publishing.reading.addresses import At, Found
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item, Part
from cms.publishing.reading.loads import Things
from cms.publishing.reading.served import ServedSite
from cms.publishing.reading.structured_data import structured_data
from cms.publishing.sites import content_languages
from home.choices import MenuNameEnum
from home.models import ClusterPage, SiteSettings
from home.models.menus import MenuItem
from home.redirects import RedirectQueries, destination_of
from home.site_fields import SiteFields

__all__ = ["RedirectQueries", "SiteFields"]

Loading = Generator[Any, Any, Any]

extension.vanishes_with("MenuItem", "page")


class RouteStatus(models.TextChoices):
    """What is at an address."""

    OK = "OK", "A public page."
    REDIRECT = "REDIRECT", "Something that has moved; `redirectTo` says where."
    GONE = "GONE", "Nothing any more; a page was public here once."
    NOT_FOUND = "NOT_FOUND", "Nothing."


RouteStatusEnum = exposure.enum_type(RouteStatus, "What is at an address.")


class Route(graphene.ObjectType):
    """What is at an address."""

    class Meta:
        description = "What is at an address of the site."

    status = graphene.Field(RouteStatusEnum, required=True, description="What was found.")
    http_status = graphene.Int(
        required=True,
        description="The HTTP status for the frontend's answer: 200, 301 or 302, 410, 404.",
    )
    redirect_to = graphene.String(description="Where to go instead, as an absolute address.")
    redirect_path = graphene.String(
        description="Path of that address on the same site; null when it leads elsewhere."
    )
    is_permanent = graphene.Boolean(
        required=True, description="Whether the move is for good; false when nothing moved."
    )
    page = graphene.Field(PageInterface, description="The page, when the status is OK.")


def _route_paths(path: str, *, site: ServedSite, locale: str | None) -> tuple[str, str]:
    """Return the path in the form of pages and in the form of redirects."""
    clean = "/" + path.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0].strip("/")
    code = locale_code(locale) if locale else site.default_locale
    prefix = home_path(site, code).rstrip("/")
    if prefix and clean != prefix and not clean.startswith(f"{prefix}/"):
        clean = prefix + clean.rstrip("/")
    return (clean if clean == "/" else f"{clean}/"), clean


def _language(path: str, *, site: ServedSite) -> str:
    """Return the language of a path, which its prefix says."""
    first = path.split("/", maxsplit=2)[1]
    return first if first in content_languages() else site.default_locale


HTTP_STATUSES = {RouteStatus.OK: 200, RouteStatus.GONE: 410, RouteStatus.NOT_FOUND: 404}


def _answer(status: RouteStatus, **values: Any) -> dict[str, Any]:
    code = HTTP_STATUSES.get(status, 301 if values.get("is_permanent") else 302)
    return {"status": status.name, "http_status": code, "is_permanent": False, **values}


def _was_public(redirect: Item | None) -> bool:
    """Tell whether a page stood at an address that led to it until it was hidden."""
    return redirect is not None and bool(redirect.get("wasPublic"))


def _route(context: ReadContext, site: ServedSite, places: list[Found]) -> Loading:
    items = [place.item for place in places if place.item is not None]
    page = next((item for item in items if item.kind == "page"), None)
    if page is not None:
        return _answer(RouteStatus.OK, page=page)
    redirect = next((item for item in items if item.kind == "redirect"), None)
    if redirect is not None:
        there = yield from destination_of(redirect, context, site=site)
        if there:
            return _answer(
                RouteStatus.REDIRECT,
                redirect_to=there.url,
                redirect_path=there.path,
                is_permanent=bool(redirect.get("isPermanent")),
            )
    gone = any(place.was_public for place in places) or _was_public(redirect)
    return _answer(RouteStatus.GONE if gone else RouteStatus.NOT_FOUND)


@extend("MenuItem")
class MenuItemFields(graphene.ObjectType):
    """Add to menu entries where they lead."""

    class Meta:
        description = "Computed fields of menu entries."

    url = graphene.String(required=True, description="Where it leads, as an absolute address.")
    path = graphene.String(
        description="Path of that address on the same site; null for an entry that leads elsewhere."
    )

    def resolve_url(entry: Part, info: GraphQLResolveInfo) -> Loading:
        """Answer the page's address, or the address written by the editor."""
        page = yield from linked_page(entry)
        return info.context.url(page) if page else _written_address(entry, info.context)

    def resolve_path(entry: Part, info: GraphQLResolveInfo) -> Loading:
        """Answer the path of a page or an address of this site."""
        page = yield from linked_page(entry)
        address = _written_address(entry, info.context)
        return path_of_link(page, address, owner=entry.owner, context=info.context)


def _written_address(entry: Part, context: ReadContext) -> str:
    """Return the address that the editor wrote, as an absolute one; empty for an entry with a page."""
    address: str = entry.get("address") or ""
    is_path = address.startswith("/")
    return context.sites[entry.owner.site].base_url + address if is_path else address


def _entries(menu: Item) -> Loading:
    """Return a menu's entries, without those that lead to hidden pages."""
    raw = menu.get("items") or []
    keys = [entry["page"] for item in raw for entry in [item, *item["children"]] if entry["page"]]
    if keys:
        yield Things(tuple(dict.fromkeys(keys)), locale=menu.locale)
    return raw


@extend("Query")
class HomeQueries(graphene.ObjectType):
    """Ask for the cluster and for what belongs to its whole site."""

    class Meta:
        description = "Root fields of the cluster."

    cluster = graphene.Field(
        lambda: registry.pages[ClusterPage],
        **place_arguments(),
        description="The cluster's profile; null when it is not public in that language.",
    )
    route = graphene.Field(
        Route,
        path=graphene.String(
            required=True, description="Path on the frontend, as in a page's `path`."
        ),
        **place_arguments(),
        description=(
            "What is at an address. With a locale, its prefix may be left out of the path, and a path"
            " of another language is not found."
        ),
    )
    menu = graphene.List(
        graphene.NonNull(MenuItem),
        name=graphene.Argument(MenuNameEnum, required=True, description="Which menu."),
        **place_arguments(),
        description="The entries of a menu; those that lead to hidden pages are left out.",
    )
    site_settings = graphene.Field(
        lambda: registry.settings[SiteSettings],
        **place_arguments(),
        description="What belongs to the whole site.",
    )

    def resolve_cluster(
        root: Any, info: GraphQLResolveInfo, site: str | None = None, locale: str | None = None
    ) -> Loading:
        """Answer the home page."""
        served, code = asked_place(info, site=site, locale=locale)
        found = yield At(served.key, home_path(served, code), locale=code, tail=wants_tail(info))
        return found.item if found.item and found.item.type == ClusterPage.__name__ else None

    def resolve_route(
        root: Any,
        info: GraphQLResolveInfo,
        path: str,
        site: str | None = None,
        locale: str | None = None,
    ) -> Loading:
        """Answer what is at an address."""
        served = asked_site(info, site)
        tail, code = wants_tail(info), locale_code(locale) if locale else ""
        paths = _route_paths(path, site=served, locale=locale)
        places = [At(served.key, each, locale=code, tail=tail) for each in dict.fromkeys(paths)]
        found = yield places
        # Pages have a language; redirects have that of their path.
        if code and _language(paths[0], site=served) != code:
            found = [place for place in found if place.item is None or place.item.kind == "page"]
        return (yield from _route(info.context, served, found))

    def resolve_menu(
        root: Any,
        info: GraphQLResolveInfo,
        name: str,
        site: str | None = None,
        locale: str | None = None,
    ) -> Loading:
        """Answer a menu's entries."""
        served, code = asked_place(info, site=site, locale=locale)
        found = yield At(served.key, f"menu:{name}", locale=code)
        if found.item is None:
            return []
        raw = yield from _entries(found.item)
        shown = (Part(entry, found.item) for entry in raw)
        return [entry for entry in shown if _is_shown(entry, info.context)]

    def resolve_site_settings(
        root: Any, info: GraphQLResolveInfo, site: str | None = None, locale: str | None = None
    ) -> Loading:
        """Answer the settings."""
        served, code = asked_place(info, site=site, locale=locale)
        found = yield At(served.key, "settings:", locale=code)
        return found.item if code in served.languages else None


def _is_shown(entry: Part, context: ReadContext) -> bool:
    page = entry.get("page")
    return not page or context.thing(page, locale=entry.locale) is not None


@structured_data("ClusterPage")
def cluster_as_organization(page: Item, context: ReadContext) -> Loading:
    """Return the cluster as a schema.org Organization."""
    contact_key = page.get("contact")
    found = (yield Things((contact_key,), locale=page.locale)) if contact_key else []
    region, country = page.get("region") or {}, page.get("country")
    return {
        "@type": "Organization",
        "name": page.get("name"),
        "alternateName": page.get("localName"),
        "description": page.get("mission"),
        "foundingDate": page.get("foundedOn"),
        "sameAs": page.get("website"),
        "address": {
            "@type": "PostalAddress",
            "addressCountry": country,
            **({"addressRegion": region["label"]} if region.get("label") else {}),
        }
        if country
        else None,
        "contactPoint": [
            {"@type": "ContactPoint", "name": person.get("name"), "contactType": "contact"}
            for person in found
        ],
    }
