"""Answer where the links in bodies lead."""

from collections.abc import Generator
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from cms.content.addresses import path_below
from cms.publishing.extension import extend, vanishes_with
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item, Part
from cms.publishing.reading.loads import Things

Loading = Generator[Any, Any, Any]

vanishes_with("LinkTarget", "page")


@extend("LinkTarget")
class LinkTargetFields(graphene.ObjectType):
    """Add to link targets where they lead."""

    class Meta:
        description = "Computed fields of link targets."

    url = graphene.String(required=True, description="Where the link goes.")
    path = graphene.String(
        description="Path of that address on the same site; null for addresses elsewhere."
    )
    title = graphene.String(description="Title of the page; null for addresses elsewhere.")

    def resolve_path(target: Part, info: GraphQLResolveInfo) -> Loading:
        """Answer the path of a page or an address of this site."""
        page = yield from linked_page(target)
        return path_of_link(page, target.get("address"), owner=target.owner, context=info.context)

    def resolve_url(target: Part, info: GraphQLResolveInfo) -> Loading:
        """Answer the page's address, or the address itself."""
        page = yield from linked_page(target)
        return info.context.url(page) if page else target.get("address")

    def resolve_title(target: Part, info: GraphQLResolveInfo) -> Loading:
        """Answer the page's title."""
        page = yield from linked_page(target)
        return page.title if page else None


def path_of_link(
    page: Item | None, address: str | None, *, owner: Item, context: ReadContext
) -> str | None:
    """Return the path of a link that stays on the site of its owner; None for one that leaves it.

    Shape: `page` is where it leads, or else the absolute `address` is.
    """
    if page is not None:
        return page.path if page.site == owner.site else None
    site = context.sites.get(owner.site)
    return path_below(site.base_url, address) if site and address else None


def linked_page(target: Part) -> Loading:
    """Load the page that a link or menu entry leads to; None for an address elsewhere."""
    key = target.get("page")
    if not key:
        return None
    found = yield Things((key,), locale=target.locale)
    return found[0] if found else None
