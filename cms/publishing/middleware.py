"""Make each change by an admin request atomic with its public rows."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from cms.busy_response import busy_response
from cms.gate import Busy
from cms.publishing.clock import PublishedCopy
from cms.publishing.conflicts import is_conflict
from cms.publishing.notices import collected_notices
from cms.publishing.request_locks import lock_for
from cms.publishing.row_locks import Deleted
from cms.publishing.schema.projecting import ProjectionFailed
from cms.publishing.scopes import in_transaction

logger = logging.getLogger(__name__)

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class PublishingTransactionMiddleware:
    """Run writing admin views of people who are logged in, in `publishing.transaction()`.

    Nobody else can change anything, and a log-in takes half a second, for which SQLite's only writer
    would be held.

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
        """Wrap the view; reading requests, strangers and the public side are left alone."""
        if request.method in SAFE or not request.path.startswith(_admin_path()):
            return None
        if request.user.is_anonymous:
            return None
        with collected_notices() as notices:
            response = self._answer(request, view, args, kwargs, notices=notices)
        for text in notices:
            messages.warning(request, text)
        return response

    def _answer(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        args: Any,
        kwargs: Any,
        *,
        notices: list[str],
    ) -> Any:
        said = _queued(request)
        before = len(said)

        def forget() -> None:
            """Drop what was said by an attempt that has changed nothing."""
            del said[before:]
            notices.clear()

        def work() -> Any:
            forget()
            lock_for(request)
            return view(request, *args, **kwargs)

        try:
            # The first attempt has moved an uploaded file away.
            return in_transaction(work, may_repeat=lambda: not request.FILES)
        except ProjectionFailed as error:
            logger.warning("publish refused: %s", error)
            # The view has announced a success that was not committed.
            forget()
            return self._refuse(request, view, args, kwargs, error)
        except ValidationError as error:
            # A form asks before it saves; approving a workflow task publishes without one.
            forget()
            return _asked_again(request, error.messages)
        except PublishedCopy as error:
            forget()
            return _asked_again(request, [str(error)])
        except Deleted as error:
            forget()
            return _asked_again(request, [str(error)], address=reverse("wagtailadmin_explore_root"))
        except DatabaseError as error:
            if not is_conflict(error):
                raise
            logger.exception("another change stood in the way each time")
            forget()
            return _asked_again(
                request, [_("Others are changing the same at this moment. Please try again.")]
            )
        except Busy as error:
            # What is raised from here reaches nobody's `process_exception`.
            forget()
            return busy_response(str(error))

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

        def work() -> Any:
            lock_for(request)
            return view(request, *args, **kwargs)

        return in_transaction(work)


def _asked_again(
    request: HttpRequest, reasons: list[str], *, address: str = ""
) -> HttpResponseBase:
    """Say what stands in the way, at an address or where the editor came from; nothing was changed."""
    if not request.accepts("text/html"):
        # What Wagtail answers when a draft cannot be saved in the background.
        problem = {"success": False, "error_code": "refused", "error_message": " ".join(reasons)}
        return JsonResponse(problem, status=400)
    for reason in reasons:
        messages.error(request, f"Nothing was changed: {reason}")
    came_from = request.headers.get("referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    address = address or (came_from if is_ours else _admin_path())
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": address})
    return HttpResponseRedirect(address)


def _queued(request: HttpRequest) -> list[Any]:
    """Return the messages of this request so far; Django has no public name for them."""
    queued: list[Any] = getattr(messages.get_messages(request), "_queued_messages", [])
    return queued


def _admin_path() -> str:
    return getattr(settings, "ADMIN_PATH", "") or reverse("wagtailadmin_home")
