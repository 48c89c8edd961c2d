"""Greet whoever opens the address of the server."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.http_methods import READING, public_methods

EXAMPLE = '{"query": "{ cluster { name mission } news(first: 3) { nodes { title } } }"}'


@public_methods(*READING)
def page(request: HttpRequest) -> HttpResponse:
    """Tell a newcomer where everything is; in production say only that nobody reads pages here."""
    if not settings.START_PAGE_ENABLED:
        text = "This server has no pages. Visit the website, or ask for its data at /graphql.\n"
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    context = {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "frontend": settings.FRONTEND_BASE_URL,
        "folder": settings.PROJECT_DIR,
        "origin": request.build_absolute_uri("/").rstrip("/"),
        "login": settings.DEMO_LOGIN,
        "password": settings.DEMO_PASSWORD,
        "example": EXAMPLE,
    }
    return render(request, "start.html", context)
