"""Show what a portal could not be brought, and try it again when somebody says so."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.log_actions import log

from cms.publishing.models import PublishedItem
from cms.syndication.deliveries import replay
from cms.syndication.models import Delivery, DeliveryState, Portal
from cms.syndication.portal_views import crumbs, portal_for

PER_PAGE = 50


class RangeForm(forms.Form):
    """Name the time between two instants, in the time zone of the admin."""

    since = forms.DateTimeField(
        label="Given up from", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    until = forms.DateTimeField(
        label="until before", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it begins."""
        found: dict[str, Any] = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and until <= since:
            self.add_error("until", "Give an end that is after the beginning.")
        return found


def failures_of(portal: Portal) -> QuerySet[Delivery]:
    """Return the deliveries to a portal that were given up, the latest first."""
    return Delivery.objects.filter(
        follower=portal.follower_id, state=DeliveryState.FAILED
    ).order_by("-finished_at", "-pk")


@require_safe
def failures(request: HttpRequest, pk: int) -> HttpResponse:
    """List what a portal could not be brought, with its answers."""
    return _listed(request, portal_for(request, pk), form=RangeForm())


def _listed(request: HttpRequest, portal: Portal, *, form: RangeForm) -> HttpResponse:
    page = Paginator(failures_of(portal), PER_PAGE).get_page(request.GET.get("p"))
    deliveries = list(page.object_list)
    # What is no longer public has no title here either.
    public_ids = [delivery.public_id for delivery in deliveries]
    things = PublishedItem.objects.filter(public_id__in=public_ids).defer("head", "tail")
    by_id = {thing.public_id: thing for thing in things}
    context = {
        "portal": portal,
        "page": page,
        "rows": [(delivery, by_id.get(delivery.public_id)) for delivery in deliveries],
        "form": form,
        "header_title": f"Given up: {portal}",
        "breadcrumbs_items": crumbs(portal, "Given up"),
    }
    status = 400 if form.errors else 200
    return TemplateResponse(request, "syndication/failures.html", context, status=status)


@require_POST
def replay_one(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """Try one delivery again."""
    portal = portal_for(request, pk)
    found = get_object_or_404(failures_of(portal), pk=delivery)
    return _replayed(request, portal, failures_of(portal).filter(pk=found.pk))


@require_POST
def replay_range(request: HttpRequest, pk: int) -> HttpResponse:
    """Try again what was given up between two instants."""
    portal = portal_for(request, pk)
    form = RangeForm(request.POST)
    if not form.is_valid():
        return _listed(request, portal, form=form)
    since: dt.datetime = form.cleaned_data["since"]
    until: dt.datetime = form.cleaned_data["until"]
    chosen = failures_of(portal).filter(finished_at__gte=since, finished_at__lt=until)
    return _replayed(request, portal, chosen)


def _replayed(request: HttpRequest, portal: Portal, chosen: QuerySet[Delivery]) -> HttpResponse:
    count = replay(chosen)
    if count:
        log(instance=portal, action="syndication.replay", data={"count": count})
        messages.success(request, f"{count} on the way again.")
    else:
        messages.warning(request, "There was nothing to try again.")
    return redirect(reverse("portals:failures", args=[portal.pk]))
