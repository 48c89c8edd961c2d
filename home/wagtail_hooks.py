"""Give menus their own entry in the admin's sidebar, and clusters a place on the dashboard."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.dashboard import ClusterSummary
from home.models import Menu


class MenuViewSet(SnippetViewSet):
    """List and edit the menus of all sites."""

    model = Menu
    icon = "list-ul"
    menu_label = "Menus"
    menu_order = 500
    add_to_admin_menu = True
    list_display = ["name", "site", "locale"]
    list_filter = ["site", "locale", "name"]


@hooks.register("insert_global_admin_css")
def style_this_room() -> SafeString:
    """Link the style sheet of this room."""
    return format_html('<link rel="stylesheet" href="{}">', static("home/admin.css"))


@hooks.register("construct_homepage_panels")
def show_clusters(request: HttpRequest, panels: list[Any]) -> None:
    """Begin the dashboard with the clusters that somebody may edit."""
    panels.append(ClusterSummary(request.user))


register_snippet(MenuViewSet)
