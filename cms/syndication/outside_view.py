"""Answer what the tab “Outside” of a page shows, to those who may edit the page."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms.publishing import kinds
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
    context: dict[str, Any] = {"look": None, "problem": ""}
    try:
        context["look"] = outside_of(page.get_latest_revision_as_object(), now=now)
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
