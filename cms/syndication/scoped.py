"""Narrow feeds, calendars and harvests to what the key of whoever asks may see."""

from cms.publishing.asker import AskerRefused
from cms.publishing.reading.conditions import Condition, Having, Whose
from cms.publishing.reading.context import ReadContext
from cms.syndication.keys import narrow, refuse_feed
from cms.syndication.stream import EVERYTHING, StreamFilter
from cms.syndication.webhooks import scope, state_of


def scoped(context: ReadContext, asked: StreamFilter, *, feed: str) -> StreamFilter:
    """Return what is asked for, less what the key may not see; the same without a key.

    Raises: AskerRefused when the key may not read this kind of feed, or nothing is left.
    """
    portal = context.asker
    if portal is None:
        return asked
    refuse_feed(portal, feed=feed)
    return narrow(asked, scope(portal))


def conditions(wanted: StreamFilter) -> tuple[Condition, ...]:
    """Return what a filter asks of the facets of a list's rows."""
    found: list[Condition] = []
    if wanted.news_types:
        found.append(Having("newsType", wanted.news_types))
    if wanted.topics:
        found.append(Whose("topic", Having("termCode", wanted.topics)))
    return tuple(found)


def is_seen(context: ReadContext, public_id: str, *, is_withdrawn: bool, feed: str) -> bool:
    """Say whether the key of whoever asks may see a thing, or that it was withdrawn; all may without.

    Raises: AskerRefused when the key may not read this kind of feed.
    """
    portal = context.asker
    if portal is None:
        return True
    refuse_feed(portal, feed=feed)
    found = state_of(context, public_id, wanted=scope(portal))
    return found is not None and (found.item is not None or is_withdrawn)


def refuse_narrow_key(context: ReadContext, *, feed: str) -> None:
    """Do nothing for what may see everything, where a protocol cannot be narrowed.

    Raises: AskerRefused, with status 403.
    """
    if scoped(context, EVERYTHING, feed=feed) != EVERYTHING:
        message = "This key sees a part of what is public, and this protocol all: use /sync."
        raise AskerRefused(403, code="OUTSIDE_SCOPE", message=message)
