"""Answer `changes`: what portals read to become and stay equal to what is public."""

from collections.abc import Generator
from typing import Any

import graphene
from django.db import models
from graphql import GraphQLError, GraphQLResolveInfo

from cms.content.asked import asked_site
from cms.content.types import LocaleEnum, Node, locale_code, locale_name
from cms.publishing import exposure
from cms.publishing.asker import AskerRefused
from cms.publishing.connections import bad_input, check_size, wants_tail
from cms.publishing.extension import extend
from cms.publishing.reading.listing import FIRST_MAX
from cms.syndication.cursor import BadCursor, CursorTooOld, OtherFilter
from cms.syndication.feeds.schema import SiteFeeds
from cms.syndication.keys import narrow
from cms.syndication.replacement import replacement
from cms.syndication.stream import Changed, ChangesAfter, StreamFilter
from cms.syndication.types import stream_types
from cms.syndication.webhooks import scope

__all__ = ["SiteFeeds"]

Loading = Generator[Any, Any, Any]

SCOPE_CHANGED = (
    "If you did not change it, what your key may see was changed: drop your copy and start without a"
    " cursor."
)


class ChangeKind(models.TextChoices):
    """What happened to a thing."""

    PUBLISHED = "PUBLISHED", "It became public."
    UPDATED = "UPDATED", "It changed while public."
    WITHDRAWN = "WITHDRAWN", "It is no longer public: remove every copy."


class WithdrawalReason(models.TextChoices):
    """Why a copy has to be removed."""

    UNPUBLISHED = "UNPUBLISHED", "An editor took it, or a page above it, down."
    EXPIRED = "EXPIRED", "Its time is over."
    DELETED = "DELETED", "It was deleted."
    RESTRICTED = "RESTRICTED", "Only some people may see it now."
    MOVED = "MOVED", "It was moved out of every public site."
    CONSENT = "CONSENT", "The person withdrew their consent."
    EMBARGOED = "EMBARGOED", "It may not be seen before a later time."
    UNREFERENCED = "UNREFERENCED", "Nothing public refers to the picture or document any more."
    LEFT_FILTER = "LEFT_FILTER", "It is public, but left the filter of this stream."
    NOT_SYNDICATED = "NOT_SYNDICATED", "It is public, but others may no longer take it over."
    SITE_HIDDEN = (
        "SITE_HIDDEN",
        "Its site or language is not public, or it has no address that can be public.",
    )


ChangeKindEnum = exposure.enum_type(ChangeKind, "What happened to a thing.")
WithdrawalReasonEnum = exposure.enum_type(WithdrawalReason, "Why a copy has to be removed.")


class ChangeFilter(graphene.InputObjectType):
    """Narrow a stream of changes."""

    class Meta:
        description = (
            "Narrows a stream of changes; what is given must all hold. A thing that leaves the filter"
            " is withdrawn with the reason LEFT_FILTER."
        )

    types = graphene.List(
        graphene.NonNull(graphene.String), description="Type names, for instance NewsPage."
    )
    news_types = graphene.List(
        graphene.NonNull(exposure.enum_named("NewsType")), description="Types of news."
    )
    topics = graphene.List(graphene.NonNull(graphene.String), description="Topic codes.")
    locale = graphene.Argument(
        LocaleEnum, description="Language; vocabulary and people are in every language."
    )
    site = graphene.String(description="Key of a site; all sites when absent.")


class Replacement(graphene.ObjectType):
    """What took the place of a withdrawn thing."""

    class Meta:
        description = "What took the place of a withdrawn thing."

    source_id = graphene.ID(
        required=True, description="Id of the other thing, the same in all languages."
    )
    url = graphene.String(description="Its address.")
    path = graphene.String(description="Path of that address.")


class Change(graphene.ObjectType):
    """One change."""

    class Meta:
        description = "One thing at its latest state, or the tombstone of what was public."

    source_id = graphene.ID(
        required=True, description="Id of the thing, the same in all languages."
    )
    version = graphene.Int(required=True, description="Grows by one with each change of the thing.")
    type = graphene.String(required=True, description="Type name of the thing.")
    kind = graphene.Field(ChangeKindEnum, required=True, description="What happened.")
    reason = graphene.Field(WithdrawalReasonEnum, description="Why it was withdrawn.")
    changed_at = graphene.DateTime(required=True, description="When it happened.")
    url = graphene.String(description="Its address, or the last one; null for what has none.")
    path = graphene.String(description="Path of that address.")
    locale = graphene.Field(LocaleEnum, description="Its language; null for what has none.")
    replacement = graphene.Field(
        Replacement,
        description="What is at the address of a withdrawn page now, or where it leads.",
    )
    item = graphene.Field(Node, description="The thing itself; null for a tombstone.")

    def resolve_replacement(change: dict[str, Any], info: GraphQLResolveInfo) -> Loading:
        """Answer what took the place of a withdrawn page."""
        site, path = change["place"]
        if change["item"] is not None or not path:
            return None
        found = yield from replacement(info.context, site=site, path=path)
        return found


class ChangeList(graphene.ObjectType):
    """A page of changes; not a connection, because it never ends."""

    class Meta:
        description = "Changes in the order in which they happened."

    cursor = graphene.String(required=True, description="Pass it as `after` to go on.")
    has_more = graphene.Boolean(required=True, description="Whether more changes are waiting.")
    nodes = graphene.List(graphene.NonNull(Change), required=True, description="The changes.")


@extend("Query")
class SyncQueries(graphene.ObjectType):
    """Ask for changes."""

    class Meta:
        description = "Root field of sync."

    changes = graphene.Field(
        ChangeList,
        after=graphene.String(description="Cursor of the last call; absent for the beginning."),
        first=graphene.Int(
            default_value=FIRST_MAX, description="How many at the most, 1 to 100; 100 when null."
        ),
        filter=ChangeFilter(description="Narrows the stream; a cursor belongs to its filter."),
        description="Everything public, each thing once at its latest state, then what changes.",
    )

    def resolve_changes(
        root: Any,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        filter: Any = None,
    ) -> Loading:
        """Answer a page of changes."""
        check_size(first)
        context = info.context
        wanted = _narrowed(_wanted(filter or {}, info), context)
        size = FIRST_MAX if first is None else first
        load = ChangesAfter(after, size, tail=wants_tail(info), wanted=wanted)
        try:
            context.load([load])
        except OtherFilter as error:
            if context.asker is None:
                raise bad_input(f"`after` cannot be used. {error}") from error
            # What a key may see is part of the filter: a portal whose scope was changed starts again.
            raise _too_old(f"{error} {SCOPE_CHANGED}") from error
        except BadCursor as error:
            raise bad_input(f"`after` cannot be used. {error}") from error
        except CursorTooOld as error:
            raise _too_old(str(error)) from error
        found = yield load
        return {
            "cursor": found.cursor,
            "has_more": found.has_more,
            "nodes": [_change(changed, context) for changed in found.nodes],
        }


def _too_old(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "CURSOR_TOO_OLD"})


def _wanted(asked: Any, info: GraphQLResolveInfo) -> StreamFilter:
    """Return the filter that is asked for.

    Raises: GraphQLError with code BAD_USER_INPUT for a type or a site that there is not.
    """
    types = tuple(asked.get("types") or ())
    unknown = sorted(set(types) - stream_types())
    if unknown:
        known = ", ".join(sorted(stream_types()))
        raise bad_input(f"There is no type {unknown[0]} in the stream; there are {known}.")
    if asked.get("site") is not None:
        asked_site(info, asked["site"])
    locale, site = asked.get("locale"), asked.get("site")
    return StreamFilter(
        types=types,
        news_types=tuple(asked.get("news_types") or ()),
        topics=tuple(asked.get("topics") or ()),
        locales=(locale_code(locale),) if locale else (),
        sites=(site,) if site else (),
    )


def _narrowed(wanted: StreamFilter, context: Any) -> StreamFilter:
    """Return a filter, less what the key of whoever asks may not see.

    Raises: GraphQLError with code OUTSIDE_SCOPE when nothing is left.
    """
    if context.asker is None:
        return wanted
    try:
        return narrow(wanted, scope(context.asker))
    except AskerRefused as refused:
        raise GraphQLError(refused.message, extensions={"code": refused.code}) from refused


def _change(changed: Changed, context: Any) -> dict[str, Any]:
    site = context.sites.get(changed.site)
    return {
        "source_id": changed.public_id,
        "version": changed.version,
        "type": changed.type,
        "kind": changed.change,
        "reason": changed.reason,
        "changed_at": changed.changed_at,
        "url": site.base_url + changed.path if site and changed.path else None,
        "path": changed.path if site and changed.path else None,
        "locale": locale_name(changed.locale) if changed.locale else None,
        "item": changed.item,
        "place": (changed.site, changed.path),
    }
