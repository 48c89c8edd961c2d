"""Addresses of the process in which plain grapple answers: Wagtail's, from which pages get theirs."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from graphene_django.views import GraphQLView


@cache
def _view() -> Any:
    return GraphQLView.as_view(schema=settings.GRAPHENE["SCHEMA"])


@csrf_exempt
def graphql(request: HttpRequest) -> HttpResponse:
    """Answer an operation; the schema is made by the server's door."""
    response: HttpResponse = _view()(request)
    return response


urlpatterns = [path("graphql", graphql), path("", include("wagtail.urls"))]
