"""The addresses of feeds."""

from django.urls import path

from cms.syndication.feeds.views import feed

urlpatterns = [path("feeds/<slug:subject>.<slug:form>", feed, name="feed")]
