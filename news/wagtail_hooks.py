"""Give news and events their own entries in the admin's sidebar."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.forms import CheckboxSelectMultiple
from wagtail import hooks
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet
from wagtail.admin.viewsets.pages import PageListingViewSet

from news.choices import Attendance, EventStatus, NewsType
from news.models import EventPage, NewsPage


class NewsFilterSet(PageFilterSet):
    """Narrow the list of news."""

    types = django_filters.MultipleChoiceFilter(
        label="Type", choices=NewsType.choices, widget=CheckboxSelectMultiple, method="with_types"
    )
    published_on = django_filters.DateFromToRangeFilter(label="Date", widget=DateRangePickerWidget)

    class Meta:
        model = NewsPage
        fields = ["types", "published_on", "topics", "project", "author"]

    def with_types(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Keep items of any of these types."""
        # SQLite has no look-up inside a JSON list, so the stored text is searched for the name.
        wanted = Q()
        for news_type in value:
            wanted |= Q(types_text__contains=f'"{news_type}"')
        return queryset.annotate(types_text=Cast("types", TextField())).filter(wanted)


class EventFilterSet(PageFilterSet):
    """Narrow the list of events."""

    status = django_filters.MultipleChoiceFilter(
        label="Status", choices=EventStatus.choices, widget=CheckboxSelectMultiple
    )
    starts_at = django_filters.DateFromToRangeFilter(label="Starts", widget=DateRangePickerWidget)
    attendance = django_filters.MultipleChoiceFilter(
        label="Attendance", choices=Attendance.choices, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = EventPage
        fields = ["starts_at", "status", "attendance", "project"]


def _type_names(page: NewsPage) -> str:
    return ", ".join(str(NewsType(news_type).label) for news_type in page.types)


class NewsListingViewSet(PageListingViewSet):
    """List all news of all clusters."""

    model = NewsPage
    icon = "thumbtack"
    menu_label = "News"
    menu_order = 220
    add_to_admin_menu = True
    filterset_class = NewsFilterSet
    columns = [
        *IndexView.base_columns[:2],
        Column("types", label="Types", accessor=_type_names),
        Column("published_on", label="Date", sort_key="published_on"),
        *IndexView.base_columns[2:],
    ]


class EventListingViewSet(PageListingViewSet):
    """List all events of all clusters."""

    model = EventPage
    icon = "calendar-alt"
    menu_label = "Events"
    menu_order = 230
    add_to_admin_menu = True
    filterset_class = EventFilterSet
    columns = [
        *IndexView.base_columns[:2],
        Column("starts_at", label="Starts", sort_key="starts_at"),
        Column("event_status", label="Takes place", accessor="get_status_display"),
        *IndexView.base_columns[2:],
    ]


@hooks.register("register_admin_viewset")
def register_news_and_events() -> Any:
    """Add the lists of news and events to the admin."""
    return [NewsListingViewSet("news"), EventListingViewSet("events")]
