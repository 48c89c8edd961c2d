"""Tell editors what could not be published, and name what Wagtail changes without a signal."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import DraftStateMixin
from wagtail.permissions import page_permission_policy

from cms.publishing import kinds
from cms.publishing.failures import failures, failures_for, thing_of
from cms.publishing.hidden_choices import notice_hidden_choices
from cms.publishing.models import Projection
from cms.publishing.scopes import Scope, look_at
from cms.publishing.takedown_views import UnpublishPages

REPORT = "publishing_failures"


def _title(projection: Projection) -> str:
    return str(thing_of(projection) or projection.key)


def _edit_url(projection: Projection) -> str | None:
    thing = thing_of(projection)
    url: str | None = AdminURLFinder().get_edit_url(thing) if thing else None
    return url


class FailuresReport(ReportView):
    """List what could not be published as it is, and why."""

    page_title = _("Not published")
    header_icon = "warning"
    index_url_name = REPORT
    index_results_url_name = f"{REPORT}_results"
    permission_policy = page_permission_policy
    any_permission_required = {"add", "change", "publish"}
    is_searchable = False
    columns = [
        TitleColumn("title", label=_("Title"), accessor=_title, get_url=_edit_url),
        Column("error", label=_("What stands in the way")),
        DateColumn("failed_at", label=_("Since")),
    ]

    def get_queryset(self) -> QuerySet[Projection]:
        """Return the failures of the things that the user may edit."""
        return failures_for(self.request.user)


@hooks.register("register_admin_urls")
def register_report_urls() -> list[URLPattern]:
    """Mount the report."""
    return [
        path("reports/not-published/", FailuresReport.as_view(), name=REPORT),
        path(
            "reports/not-published/results/",
            FailuresReport.as_view(results_only=True),
            name=f"{REPORT}_results",
        ),
    ]


@hooks.register("register_reports_menu_item")
def register_report_item() -> MenuItem:
    """Put the report among the others."""
    return MenuItem(
        _("Not published"), reverse(REPORT), name=REPORT, icon_name="warning", order=650
    )


class FailuresPanel(Component):
    """Say on the admin's first page that something could not be published."""

    order = 40

    def __init__(self, user: Any) -> None:
        self.user = user

    def render_html(self, parent_context: Any = None) -> str:
        """Return a line with a link to the report; nothing while all is well."""
        count = failures_for(self.user).count()
        if not count:
            return ""
        text = ngettext(
            "%(count)d thing could not be published as it is.",
            "%(count)d things could not be published as they are.",
            count,
        ) % {"count": count}
        return format_html(
            '<div class="help-block help-warning" role="status">{} <a href="{}">{}</a></div>',
            text,
            reverse(REPORT),
            _("See what stands in the way"),
        )


@hooks.register("construct_homepage_panels")
def add_failures_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Show failures on the admin's first page."""
    panels.append(FailuresPanel(request.user))


@hooks.register("before_edit_page")
@hooks.register("before_edit_snippet")
def tell_of_failure(request: HttpRequest, instance: Any) -> None:
    """Tell who opens a thing that its latest version is not public, and why."""
    if request.method != "GET":
        return
    row = failures().filter(key=kinds.key_of(instance) or "").first()
    if row is not None:
        text = _("The latest version is not public: %(error)s")
        messages.warning(request, text % {"error": row.error})


@hooks.register("after_publish_page")
def tell_of_hidden_choices(request: HttpRequest, page: Any) -> None:
    """Tell who publishes or schedules a page in its form what readers will not get of it."""
    notice_hidden_choices(page.get_latest_revision_as_object())


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def tell_of_hidden_targets(request: HttpRequest, instance: Any) -> None:
    """Tell the same of what has no drafts, such as a menu."""
    if kinds.key_of(instance) and not isinstance(instance, DraftStateMixin):
        notice_hidden_choices(instance)


# After Wagtail's own action of the same name, whose place it takes.
hooks.register("register_bulk_action", UnpublishPages, order=1)


@hooks.register("after_bulk_action")
def look_at_bulk(request: HttpRequest, action: str, objects: list[Any], view: Any) -> None:
    """Name what a bulk action changed: moving files to a collection sends no signal."""
    keys = {key for thing in objects if (key := kinds.key_of(thing))}
    look_at(Scope(keys=keys))
