"""Answer `pages`: every public page of a site in one language."""

from collections.abc import Generator
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from cms.content.asked import asked_place, place_arguments
from cms.content.types import PageInterface
from cms.publishing import kinds
from cms.publishing.connections import arguments, checked, connection
from cms.publishing.extension import extend
from cms.publishing.reading.conditions import Order
from cms.publishing.reading.listing import Listing

Loading = Generator[Any, Any, Any]

PageConnection = connection(PageInterface, name="Page", description="A list of pages of any type.")


@extend("Query")
class PageQueries(graphene.ObjectType):
    """Ask for all pages."""

    class Meta:
        description = "Root field of pages."

    pages = graphene.Field(
        PageConnection,
        **arguments(),
        **place_arguments(),
        description=(
            "All public pages of a site in one language, without aliases, in the order of their paths:"
            " for building a static site. A page that moves while you read the list may be missed or"
            " come twice."
        ),
    )

    def resolve_pages(
        root: Any,
        info: GraphQLResolveInfo,
        site: str | None = None,
        locale: str | None = None,
        **window: Any,
    ) -> Loading:
        """Answer a page of the list."""
        served, code = asked_place(info, site=site, locale=locale)
        types = tuple(sorted(model.__name__ for model in kinds.page_models()))
        found = Listing(types, served.key, code, Order.PATH_ASC, **window)
        return (yield checked(found, info))
