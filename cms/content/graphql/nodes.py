"""Answer `node` and `nodes`: things by their ids."""

from collections.abc import Generator
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from cms.content.types import Node
from cms.publishing import kinds
from cms.publishing.connections import bad_input, wants_tail
from cms.publishing.extension import extend
from cms.publishing.public_ids import source_id
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import ByPublicId
from cms.publishing.reading.served import ServedSite

Loading = Generator[Any, Any, Any]

IDS_MAX = 100


@extend("Query")
class NodeQueries(graphene.ObjectType):
    """Ask for things by their ids."""

    class Meta:
        description = "Root fields for things by their ids."

    node = graphene.Field(
        Node,
        id=graphene.ID(required=True, description="Id of the thing."),
        description=(
            "The thing with an id, whatever its type and site; null when there is none that is public."
            " A thing with texts in several languages is answered in the language of the id; a"
            " `sourceId` gives the default language of its site."
        ),
    )
    nodes = graphene.List(
        Node,
        ids=graphene.List(
            graphene.NonNull(graphene.ID),
            required=True,
            description=f"Ids of things, at most {IDS_MAX}.",
        ),
        description=(
            "The things with these ids, each as in `node` and in the same order; null for an id that"
            " names nothing public. An id that is given twice is answered twice."
        ),
    )

    def resolve_node(root: Any, info: GraphQLResolveInfo, id: str) -> Loading:
        """Answer one thing."""
        source, locale = source_id(id)
        found = yield ByPublicId(source, tail=wants_tail(info))
        return _seen(found, locale, info.context)

    def resolve_nodes(root: Any, info: GraphQLResolveInfo, ids: list[str]) -> Loading:
        """Answer several things.

        Raises: GraphQLError with code BAD_USER_INPUT for more ids than `IDS_MAX`.
        """
        if len(ids) > IDS_MAX:
            raise bad_input(f"`ids` takes at most {IDS_MAX} ids.")
        tail = wants_tail(info)
        wanted = [source_id(one) for one in ids]
        found = yield [ByPublicId(source, tail=tail) for source, _locale in wanted]
        return [
            _seen(item, locale, info.context)
            for item, (_source, locale) in zip(found, wanted, strict=True)
        ]


def _seen(item: Item | None, locale: str | None, context: ReadContext) -> Item | None:
    """Return a thing in a language; None for what is no node, and where the language is not public."""
    if item is None or item.kind not in kinds.projected_models():
        return None
    if item.locale:
        return item
    site = context.sites.get(item.site) or _default_site(context)
    code = locale or (site.default_locale if site else None)
    return item.with_locale(code) if site and code in site.languages else None


def _default_site(context: ReadContext) -> ServedSite | None:
    return next((site for site in context.sites.values() if site.is_default), None)
