"""Show administrators which fields and operations are asked for, and by whom."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from cms.api.models import FieldUsage
from cms.api.schema import schema
from cms.api.usage.report import MemberUse, OperationUse, operation_uses, schema_uses

MEMBERS = "api_members"
OPERATIONS = "api_operations"
POLICY = ModelPermissionPolicy(FieldUsage)


def may_read(user: Any) -> bool:
    """Say whether somebody may see what is asked of the API."""
    allowed: bool = POLICY.user_has_permission(user, "view")
    return allowed


class _Report(ReportView):
    """List what is not rows of one table."""

    permission_policy = POLICY
    permission_required = "view"
    is_searchable = False
    header_icon = "code"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let in who may read; everybody else is told so by the admin."""
        if not may_read(request.user):
            raise PermissionDenied
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    def get_filtered_queryset(self) -> list[Any]:
        """Return the lines of the report."""
        return self.lines()

    def lines(self) -> list[Any]:
        """Return the lines of the report."""
        raise NotImplementedError


class MembersReport(_Report):
    """List the members of the schema: deprecated ones first, each with who asks for it."""

    page_title = _("Use of the API: fields")
    index_url_name = MEMBERS
    index_results_url_name = f"{MEMBERS}_results"
    columns = [
        Column("coordinate", label=_("Member of the schema")),
        Column("reason", label=_("Not to be used because")),
        Column("last_on", label=_("Last asked for")),
        Column("month", label=_("In 30 days")),
        Column("quarter", label=_("In 90 days")),
        Column("clients", label=_("By")),
    ]
    list_export = ["coordinate", "reason", "last_on", "month", "quarter", "clients"]

    def lines(self) -> list[MemberUse]:
        """Return the use of every member of the schema."""
        return schema_uses(schema(), today=timezone.now().date())


def _document(use: OperationUse) -> str:
    """Return the beginning of a document's id, which is enough to tell it; exports have all of it."""
    shown = use.document_id[:16]
    return shown if shown == use.document_id else f"{shown}…"


class OperationsReport(_Report):
    """List the operations that were asked for within 90 days, and by whom."""

    page_title = _("Use of the API: operations")
    index_url_name = OPERATIONS
    index_results_url_name = f"{OPERATIONS}_results"
    columns = [
        Column("operation", label=_("Operation")),
        Column("client", label=_("Client")),
        Column("last_on", label=_("Last asked for")),
        Column("month", label=_("In 30 days")),
        Column("quarter", label=_("In 90 days")),
        Column("cached", label=_("From a cache")),
        Column("document_id", label=_("SHA-256 of the document"), accessor=_document),
    ]
    list_export = [
        "operation", "client", "last_on", "month", "quarter", "cached", "document_id",
    ]  # fmt: skip

    def lines(self) -> list[OperationUse]:
        """Return the use of every operation."""
        return operation_uses(today=timezone.now().date())
