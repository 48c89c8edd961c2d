"""Say where redirects lead, as far as that is public, and list them."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any, NamedTuple

import graphene
from graphql import GraphQLResolveInfo

from cms.content.addresses import followed_address_or_path, path_below
from cms.content.asked import asked_site, site_argument
from cms.publishing.connections import arguments, checked, connection
from cms.publishing.extension import extend
from cms.publishing.reading.conditions import Order, ResolvableRedirect
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item, Part
from cms.publishing.reading.listing import Listing
from cms.publishing.reading.loads import Things
from cms.publishing.reading.served import ServedSite


class Destination(NamedTuple):
    """Be where a redirect leads.

    Shape: `path` is that of the address on the site of the redirect, None for an address elsewhere.
    """

    url: str
    path: str | None


def destination_of(
    redirect: Item, context: ReadContext, *, site: ServedSite
) -> Generator[Any, Any, Destination | None]:
    """Return where a redirect of a site leads, or None while its target is hidden.

    Shape: a generator of loads.
    """
    target = redirect.get("target")
    if target:
        pages: list[Item] = yield Things((target,))
        return next((_of_page(page, context, site=site) for page in pages), None)
    address = followed_address_or_path(redirect.get("address"))
    if not address:
        return None
    url = site.base_url + address if address.startswith("/") else address
    return Destination(url, path_below(site.base_url, url))


def _of_page(page: Item, context: ReadContext, *, site: ServedSite) -> Destination:
    return Destination(context.url(page), page.path if page.site == site.key else None)


class Redirect(graphene.ObjectType):
    """A redirect that leads somewhere."""

    class Meta:
        description = "An address of a site that leads to another address."

    from_path = graphene.String(
        required=True, description="Path of the address, without a slash at its end."
    )
    to_url = graphene.String(required=True, description="Where it leads, as an absolute address.")
    to_path = graphene.String(
        description="Path of that address on the same site; null when it leads elsewhere."
    )
    is_permanent = graphene.Boolean(
        required=True, description="Whether it is for good: 301, else 302."
    )

    def resolve_from_path(redirect: Part, info: GraphQLResolveInfo) -> str:
        """Answer the path."""
        return redirect.owner.path

    def resolve_to_url(redirect: Part, info: GraphQLResolveInfo) -> Generator[Any, Any, str]:
        """Answer the address; that of the site itself for one that no browser may follow."""
        site = _site(redirect, info)
        there = yield from destination_of(redirect.owner, info.context, site=site)
        return there.url if there else f"{site.base_url}/"

    def resolve_to_path(
        redirect: Part, info: GraphQLResolveInfo
    ) -> Generator[Any, Any, str | None]:
        """Answer the path of a page or an address of this site."""
        site = _site(redirect, info)
        there = yield from destination_of(redirect.owner, info.context, site=site)
        return there.path if there else "/"

    def resolve_is_permanent(redirect: Part, info: GraphQLResolveInfo) -> bool:
        """Answer whether the move is for good."""
        return bool(redirect.get("isPermanent"))


def _site(redirect: Part, info: GraphQLResolveInfo) -> ServedSite:
    found: ServedSite = info.context.sites[redirect.owner.site]
    return found


RedirectConnection = connection(
    Redirect,
    name="Redirect",
    description="A list of redirects.",
    as_node=lambda item: Part(item.document, item),
)


@extend("Query")
class RedirectQueries(graphene.ObjectType):
    """Ask for redirects."""

    class Meta:
        description = "Root field of redirects."

    redirects = graphene.Field(
        RedirectConnection,
        **arguments(),
        **site_argument(),
        description=(
            "The redirects of a site in the order of their paths, as `route` answers them: without"
            " those whose target is not public, and those at whose address a page is."
        ),
    )

    def resolve_redirects(
        root: Any,
        info: GraphQLResolveInfo,
        site: str | None = None,
        **window: Any,
    ) -> Generator[Any, Any, Any]:
        """Answer a page of the list."""
        served = asked_site(info, site)
        found = Listing(
            (Redirect.__name__,),
            served.key,
            "",
            Order.PATH_ASC,
            conditions=(ResolvableRedirect(served.key),),
            includes_siteless=True,
            **window,
        )
        listed = yield checked(found, info)
        return replace(listed, items=tuple(_seen_from(served, item) for item in listed.items))


def _seen_from(site: ServedSite, redirect: Item) -> Item:
    """Return a redirect as that of a site; some are of all sites."""
    copy = redirect.copy()
    copy.site = site.key
    return copy
