"""Make each change by an admin request atomic with its public rows."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from cms.publishing.clock import PublishedCopy
from cms.publishing.notices import collected_notices
from cms.publishing.schema.projecting import ProjectionFailed
from cms.publishing.scopes import transaction

logger = logging.getLogger(__name__)

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class PublishingTransactionMiddleware:
    """Run writing admin views in `publishing.transaction()`.

    A publish that cannot be projected is not committed; the edit is kept as a draft instead, and the
    editor is told which field stands in the way. Anything else that cannot be is undone as a whole.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hand the request on; the work is done around the view."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> Any:
        """Wrap the view; reading requests and the public side are left alone."""
        if request.method in SAFE or not request.path.startswith(_admin_path()):
            return None
        said = _queued(request)
        before = len(said)
        try:
            with collected_notices() as notices, transaction():
                response = view(request, *args, **kwargs)
        except ProjectionFailed as error:
            logger.warning("publish refused: %s", error)
            # The view has announced a success that was not committed.
            del said[before:]
            return self._refuse(request, view, args, kwargs, error)
        except ValidationError as error:
            # A form asks before it saves; approving a workflow task publishes without one.
            del said[before:]
            return _asked_again(request, error.messages)
        except PublishedCopy as error:
            del said[before:]
            return _asked_again(request, [str(error)])
        for text in notices:
            messages.warning(request, text)
        return response

    def _refuse(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        args: Any,
        kwargs: Any,
        error: ProjectionFailed,
    ) -> Any:
        if "action-publish" not in request.POST:
            messages.error(request, f"Nothing was changed: {error}")
            return HttpResponseRedirect(request.get_full_path())
        messages.error(request, f"Not published, kept as a draft: {error}")
        draft = request.POST.copy()
        del draft["action-publish"]
        request.POST = draft  # type: ignore[assignment]
        with transaction():
            return view(request, *args, **kwargs)


def _asked_again(request: HttpRequest, reasons: list[str]) -> HttpResponseBase:
    """Say what stands in the way, where the editor came from; nothing was changed."""
    for reason in reasons:
        messages.error(request, f"Nothing was changed: {reason}")
    came_from = request.headers.get("referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    address = came_from if is_ours else _admin_path()
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": address})
    return HttpResponseRedirect(address)


def _queued(request: HttpRequest) -> list[Any]:
    """Return the messages of this request so far; Django has no public name for them."""
    queued: list[Any] = getattr(messages.get_messages(request), "_queued_messages", [])
    return queued


def _admin_path() -> str:
    return getattr(settings, "ADMIN_PATH", "") or reverse("wagtailadmin_home")
