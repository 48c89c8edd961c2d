"""Put the use of the API among the admin's reports, and have old counts forgotten."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.api.usage.views import MEMBERS, OPERATIONS, MembersReport, OperationsReport, may_read
from cms.api.usage.writing import forget_old

DAY_SECONDS = 86_400.0


class _ReportItem(MenuItem):
    """Show a report to those who may read it."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Say whether somebody may read it."""
        return may_read(request.user)


@hooks.register("register_admin_urls")
def register_report_urls() -> list[URLPattern]:
    """Mount the reports."""
    found = []
    for name, address, view in (
        (MEMBERS, "reports/api-fields/", MembersReport),
        (OPERATIONS, "reports/api-operations/", OperationsReport),
    ):
        found.append(path(address, view.as_view(), name=name))
        results = view.as_view(results_only=True)
        found.append(path(f"{address}results/", results, name=f"{name}_results"))
    return found


@hooks.register("register_reports_menu_item")
def register_members_item() -> MenuItem:
    """Put the report on fields among the others."""
    return _ReportItem(
        _("API: fields"), reverse(MEMBERS), name="api-fields", icon_name="code", order=1200
    )


@hooks.register("register_reports_menu_item")
def register_operations_item() -> MenuItem:
    """Put the report on operations among the others."""
    return _ReportItem(
        _("API: operations"),
        reverse(OPERATIONS),
        name="api-operations",
        icon_name="code",
        order=1210,
    )


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let administrators give the reports to a group."""
    return Permission.objects.filter(content_type__app_label="api", codename="view_fieldusage")


@hooks.register("register_chores")
def register_chores(register: Callable[..., Any]) -> None:
    """Have counts forgotten that are older than they are kept."""
    register(
        "old counts of the API's use",
        every_seconds=DAY_SECONDS,
        work=lambda _is_enough: forget_old(),
        is_slow=True,
    )
