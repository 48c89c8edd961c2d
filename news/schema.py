"""Answer lists of news and open calls, and what belongs to one of them."""

import datetime as dt
from collections.abc import Generator
from typing import Any

import graphene
from django.db import models
from graphql import GraphQLResolveInfo
from grapple.registry import registry

from cms.content.asked import asked_place, date_condition, place_arguments
from cms.content.types import DateRange, PageInterface
from cms.publishing import exposure
from cms.publishing.connections import arguments, checked, connection
from cms.publishing.extension import extend
from cms.publishing.reading.conditions import (
    AnyOf,
    Between,
    Condition,
    Except,
    Having,
    Order,
    PointingAt,
    PointingAtAny,
    Unset,
    Whose,
)
from cms.publishing.reading.items import Item, Part
from cms.publishing.reading.listing import Listing
from news.call import CallStatusEnum, call_status
from news.choices import NewsTypeEnum
from news.events import EventQueries
from news.models import NewsPage
from news.structured_data import event_as_event, news_as_article

__all__ = ["EventQueries", "event_as_event", "news_as_article"]

Loading = Generator[Any, Any, Any]

NEWS = "NewsPage"
OPEN_CALLS = Having("newsType", ("OPEN_CALL",))
RELATED = 3

NewsPageConnection = connection(
    lambda: registry.pages[NewsPage], name="NewsPage", description="A list of news."
)


class NewsOrder(models.TextChoices):
    """How news are ordered."""

    PUBLISHED_DESC = "PUBLISHED_DESC", "Newest first."
    PUBLISHED_ASC = "PUBLISHED_ASC", "Oldest first."
    TITLE_ASC = "TITLE_ASC", "By title."


NewsOrderEnum = exposure.enum_type(NewsOrder, "How news are ordered; ties are broken by id.")
ORDERS = {
    "PUBLISHED_DESC": Order.SORT_AT_DESC,
    "PUBLISHED_ASC": Order.SORT_AT_ASC,
    "TITLE_ASC": Order.TITLE_ASC,
}


class NewsFilter(graphene.InputObjectType):
    """Narrow a list of news."""

    class Meta:
        description = "Narrows a list of news; what is given must all hold."

    types = graphene.List(
        graphene.NonNull(NewsTypeEnum), description="Items that are one of these."
    )
    topics = graphene.List(
        graphene.NonNull(graphene.String), description="Items with one of these topic codes."
    )
    project_id = graphene.ID(description="Items of this project.")
    published_on = DateRange(description="Items with a date in this range.")
    call_status = CallStatusEnum(description="Open calls that stand so now.")


def call_conditions(status: str, *, now: dt.datetime) -> tuple[Condition, ...]:
    """Return what holds of open calls with a status; the same rule as `call_status`."""
    # At its opening a call is open and at its closing closed; instants have whole microseconds.
    now += dt.timedelta(microseconds=1)
    has_opened = Between("starts_at", until=now, or_null=True)
    conditions: dict[str, tuple[Condition, ...]] = {
        "CLOSED": (Between("ends_at", until=now),),
        "UPCOMING": (
            AnyOf((Unset("ends_at"), Between("ends_at", since=now))),
            Between("starts_at", since=now),
        ),
        "OPEN": (Between("ends_at", since=now), has_opened),
        "UNKNOWN": (Unset("ends_at"), has_opened),
    }
    return (OPEN_CALLS, *conditions[status])


def _news_conditions(wanted: Any, *, now: dt.datetime) -> tuple[Condition, ...]:
    wanted = wanted or {}
    found: list[Condition] = []
    if wanted.get("types") is not None:
        found.append(Having("newsType", tuple(wanted["types"])))
    if wanted.get("topics") is not None:
        found.append(Whose("topic", Having("termCode", tuple(wanted["topics"]))))
    if wanted.get("project_id") is not None:
        found.append(PointingAt("project", public_id=wanted["project_id"]))
    found += date_condition("sort_at", wanted.get("published_on"))
    if wanted.get("call_status"):
        found += call_conditions(wanted["call_status"], now=now)
    return tuple(found)


@extend("Query")
class NewsQueries(graphene.ObjectType):
    """Ask for news and open calls."""

    class Meta:
        description = "Root fields of news."

    news = graphene.Field(
        NewsPageConnection,
        **arguments(),
        filter=NewsFilter(description="Narrows the list."),
        order_by=graphene.Argument(NewsOrderEnum, description="Newest first when absent."),
        **place_arguments(),
        description="News of a site in one language.",
    )
    open_calls = graphene.Field(
        NewsPageConnection,
        status=graphene.Argument(CallStatusEnum, description="Only calls that stand so now."),
        **arguments(),
        **place_arguments(),
        description="News that announce an open call, newest first.",
    )

    def resolve_news(
        root: Any,
        info: GraphQLResolveInfo,
        filter: Any = None,
        order_by: str | None = None,
        site: str | None = None,
        locale: str | None = None,
        **window: Any,
    ) -> Loading:
        """Answer a page of news."""
        served, code = asked_place(info, site=site, locale=locale)
        order = ORDERS[order_by or "PUBLISHED_DESC"]
        conditions = _news_conditions(filter, now=info.context.now)
        found = Listing((NEWS,), served.key, code, order, conditions=conditions, **window)
        return (yield checked(found, info))

    def resolve_open_calls(
        root: Any,
        info: GraphQLResolveInfo,
        status: str | None = None,
        site: str | None = None,
        locale: str | None = None,
        **window: Any,
    ) -> Loading:
        """Answer a page of open calls."""
        served, code = asked_place(info, site=site, locale=locale)
        now = info.context.now
        conditions = call_conditions(status, now=now) if status else (OPEN_CALLS,)
        order = Order.SORT_AT_DESC
        found = Listing((NEWS,), served.key, code, order, conditions=conditions, **window)
        return (yield checked(found, info))


@extend("NewsPage")
class NewsPageFields(graphene.ObjectType):
    """Add to news what depends on other items."""

    class Meta:
        description = "Computed fields of news."

    related = graphene.List(
        graphene.NonNull(PageInterface),
        first=graphene.Int(
            default_value=RELATED, description="How many at the most, 1 to 100; 3 when null."
        ),
        required=True,
        description="Other news of the same project or with a topic in common, newest first.",
    )

    def resolve_related(page: Item, info: GraphQLResolveInfo, first: int | None) -> Loading:
        """Answer related news."""
        common: list[Condition] = []
        if page.get("topics"):
            common.append(PointingAtAny("topic", tuple(page.get("topics"))))
        if page.get("project"):
            common.append(PointingAtAny("project", (page.get("project"),)))
        conditions = (AnyOf(tuple(common)), Except(page.key))
        order = Order.SORT_AT_DESC
        found = Listing((NEWS,), page.site, page.locale, order, first, conditions=conditions)
        load = checked(found, info, default=RELATED, is_connection=False)
        if not common:
            return []
        answer = yield load
        return list(answer.items)


@extend("ProjectPage")
class ProjectNews(graphene.ObjectType):
    """Add to projects their news."""

    class Meta:
        description = "News of a project."

    news = graphene.Field(
        NewsPageConnection,
        **arguments(),
        description="News of this project in the project's language, newest first.",
    )

    def resolve_news(page: Item, info: GraphQLResolveInfo, **window: Any) -> Loading:
        """Answer a page of the project's news."""
        conditions = (PointingAt("project", translation_key=page.translation_key),)
        order = Order.SORT_AT_DESC
        found = Listing((NEWS,), page.site, page.locale, order, conditions=conditions, **window)
        return (yield checked(found, info))


@extend("OpenCall")
class OpenCallFields(graphene.ObjectType):
    """Add to calls where they stand now."""

    class Meta:
        description = "Computed fields of open calls."

    status = graphene.Field(CallStatusEnum, required=True, description="Where the call stands now.")

    def resolve_status(call: Part, info: GraphQLResolveInfo) -> str:
        """Answer the status at the instant of this operation."""
        opens, closes = _moment(call.get("opensAt")), _moment(call.get("closesAt"))
        return call_status(opens, closes, now=info.context.now).name


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
