"""Answer `node` and `nodes`: things by their ids."""

from collections.abc import Generator
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from cms.content.types import Node
from cms.publishing import kinds
from cms.publishing.connections import bad_input, wants_tail
from cms.publishing.extension import extend
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import ByPublicId
from cms.publishing.reading.node_ids import NodeId, read_node_id
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
            " A thing without a language of its own is answered in its site's default language."
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
            "The things with some ids, each as in `node`: as many as ids and in their order, with null"
            " for an id that names nothing public. An id that is given twice is answered twice."
        ),
    )

    def resolve_node(root: Any, info: GraphQLResolveInfo, id: str) -> Loading:
        """Answer one thing."""
        wanted = read_node_id(id)
        found = yield ByPublicId(wanted.public_id, tail=wants_tail(info))
        return _seen(found, wanted, info.context)

    def resolve_nodes(root: Any, info: GraphQLResolveInfo, ids: list[str]) -> Loading:
        """Answer several things.

        Raises: GraphQLError with code BAD_USER_INPUT for more ids than `IDS_MAX`.
        """
        if len(ids) > IDS_MAX:
            raise bad_input(f"`ids` must be at most {IDS_MAX}.")
        tail = wants_tail(info)
        wanted = [read_node_id(one) for one in ids]
        found = yield [ByPublicId(one.public_id, tail=tail) for one in wanted]
        return [_seen(item, one, info.context) for item, one in zip(found, wanted, strict=True)]


def _seen(item: Item | None, wanted: NodeId, context: ReadContext) -> Item | None:
    """Return a thing in the language in which it is answered; None for what is no node."""
    if item is None or item.kind not in kinds.projected_models():
        return None
    if item.locale:
        return item
    site = context.sites.get(item.site) or _default_site(context)
    code = wanted.locale or (site.default_locale if site else "")
    # The settings of a site are answered in its public languages, as by `siteSettings`.
    if item.kind == kinds.SETTINGS and (site is None or code not in site.languages):
        return None
    return item.with_locale(code)


def _default_site(context: ReadContext) -> ServedSite | None:
    return next((site for site in context.sites.values() if site.is_default), None)
