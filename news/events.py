"""Answer lists of events, and what is worked out of one of them."""

import datetime as dt
import zoneinfo
from collections.abc import Generator
from typing import Any

import graphene
from django.db import models
from graphql import GraphQLResolveInfo
from grapple.registry import registry

from cms.content.asked import asked_place, place_arguments
from cms.publishing import exposure
from cms.publishing.connections import arguments, checked, connection
from cms.publishing.extension import extend, of_the_thing_alone
from cms.publishing.occasions import calendar_url
from cms.publishing.reading.conditions import (
    JUST_AFTER,
    Between,
    Condition,
    Having,
    Order,
    PointingAt,
    Whose,
)
from cms.publishing.reading.items import Item
from cms.publishing.reading.listing import Listing
from cms.publishing.reading.loads import source_of
from news.choices import AttendanceEnum, EventStatusEnum
from news.models import EventPage

Loading = Generator[Any, Any, Any]

EVENT = "EventPage"

EventPageConnection = connection(
    lambda: registry.pages[EventPage], name="EventPage", description="A list of events."
)


class EventWhen(models.TextChoices):
    """Where events are in time, seen from the present."""

    UPCOMING = "UPCOMING", "Not over yet: ahead, or going on."
    PAST = "PAST", "Over."


class EventOrder(models.TextChoices):
    """How events are ordered."""

    STARTS_ASC = "STARTS_ASC", "By their start, the earliest first."
    STARTS_DESC = "STARTS_DESC", "By their start, the latest first."


EventWhenEnum = exposure.enum_type(EventWhen, "Where events are in time, seen from the present.")
EventOrderEnum = exposure.enum_type(EventOrder, "How events are ordered; ties are broken by id.")
ORDERS = {"STARTS_ASC": Order.STARTS_AT_ASC, "STARTS_DESC": Order.STARTS_AT_DESC}


class EventFilter(graphene.InputObjectType):
    """Narrow a list of events."""

    class Meta:
        description = (
            "Narrows a list of events; what is given must all hold. An event without a known end"
            " is over when it starts, one that lasts all day when its last day is over."
        )

    when = EventWhenEnum(
        description=(
            "Events that are not over now, or those that are. Prefer it to a changing `from`: the"
            " answer stays the same, and may be kept by caches, until the next event starts or ends."
        )
    )
    from_ = graphene.DateTime(
        name="from", description="Events that have not ended before this instant."
    )
    to = graphene.DateTime(description="Events that start before this instant.")
    statuses = graphene.List(
        graphene.NonNull(EventStatusEnum), description="Events with one of these statuses."
    )
    topics = graphene.List(
        graphene.NonNull(graphene.String),
        description="Events with one of these topic codes. Events have no topics yet: none is found.",
    )
    project_id = graphene.ID(description="Events of this project.")
    attendance = AttendanceEnum(description="Events in which people take part so.")


def event_conditions(wanted: Any, *, now: dt.datetime) -> tuple[Condition, ...]:
    """Return what holds of events that a filter keeps at an instant."""
    wanted = wanted or {}
    found: list[Condition] = []
    if wanted.get("when"):
        # At its end an event is over.
        later = now + JUST_AFTER
        upcoming, past = Between("ends_at", since=later), Between("ends_at", until=later)
        found.append(upcoming if wanted["when"] == EventWhen.UPCOMING else past)
    if wanted.get("from_") is not None:
        found.append(Between("ends_at", since=wanted["from_"]))
    if wanted.get("to") is not None:
        found.append(Between("starts_at", until=wanted["to"]))
    if wanted.get("statuses") is not None:
        found.append(Having("eventStatus", tuple(wanted["statuses"])))
    if wanted.get("topics") is not None:
        found.append(Whose("topic", Having("termCode", tuple(wanted["topics"]))))
    if wanted.get("project_id") is not None:
        found.append(PointingAt("project", public_id=wanted["project_id"]))
    if wanted.get("attendance"):
        found.append(Having("attendance", (wanted["attendance"],)))
    return tuple(found)


def event_order(asked: str | None, wanted: Any) -> Order:
    """Return the order that is asked for; without one the events nearest to the present come first."""
    is_past = (wanted or {}).get("when") == EventWhen.PAST
    return ORDERS[asked or ("STARTS_DESC" if is_past else "STARTS_ASC")]


@extend("Query")
class EventQueries(graphene.ObjectType):
    """Ask for events."""

    class Meta:
        description = "Root field of events."

    events = graphene.Field(
        EventPageConnection,
        **arguments(),
        filter=EventFilter(description="Narrows the list."),
        order_by=graphene.Argument(
            EventOrderEnum,
            description="When absent, the latest start first for past events, else the earliest.",
        ),
        **place_arguments(),
        description="Events of a site in one language, by their start.",
    )

    def resolve_events(
        root: Any,
        info: GraphQLResolveInfo,
        filter: Any = None,
        order_by: str | None = None,
        site: str | None = None,
        locale: str | None = None,
        **window: Any,
    ) -> Loading:
        """Answer a page of events."""
        served, code = asked_place(info, site=site, locale=locale)
        conditions = event_conditions(filter, now=info.context.now)
        order = event_order(order_by, filter)
        found = Listing((EVENT,), served.key, code, order, conditions=conditions, **window)
        return (yield checked(found, info))


@extend("EventPage")
class EventPageFields(graphene.ObjectType):
    """Add to events their days and their calendar entry."""

    class Meta:
        description = "Computed fields of events."

    starts_on = graphene.Date(
        description="First day of an event that lasts all day, in its own time zone; else null."
    )
    ends_on = graphene.Date(
        description=(
            "Last day of an event that lasts all day, in its own time zone; null for others, and"
            " where no end is known."
        )
    )
    calendar_url = graphene.String(
        description="Address of the event's iCalendar file, stable over renames."
    )

    @of_the_thing_alone
    def resolve_starts_on(page: Item, info: GraphQLResolveInfo) -> str | None:
        """Answer the first day."""
        return _day(page, page.get("startsAt"))

    @of_the_thing_alone
    def resolve_ends_on(page: Item, info: GraphQLResolveInfo) -> str | None:
        """Answer the last day."""
        return _day(page, page.get("endsAt"))

    def resolve_calendar_url(page: Item, info: GraphQLResolveInfo) -> Loading:
        """Answer the address."""
        return calendar_url((yield from source_of(page)).public_id)


def _day(page: Item, instant: str | None) -> str | None:
    """Return the day that calendars in an event's zone show at an instant, of one that lasts all day."""
    if not instant or not page.get("isAllDay"):
        return None
    zone = zoneinfo.ZoneInfo(page.get("timeZone"))
    return dt.datetime.fromisoformat(instant).astimezone(zone).date().isoformat()
