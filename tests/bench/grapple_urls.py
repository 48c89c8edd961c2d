"""Addresses of the process in which plain grapple answers: Wagtail's, from which pages get theirs."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from graphene_django.views import GraphQLView

# The schema, once the server's door has made it.
SCHEMA: dict[str, Any] = {}


@cache
def _view() -> Any:
    return GraphQLView.as_view(schema=SCHEMA["site"])


@csrf_exempt
def graphql(request: HttpRequest) -> HttpResponse:
    """Answer an operation; the schema is made by the server's door."""
    response: HttpResponse = _view()(request)
    return response


urlpatterns = [path("graphql", graphql), path("", include("wagtail.urls"))]
