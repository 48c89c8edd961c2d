"""The addresses for other systems."""

from django.urls import URLPattern, URLResolver, include, path

from cms.syndication import calendar, sitemaps
from cms.syndication.hub.view import hub
from cms.syndication.oai import view as oai
from cms.syndication.sync import sync

urlpatterns: list[URLPattern | URLResolver] = [
    path("sync", sync, name="sync"),
    path("hub", hub, name="hub"),
    path("", include("cms.syndication.feeds.urls")),
    path("calendar.ics", calendar.events, name="calendar"),
    path("calls.ics", calendar.calls, name="calls-calendar"),
    path("events/<str:public_id>.ics", calendar.event, name="event-calendar"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-news.xml", sitemaps.news_sitemap, name="news-sitemap"),
    path("oai", oai.repository, name="oai"),
]
