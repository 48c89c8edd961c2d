"""Offer Relay-style connections over lists of published things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import graphene
from graphql import GraphQLError, GraphQLResolveInfo

from cms.publishing.reading.cursors import BadCursor, read_cursor
from cms.publishing.reading.items import Item
from cms.publishing.reading.listing import FIRST_DEFAULT, FIRST_MAX, Listing, Slice
from cms.publishing.reading.selection import names_below, selected_names

BAD_INPUT = "BAD_USER_INPUT"


class PageInfo(graphene.ObjectType):
    """Say where a page of a list stands."""

    class Meta:
        description = "Where this page of a list stands in the whole."

    has_next_page = graphene.Boolean(required=True, description="Whether more follow.")
    has_previous_page = graphene.Boolean(required=True, description="Whether some came before.")
    start_cursor = graphene.String(
        description="Cursor of the first node, null without nodes; pass it as `before`."
    )
    end_cursor = graphene.String(
        description="Cursor of the last node, null without nodes; pass it as `after`."
    )


def _as_it_is(item: Item) -> Any:
    return item


def connection(
    node_type: Any,
    *,
    name: str,
    description: str,
    as_node: Callable[[Item], Any] = _as_it_is,
) -> type[graphene.ObjectType]:
    """Return the connection type of a node type (a graphene type, or a function returning one).

    Shape: `as_node` turns an item of the list into what the node's resolvers are given.
    """
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {
            "Meta": type(
                "Meta", (), {"description": f"A node of {name}Connection with its cursor."}
            ),
            "cursor": graphene.String(required=True, description="Opaque position of the node."),
            "node": graphene.Field(node_type, required=True, description="The node."),
        },
    )
    nodes = graphene.List(graphene.NonNull(node_type), required=True, description="The nodes.")
    return type(
        f"{name}Connection",
        (graphene.ObjectType,),
        {
            "Meta": type("Meta", (), {"description": description}),
            "edges": graphene.List(
                graphene.NonNull(edge), required=True, description="The nodes with their cursors."
            ),
            "nodes": nodes,
            "page_info": graphene.Field(
                PageInfo, required=True, description="Where this page stands in the whole."
            ),
            "total_count": graphene.Int(
                required=True, description="How many there are; counted only when asked for."
            ),
            "resolve_edges": lambda found, _info: edges(found, as_node=as_node),
            "resolve_nodes": lambda found, _info: [as_node(item) for item in found.items],
            "resolve_page_info": lambda found, _info: page_info(found),
            "resolve_total_count": lambda found, _info: found.total,
        },
    )


def edges(found: Slice, *, as_node: Callable[[Item], Any] = _as_it_is) -> list[dict[str, Any]]:
    """Return the edges of a slice."""
    return [
        {"cursor": cursor, "node": as_node(item)}
        for cursor, item in zip(found.cursors, found.items, strict=True)
    ]


def page_info(found: Slice) -> dict[str, Any]:
    """Return where a slice stands."""
    return {
        "has_next_page": found.has_next,
        "has_previous_page": found.has_previous,
        "start_cursor": found.cursor(0) if found.items else None,
        "end_cursor": found.cursor(-1) if found.items else None,
    }


def arguments(*, default: int = FIRST_DEFAULT) -> dict[str, Any]:
    """Return the arguments every connection has; `default` is its size where none is asked for."""
    return {
        "first": graphene.Int(
            description=f"How many from the beginning, 1 to {FIRST_MAX};"
            f" {default} when neither `first` nor `last` is given."
        ),
        "after": graphene.String(description="Only what follows this cursor."),
        "last": graphene.Int(
            description=f"How many from the end, 1 to {FIRST_MAX}; not together with `first`."
        ),
        "before": graphene.String(description="Only what comes before this cursor."),
    }


def bad_input(message: str) -> GraphQLError:
    """Return the error for an argument that cannot be used."""
    return GraphQLError(message, extensions={"code": BAD_INPUT})


def checked(
    listing: Listing,
    info: GraphQLResolveInfo,
    *,
    default: int = FIRST_DEFAULT,
    is_connection: bool = True,
) -> Listing:
    """Return a listing that loads only what is selected of its connection (or of its plain list).

    Raises: GraphQLError with code BAD_USER_INPUT when `first`, `last`, `after` or `before` is off.
    """
    if listing.first is None and listing.last is None:
        listing = replace(listing, first=default)
    _check_window(listing)
    names = selected_names(info) if is_connection else {"nodes"}
    below = names_below(info)
    return replace(
        listing,
        wants_total="totalCount" in names,
        wants_nodes=bool(names - {"totalCount", "__typename"}),
        wants_previous=listing.after is not None and "hasPreviousPage" in below,
        wants_next=listing.before is not None and "hasNextPage" in below,
        tail=wants_tail(info),
    )


def _check_window(listing: Listing) -> None:
    if listing.first is not None and listing.last is not None:
        raise bad_input("Give `first` or `last`, not both.")
    for name, size in (("first", listing.first), ("last", listing.last)):
        check_size(size, name=name)
    for name, cursor in (("after", listing.after), ("before", listing.before)):
        if cursor is not None:
            try:
                read_cursor(cursor, listing=listing)
            except BadCursor as error:
                raise bad_input(f"`{name}` is not a cursor of this list.") from error


def check_size(size: int | None, *, name: str = "first") -> None:
    """Refuse a number of items that no list has.

    Raises: GraphQLError with code BAD_USER_INPUT.
    """
    if size is not None and not 1 <= size <= FIRST_MAX:
        raise bad_input(f"`{name}` must be from 1 to {FIRST_MAX}.")


def wants_tail(info: GraphQLResolveInfo) -> bool:
    """Say whether a selection may need the long half of documents."""
    return bool(names_below(info) & info.context.tail_names)
