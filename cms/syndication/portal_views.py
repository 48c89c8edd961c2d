"""Let people manage portals: describe them, give them keys and a secret, and see how far they are.

A key and a secret are written into the answer to the request that made them, and nowhere else: not into
the session, a message or the log.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.log_actions import log

from cms.syndication import signing
from cms.syndication.keys import make_key, revoke_key
from cms.syndication.models import Delivery, Portal, PortalKey
from cms.syndication.progress import progress_of
from cms.syndication.webhooks import scope

CHANGE = "syndication.change_portal"


def address_of(portal: Portal) -> str:
    """Return the address of a portal's page in the admin."""
    return reverse("portals:edit", args=[portal.pk])


def portal_for(request: HttpRequest, pk: int) -> Portal:
    """Return a portal to somebody who may manage it.

    Raises: PermissionDenied, Http404.
    """
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    return get_object_or_404(Portal.objects.select_related("follower"), pk=pk)


def revealed(
    request: HttpRequest, portal: Portal, *, what: str, value: str, advice: str
) -> HttpResponse:
    """Answer with a value that nobody can read again."""
    context = {
        "portal": portal,
        "portal_url": address_of(portal),
        "what": what,
        "value": value,
        "advice": advice,
        "header_title": f"{what} of {portal}",
        "breadcrumbs_items": crumbs(portal, what),
    }
    response = TemplateResponse(request, "syndication/revealed.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def crumbs(portal: Portal, label: str) -> list[dict[str, str]]:
    """Return the way from the first page of the admin to something of a portal."""
    return [
        {"url": reverse("wagtailadmin_home"), "label": "Home"},
        {"url": reverse("portals:index"), "label": "Portals"},
        {"url": address_of(portal), "label": portal.name},
        {"url": "", "label": label},
    ]


# Keys and secrets


@never_cache
@require_POST
def new_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a key and show it once."""
    portal = portal_for(request, pk)
    text, stored = make_key(portal)
    log(instance=portal, action="syndication.make_key", data={"key": stored.prefix})
    advice = "Give it to whoever runs the portal. Only a fingerprint of it is kept here."
    return revealed(request, portal, what="New key", value=text, advice=advice)


@require_POST
def revoke(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Let a key count no longer."""
    portal = portal_for(request, pk)
    found = get_object_or_404(PortalKey, pk=key, portal=portal)
    revoke_key(found, now=timezone.now())
    log(instance=portal, action="syndication.revoke_key", data={"key": found.prefix})
    messages.success(request, f"The key {found} counts no longer.")
    return redirect(address_of(portal))


@never_cache
@require_POST
def new_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a portal a new signing secret and show it once."""
    return secret_shown(request, portal_for(request, pk))


def secret_shown(request: HttpRequest, portal: Portal) -> HttpResponse:
    """Give a portal a new signing secret and answer with it."""
    had_one = bool(portal.secret)
    value = signing.rotate(portal, now=timezone.now())
    log(instance=portal, action="syndication.change_secret")
    advice = "The portal checks with it that what it receives comes from here."
    if had_one:
        advice += (
            " The secret from before signs along for 24 hours; one from before that no longer."
        )
    return revealed(request, portal, what="Signing secret", value=value, advice=advice)


# The list and the form


class PortalIndexView(generic.IndexView):
    """List the portals and how far each is."""

    def get_base_queryset(self) -> Any:
        """Return the portals with what pushes to them."""
        return super().get_base_queryset().select_related("follower")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add to each portal of the page how far it is."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        portals = list(context["object_list"])
        found = progress_of(portals, now=timezone.now())
        for portal in context["object_list"]:
            portal.progress = found[portal.pk]
        return context


class _PortalSaved:
    """Show the first secret of a portal that gets an address, else the portal."""

    object: Any
    request: HttpRequest

    def save_action(self) -> HttpResponse:
        response: HttpResponse = super().save_action()  # type: ignore[misc]
        if self.object.webhook_url and not self.object.secret:
            return secret_shown(self.request, self.object)
        return response

    def get_success_url(self) -> str:
        return address_of(self.object)


class PortalCreateView(_PortalSaved, generic.CreateView):
    """Describe a new portal."""


RESTART = (
    "What this portal takes over has changed: it has to read /sync from the beginning. One that only "
    "listens to webhooks keeps what it no longer takes over until somebody tells it."
)


class PortalEditView(_PortalSaved, generic.EditView):
    """Show a portal: how far it is, its keys, its secret, and the form that describes it."""

    template_name = "syndication/portal.html"

    def save_instance(self) -> Portal:
        """Save the portal; what it has confirmed is of no account under another choice."""
        before = scope(Portal.objects.get(pk=self.object.pk)).digest
        portal: Portal = super().save_instance()
        if scope(portal).digest != before:
            Portal.objects.filter(pk=portal.pk).update(pulled_position=0)
            messages.warning(self.request, RESTART)
        return portal

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what stands above the form."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        now, portal = timezone.now(), self.object
        context["progress"] = progress_of([portal], now=now)[portal.pk]
        context["keys"] = portal.keys.all()
        # Never the secrets themselves: nothing that is rendered may hold them.
        context["has_secret"] = bool(portal.secret)
        until = portal.former_secret_until
        context["former_until"] = until if until and until > now else None
        context["is_gone"] = not portal.is_active and _said_gone(portal)
        return context


def _said_gone(portal: Portal) -> bool:
    """Tell whether the latest answer of a portal was that its address is no more."""
    tried = Delivery.objects.filter(follower=portal.follower_id, status__isnull=False)
    return tried.order_by("-finished_at", "-pk").values_list("status", flat=True).first() == 410
