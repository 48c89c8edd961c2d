"""Find what could not be published as it is, for a user who may edit it."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page

from cms.publishing import kinds
from cms.publishing.models import Projection


def failures() -> QuerySet[Projection]:
    """Return the projections whose last attempt failed, the latest first."""
    return Projection.objects.exclude(error="").order_by("-failed_at", "key").defer("head", "tail")


def failures_for(user: Any) -> QuerySet[Projection]:
    """Return the failures of the things that a user may edit.

    Shape: what is deleted belongs to nobody, so only superusers see it.
    """
    if user.is_active and user.is_superuser:
        return failures()
    by_kind: dict[str, set[int]] = defaultdict(set)
    for key in failures().values_list("key", flat=True):
        kind, pk = kinds.split_key(key)
        by_kind[kind].add(pk)
    finder = AdminURLFinder(user)
    editable = {
        f"{kind}:{thing.pk}"
        for kind, pks in by_kind.items()
        for thing in _things(kind, pks)
        if finder.get_edit_url(thing)
    }
    return failures().filter(key__in=editable)


def thing_of(projection: Projection) -> Any:
    """Return what a projection is of, or None when it is deleted."""
    kind, pk = kinds.split_key(projection.key)
    models: Any = kinds.projected_models()[kind]
    found = (model._default_manager.filter(pk=pk).first() for model in models)
    return next(filter(None, found), None)


def _things(kind: str, pks: set[int]) -> list[Any]:
    # A page's permissions do not depend on its type.
    model: Any = Page if kind == kinds.PAGE else kinds.single_model(kind)
    return list(model._default_manager.filter(pk__in=pks))
