"""Publish what is due and take down what has expired, each atomically with its public row."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import Min
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

from cms.publishing.row_locks import lock_things
from cms.publishing.scopes import in_transaction

logger = logging.getLogger(__name__)


def publish_due() -> list[str]:
    """Unpublish expired things, then publish the revisions whose time has come.

    Shape: what could not be done, in words; one failure does not stop the rest.
    """
    failures = [_attempt(f"expiry of {thing}", _expire, thing) for thing in list(_expired())]
    failures += [
        _attempt(f"publication of {revision}", _publish, revision) for revision in list(_due())
    ]
    return [failure for failure in failures if failure]


def next_publication() -> dt.datetime | None:
    """Return when the next scheduled revision goes live; what is overdue has failed and may wait."""
    waiting = Revision.objects.filter(approved_go_live_at__gte=timezone.now())
    return waiting.aggregate(first=Min("approved_go_live_at"))["first"]


def _expired() -> Iterator[Any]:
    models = [Page, *(m for m in apps.get_models() if issubclass(m, DraftStateMixin))]
    for model in models:
        if model is Page or not issubclass(model, Page):
            yield from _live_beyond_their_time(model).order_by("expire_at")


def _live_beyond_their_time(model: type[Any]) -> Any:
    return model._default_manager.filter(live=True, expire_at__lt=timezone.now())


def _due() -> Iterator[Revision]:
    yield from _waiting_beyond_their_time().order_by("approved_go_live_at", "pk")


def _waiting_beyond_their_time() -> Any:
    return Revision.objects.filter(approved_go_live_at__lt=timezone.now())


def _expire(thing: Any) -> None:
    # An editor, or another process with the same task, may have changed it since it was found. Writing
    # back the copy from then would undo that.
    lock_things(type(thing), [thing.pk])
    current = _live_beyond_their_time(type(thing)).filter(pk=thing.pk).first()
    if current is not None:
        current.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(revision: Revision) -> None:
    model = revision.base_content_type.model_class()
    lock_things(model, [model._meta.pk.to_python(revision.object_id)])
    current = _waiting_beyond_their_time().filter(pk=revision.pk).first()
    if current is not None:
        current.publish(log_action="wagtail.publish.scheduled")


def _attempt(what: str, act: Callable[[Any], None], thing: Any) -> str:
    try:
        in_transaction(lambda: act(thing))
    except Exception as error:
        # Whatever stands in the way of one thing must not keep the others from their time.
        logger.exception("scheduled %s failed", what)
        return f"{what}: {error}"
    return ""
