"""Everything with a date: news, achievements, open calls and events."""

from news.models.events import EventDocument, EventIndexPage, EventOrganiser, EventPage
from news.models.news import NewsDocument, NewsIndexPage, NewsPage

__all__ = [
    "EventDocument",
    "EventIndexPage",
    "EventOrganiser",
    "EventPage",
    "NewsDocument",
    "NewsIndexPage",
    "NewsPage",
]
