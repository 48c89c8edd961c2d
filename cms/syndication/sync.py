"""Serve `GET /sync`: everything that others may take over, then what changes, as JSON.

The answer is the GraphQL operation `changes` with everything that is said of each thing, so the two
cannot disagree.
"""

import hashlib
import logging
from collections.abc import Callable
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from graphql import GraphQLError

from cms.http_methods import READING, public_methods
from cms.publishing.asker import AskerRefused, context_of, note
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation, answer
from cms.syndication.keys import keep_private, refusal
from cms.syndication.parameters import BadParameter, listed, named_once, number, refused
from cms.syndication.types import everything

logger = logging.getLogger(__name__)

PARAMETERS = ("after", "first", "types", "newsTypes", "topics", "locale", "site")
FIRST_DEFAULT = 100
FIRST_MAX = 100
STATUS = {"CURSOR_TOO_OLD": 410, "BAD_USER_INPUT": 400, "OUTSIDE_SCOPE": 403}
View = Callable[[HttpRequest], HttpResponse]


@public_methods(*READING)
def sync(request: HttpRequest) -> HttpResponse:
    """Answer a page of changes; a refusal says in JSON what to do."""
    try:
        named_once(request, known=PARAMETERS)
        variables = _variables(request)
        context = context_of(request)
        context.source_ids = True
    except BadParameter as error:
        return refused("BAD_REQUEST", str(error))
    except AskerRefused as error:
        return refusal(error)
    except (InterfaceError, OperationalError):
        return _unreachable()
    response = _answered(request, variables, context)
    if context.asker is not None:
        keep_private(response)
    patch_vary_headers(response, ["Authorization"])
    return response


def _answered(
    request: HttpRequest, variables: dict[str, Any], context: ReadContext
) -> HttpResponse:
    result = answer(Operation(everything()), variables, context)
    if result.errors:
        return _failed(result.errors)
    note(context)
    assert result.data is not None
    found = result.data["changes"]
    page = {"cursor": found["cursor"], "hasMore": found["hasMore"], "items": found["nodes"]}
    return _page(request, orjson.dumps(page, default=str))


def _variables(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of the operation.

    Raises: BadParameter naming what cannot be used.
    """
    wanted: dict[str, Any] = {
        name: list(values)
        for name in ("types", "newsTypes", "topics")
        if (values := listed(request.GET.get(name, "")))
    }
    if locale := request.GET.get("locale"):
        wanted["locale"] = locale.replace("-", "_").upper()
    if site := request.GET.get("site"):
        wanted["site"] = site
    first = number(request, "first", default=FIRST_DEFAULT, most=FIRST_MAX)
    return {"after": request.GET.get("after") or None, "first": first, "filter": wanted or None}


def _failed(errors: list[GraphQLError]) -> HttpResponse:
    error = errors[0]
    if isinstance(error.original_error, InterfaceError | OperationalError):
        return _unreachable()
    code = str((error.extensions or {}).get("code", ""))
    # A variable that does not fit (an unknown language, say) has neither a code nor a path.
    if code in STATUS or not error.path:
        return refused(code or "BAD_REQUEST", error.message, status=STATUS.get(code, 400))
    logger.error("sync failed", exc_info=error.original_error or error)
    return refused("INTERNAL_SERVER_ERROR", "Something went wrong on our side.", status=500)


def _unreachable() -> HttpResponse:
    message = "The content is not reachable at the moment. Try again in a few seconds."
    response = refused("SERVICE_UNAVAILABLE", message, status=503)
    response["Retry-After"] = "5"
    return response


def _page(request: HttpRequest, body: bytes) -> HttpResponse:
    etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    response = HttpResponse(body, content_type="application/json")
    response["ETag"] = etag
    # May be kept, but has to be asked for again each time: a withdrawal counts at once.
    response["Cache-Control"] = "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return get_conditional_response(request, etag=etag, response=response) or response
