"""Take GraphQL requests over HTTP. Reads no cookie and sets none."""

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from cms.api import headers, pipeline, rates, sdl
from cms.api.errors import Code, Refused
from cms.api.exchange import Asked, Reply
from cms.http_methods import READING, public_methods
from cms.publishing.asker import AskerRefused, context_of, note

# GraphiQL brings its pictures and fonts inside its style sheet, and sets styles on elements.
GRAPHIQL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIRST_QUERY = """\
# Everything public. The book on the left has the documentation; Ctrl-Space completes, Ctrl-Enter asks.
{
  cluster {
    name
    mission
  }
  news(first: 3) {
    totalCount
    nodes {
      title
      url
      publishedOn
    }
  }
}
"""
ONLY_TRUSTED = """\
# GRAPHQL_TRUSTED_ONLY is set: only the documents of frontend_contract/operations are answered here,
# exactly as they are registered. Anything else is refused with DOCUMENT_NOT_TRUSTED.
"""


@csrf_exempt
def graphql_view(request: HttpRequest) -> HttpResponse:
    """Answer a GraphQL request inside Django's request cycle; the front answers the same outside."""
    asked = Asked(request.META)
    try:
        context = context_of(request) if "HTTP_AUTHORIZATION" in request.META else None
    except AskerRefused as error:
        return _http(asked, headers.finish(asked, _failed(_refused_key(asked, error))))
    except OperationalError as error:
        return _http(asked, headers.finish(asked, _failed(error)))
    response = _http(asked, pipeline.reply(asked, context=context))
    if context is not None:
        note(context)
    return response


@csrf_exempt
def schema_view(request: HttpRequest) -> HttpResponse:
    """Answer the public schema in its own language."""
    asked = Asked(request.META)
    return _http(asked, sdl.reply(asked))


def _refused_key(asked: Asked, error: AskerRefused) -> Refused:
    """Count a key that does not hold against its address; return what the client is told."""
    client = rates.client_of(asked, is_known=False)
    try:
        rates.admit(client)
    except Refused as too_much:
        return too_much
    rates.note(client, rates.REFUSED_COST)
    return Refused(Code(error.code), error.message, status=error.status)


def _failed(error: Exception) -> Reply:
    answer = pipeline.failed(error)
    return Reply(answer.status, answer.body, list(answer.headers))


def _http(asked: Asked, reply: Reply) -> HttpResponse:
    body = b"" if asked.method == "HEAD" else reply.body
    response = HttpResponse(body, status=reply.status)
    del response["Content-Type"]
    for name, value in reply.headers:
        response[name] = value
    if "HTTP_AUTHORIZATION" in asked.environ:
        # What a key narrows is for nobody else.
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Authorization"])
    return response


@public_methods(*READING)
def graphiql_view(request: HttpRequest) -> HttpResponse:
    """Answer the GraphiQL page, where the settings allow it; it needs nothing from elsewhere."""
    if not settings.GRAPHIQL_ENABLED:
        return HttpResponse(status=404)
    query = ONLY_TRUSTED if settings.GRAPHQL_TRUSTED_ONLY else FIRST_QUERY
    page = {"endpoint": reverse("graphql"), "query": query}
    response = render(request, "api/graphiql.html", page)
    response["Content-Security-Policy"] = GRAPHIQL_POLICY
    return response
