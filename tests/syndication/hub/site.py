"""Serve two small feeds beside the real addresses: titles of what is public, of one type each."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.loads import SHOWN
from cms.urls import urlpatterns as real
from tests.syndication.hub.asking import BASE

TYPES = {"news": "NewsPage", "events": "EventPage"}
# Feeds that a test takes away.
CLOSED: set[str] = set()
TITLES = (
    "SELECT i.title FROM publishing_publisheditem i"
    f" WHERE i.type = %s AND {SHOWN.format('i')} ORDER BY i.title"
)


@require_safe
def feed(request: HttpRequest, name: str) -> HttpResponse:
    """Answer the titles; unknown parameters are refused."""
    if name in CLOSED or name not in TYPES:
        raise Http404
    if set(request.GET) - {"language"}:
        return HttpResponse("There is no such parameter.", status=400)
    context = ReadContext()
    titles = [row[0] for row in context.query(TITLES, [TYPES[name], context.now_parameter])]
    response = JsonResponse({"titles": titles}, content_type="application/feed+json")
    query = f"?{request.META['QUERY_STRING']}" if request.META["QUERY_STRING"] else ""
    own = f"{BASE}/feeds/test/{name}.json{query}"
    response["Link"] = f'<{BASE}/hub>; rel="hub", <{own}>; rel="self"'
    return response


def moved(request: HttpRequest) -> HttpResponse:
    """Answer under an address that is not the feed's own."""
    return feed(request, "news")


urlpatterns = [
    path("feeds/test/moved.json", moved),
    path("feeds/test/<str:name>.json", feed),
    *real,
]
