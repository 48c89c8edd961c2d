"""Answer what the tab “Outside” of a page shows, to those who may edit the page."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms.content.lost_blocks import lost_blocks
from cms.publishing import kinds
from cms.publishing.hidden_choices import hidden_choices
from cms.publishing.models import PublishedItem
from cms.publishing.overlay import OutsideSites
from cms.publishing.schema.projecting import ProjectionFailed
from cms.syndication.holdings import holdings_of
from cms.syndication.outside import outside_of

# The page on which somebody mends what stands in the way is the one they are looking at.
NO_SITE = "This page stands below no site, so readers could not reach it."


@never_cache
@require_safe
def outside(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a page, as last saved, will look outside, and which portals hold what is public of it.

    Shape: a piece of HTML for the tab.
    """
    page: Any = get_object_or_404(Page, pk=pk)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    now = timezone.now()
    draft = page.get_latest_revision_as_object()
    context: dict[str, Any] = {"look": None, "problem": "", "hidden": []}
    context["unfinished"] = list(_unfinished(draft))
    context["lost"] = list(lost_blocks(draft))
    try:
        context["hidden"] = hidden_choices(draft, user=request.user)
        context["look"] = outside_of(draft, now=now)
    except OutsideSites:
        context["problem"] = NO_SITE
    except ProjectionFailed as error:
        context["problem"] = str(error)
    row = PublishedItem.objects.filter(key=f"{kinds.PAGE}:{page.pk}").first()
    context["row"] = row
    context["is_public"] = bool(
        row and row.visible and (row.valid_until is None or row.valid_until > now)
    )
    context["holdings"] = holdings_of(row, now=now) if row else []
    return render(request, "syndication/outside.html", context)


def _unfinished(draft: Any) -> Iterator[str]:
    """Yield what has to be mended before publishing, with the name of each field."""
    problems = draft.publication_problems()
    named = {problem.field for problem in problems}
    for field, message in [
        *problems,
        *(problem for problem in draft.contradictions() if problem.field not in named),
    ]:
        yield f"{_label(draft, field)}: {message}"


def _label(draft: Any, name: str) -> str:
    try:
        field = draft._meta.get_field(name)
    except FieldDoesNotExist:
        return capfirst(str(draft._meta.verbose_name))
    return capfirst(str(getattr(field, "verbose_name", name.replace("_", " "))))
