"""Answer requests that would have to wait for the hashes of other passwords."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cms.accounts.hashing import PLACES, HashingBusy
from cms.busy_response import busy_response
from cms.client_addresses import client_address

LOG_IN = "/admin/login/"


class BusyHashingMiddleware:
    """Answer 503 where a password is sent and no hash can be computed for this client."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass a request on; a log-in that is too much costs no look at the database."""
        if (
            request.method == "POST"
            and request.path_info == LOG_IN
            and PLACES.is_full(client_address(request.META))
        ):
            return _busy(request, HashingBusy())
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a request whose hash was refused on the way."""
        return _busy(request, error) if isinstance(error, HashingBusy) else None


def _busy(request: HttpRequest, error: Exception) -> HttpResponse:
    # The log says nothing of it: cms.logs.WithoutRefusals.
    request.is_busy = True  # type: ignore[attr-defined]
    return busy_response(str(error))
