"""Keep cookies away from what is answered to everybody alike."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
