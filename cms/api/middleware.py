"""Keep cookies away from what is answered to everybody alike, and bound how often a client asks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cms.api.request_rates import refusal_of
from cms.client_addresses import CURRENT, client_address

PUBLIC_PATHS = (
    "/graphql",
    "/files/",
    "/sync",
    "/feeds/",
    "/calendar.ics",
    "/calls.ics",
    "/events/",
    "/sitemap",
    "/oai",
    "/hub",
)


class WithoutCookiesMiddleware:
    """Drop the cookies of requests to public addresses; first of all, so that nothing sees them.

    Without it a cookie that Django takes for a broken one of its own is replaced in the answer, which
    then also varies by cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        if request.path_info.startswith(PUBLIC_PATHS):
            request.META.pop("HTTP_COOKIE", None)
            request.COOKIES = {}
        return self.get_response(request)


class RequestRatesMiddleware:
    """Answer 429 to a client that has asked too often, before sessions or the database are used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and say to whatever works on it which client it is from."""
        mark = CURRENT.set(client_address(request.META))
        try:
            return refusal_of(request) or self.get_response(request)
        finally:
            CURRENT.reset(mark)
