"""Take GraphQL requests over HTTP. Reads no cookie and sets none."""

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from cms.api import limits
from cms.api.errors import Code, Refused
from cms.api.pipeline import UNREACHABLE_MESSAGE, Answer, refusal, respond
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


@csrf_exempt
def graphql_view(request: HttpRequest) -> HttpResponse:
    """Answer a GraphQL request: POST with a JSON body."""
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
        response["Access-Control-Allow-Headers"] = "Content-Type, Accept"
        response["Access-Control-Allow-Methods"] = "POST, OPTIONS"
        return _public(response)
    response = _public(_http(_answer(request)))
    if request.headers.get("authorization"):
        # What a key narrows is for nobody else.
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Authorization"])
    return response


def _answer(request: HttpRequest) -> Answer:
    if request.method != "POST":
        message = "Send the operation as a POST request with a JSON body."
        return refusal(Refused(Code.METHOD_NOT_ALLOWED, message, status=405))
    if request.content_type != "application/json":
        message = "Send the operation as `application/json`."
        return refusal(Refused(Code.UNSUPPORTED_MEDIA_TYPE, message, status=415))
    body = request.read(limits.BODY_MAX_BYTES + 1)
    if len(body) > limits.BODY_MAX_BYTES:
        message = f"The body has more than {limits.BODY_MAX_BYTES} bytes."
        return refusal(Refused(Code.BODY_TOO_LARGE, message, status=413))
    try:
        context = context_of(request)
    except AskerRefused as error:
        return refusal(Refused(Code(error.code), error.message, status=error.status))
    except OperationalError:
        return refusal(Refused(Code.SERVICE_UNAVAILABLE, UNREACHABLE_MESSAGE, status=503))
    answer = respond(body, context=context)
    note(context)
    return answer


def _http(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, content_type="application/json", status=answer.status)
    if answer.status == 405:
        response["Allow"] = "POST, OPTIONS"
    if answer.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if answer.status == 503:
        response["Retry-After"] = "5"
    return response


def _public(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def graphiql_view(request: HttpRequest) -> HttpResponse:
    """Answer the GraphiQL page, where the settings allow it; it needs nothing from elsewhere."""
    if not settings.GRAPHIQL_ENABLED:
        return HttpResponse(status=404)
    page = {"endpoint": reverse("graphql"), "query": FIRST_QUERY}
    response = render(request, "api/graphiql.html", page)
    response["Content-Security-Policy"] = GRAPHIQL_POLICY
    return response
