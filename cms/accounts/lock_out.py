"""Lock out who guesses passwords: each pair of account and address, then a whole address.

No account is locked for everybody, since a stranger could do that to any editor. django-axes counts
in the database, so all processes share the count. The settings AXES_… are in `cms/settings/base.py`.

Source: docs/adr/0070-log-in.md.
"""

import hashlib
import hmac
import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_login_failed
from django.db.models import Max, Min, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.client_addresses import UNKNOWN, client_address
from cms.publishing.turns import own_transaction

logger = logging.getLogger(__name__)

Credentials = Mapping[str, Any]
# What was typed and is no account may be a password in the wrong field: it is kept as a digest.
STRANGER = "stranger:"


class LockOutBackend(AxesStandaloneBackend):
    """Refuse those who are locked out, before any password is looked at."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Return None, so that the next backend goes on.

        Raises: PermissionDenied for who is locked out. A command has no request and no address.
        """
        if request is not None:
            super().authenticate(request, **credentials)


class FailureCounter(AxesDatabaseHandler):
    """Count failures in the database, for each pair and for each address."""

    def is_locked(self, request: Any, credentials: Credentials | None = None) -> bool:
        """Say whether a pair of account and address, or the address, has to wait."""
        if super().is_locked(request, credentials):
            return True
        failures = _of_address(request).aggregate(found=Sum("failures_since_start"))["found"] or 0
        return bool(failures >= settings.LOG_IN_FAILURES_PER_ADDRESS)

    def user_login_failed(
        self, sender: Any, credentials: Credentials, request: Any = None, **named: Any
    ) -> None:
        """Count a failure and log it, without what was typed."""
        if request is None:
            return
        was_locked = request.axes_locked_out
        with own_transaction():
            super().user_login_failed(sender, credentials, request, **named)
        account = account_of(request, credentials)
        logger.warning(
            "log-in failed: %s from %s at %s%s",
            "unknown account" if account.startswith(STRANGER) else f"account {account}",
            client_address(request.META),
            request.path_info,
            ", while locked out" if was_locked else "",
        )


def address_of(request: HttpRequest) -> str | None:
    """Return the address that failures are counted for: of IPv6 the first of its /64."""
    found = client_address(request.META).partition("/")[0]
    return None if found == UNKNOWN else found


def account_of(_request: HttpRequest, credentials: Credentials | None) -> str:
    """Return the name of the account that a password was sent for, or a digest of what is none."""
    model = get_user_model()
    typed = str((credentials or {}).get(model.USERNAME_FIELD) or "")
    # PostgreSQL takes no NUL.
    known = (
        "\0" not in typed
        and model._default_manager.filter(**{model.USERNAME_FIELD: typed}).exists()
    )
    if known:
        return typed
    digest = hmac.new(
        settings.SECRET_KEY.encode(), typed.casefold().encode(errors="replace"), hashlib.sha256
    )
    return STRANGER + digest.hexdigest()[:32]


def refuse(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Return the answer to who is locked out: the form that was sent, which says so, with 429."""
    if response is None or response.status_code != 200:
        response = HttpResponse(f"{sentence()}\n", content_type="text/plain; charset=utf-8")
    response.status_code = 429
    response["Retry-After"] = str(_wait_seconds(request, credentials))
    response["Cache-Control"] = "no-store"
    return response


def sentence() -> str:
    """Return what somebody who is locked out reads."""
    return _("Too many wrong passwords came from your address. Wait 15 minutes, then try again.")


def counting_passwords(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return Wagtail's view that asks for the password of a collection, with failures counted."""

    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        restriction = kwargs.get("restriction_id")
        if request.method != "POST" or restriction is None:
            return view(request, *args, **kwargs)
        credentials = {get_user_model().USERNAME_FIELD: f"collection restriction {restriction}"}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return refuse(request, credentials=credentials)
        response = view(request, *args, **kwargs)
        # A right password redirects to the document; a wrong one shows the form again.
        if response.status_code == 200:
            user_login_failed.send(__name__, credentials=credentials, request=request)
        return response

    return counted


def _of_address(request: Any) -> Any:
    since = request.axes_attempt_time - settings.AXES_COOLOFF_TIME
    return AccessAttempt.objects.filter(ip_address=request.axes_ip_address, attempt_time__gt=since)


def _wait_seconds(request: Any, credentials: Credentials | None) -> int:
    """Return when a failure that counts now counts no longer, in seconds."""
    of_address = _of_address(request)
    of_pair = of_address.filter(username=account_of(request, credentials))
    found = of_pair.aggregate(last=Max("attempt_time"), failures=Sum("failures_since_start"))
    since = found["last"]
    if since is None or found["failures"] < settings.AXES_FAILURE_LIMIT:
        since = of_address.aggregate(first=Min("attempt_time"))["first"]
    ends_at = (since or timezone.now()) + settings.AXES_COOLOFF_TIME
    return max(1, math.ceil((ends_at - timezone.now()).total_seconds()))
