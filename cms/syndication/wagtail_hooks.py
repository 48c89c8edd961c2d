"""Put portals into the sidebar, and show editors how their pages look outside."""

from typing import Any

from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSet

from cms.syndication import portal_failures, portal_views
from cms.syndication.models import Portal
from cms.syndication.outside_view import outside
from cms.syndication.portal_form import portal_form


def _progress(name: str, label: str) -> Column:
    return Column(name, label=label, accessor=f"progress.{name}")


class PortalViewSet(ModelViewSet):
    """Manage the sites that take over what the cluster publishes."""

    model = Portal
    icon = "globe"
    menu_label = "Portals"
    menu_name = "portals"
    menu_order = 510
    add_to_admin_menu = True
    # A portal's secret is nothing to copy, and nothing refers to a portal.
    copy_view_enabled = False
    add_to_reference_index = False
    edit_handler = portal_form()
    index_view_class = portal_views.PortalIndexView
    add_view_class = portal_views.PortalCreateView
    edit_view_class = portal_views.PortalEditView
    search_fields = ["name", "contact_name", "contact_email"]
    ordering = ["name"]
    list_display = [
        "name",
        BooleanColumn("is_active", label="Active"),
        _progress("position", "Position"),
        _progress("lag", "Behind by"),
        _progress("pending", "On its way"),
        _progress("failed", "Given up"),
        _progress("unconfirmed", "Not yet retracted"),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        """Add what is done to one portal."""
        found: list[URLPattern] = super().get_urlpatterns()
        return [
            *found,
            path("<int:pk>/keys/new/", portal_views.new_key, name="new_key"),
            path("<int:pk>/keys/<int:key>/revoke/", portal_views.revoke, name="revoke_key"),
            path("<int:pk>/secret/", portal_views.new_secret, name="new_secret"),
            path("<int:pk>/failures/", portal_failures.failures, name="failures"),
            path("<int:pk>/failures/replay/", portal_failures.replay_range, name="replay_range"),
            path(
                "<int:pk>/failures/<int:delivery>/replay/",
                portal_failures.replay_one,
                name="replay_one",
            ),
        ]


@hooks.register("register_admin_viewset")
def register_portals() -> PortalViewSet:
    """Add the list of portals to the admin."""
    return PortalViewSet("portals")


@hooks.register("register_admin_urls")
def register_outside() -> list[URLPattern]:
    """Mount what the tab “Outside” shows."""
    return [path("outside/<int:pk>/", outside, name="outside")]


@hooks.register("register_outside_address")
def outside_address(page: Any) -> str:
    """Return the address of what the tab “Outside” of a page shows."""
    return reverse("outside", args=[page.pk])


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name in a portal's history what was done to it."""
    actions.register_action("syndication.make_key", "Make a key", "Key made")
    actions.register_action("syndication.revoke_key", "Revoke a key", "Key revoked")
    actions.register_action("syndication.change_secret", "Change the secret", "Secret changed")
    actions.register_action("syndication.replay", "Try again", "Deliveries tried again")


@hooks.register("insert_global_admin_css")
def style_this_room() -> SafeString:
    """Link the style sheet of this room."""
    return format_html('<link rel="stylesheet" href="{}">', static("syndication/admin.css"))
