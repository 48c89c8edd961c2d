"""Give projects their own entry in the admin's sidebar."""

from typing import Any

import django_filters
from wagtail import hooks
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet
from wagtail.admin.viewsets.pages import PageListingViewSet

from cms.content.models import Organisation
from projects.models import ProjectPage


class ProjectFilterSet(PageFilterSet):
    """Narrow the list of projects."""

    starts_on = django_filters.DateFromToRangeFilter(
        label="First day", widget=DateRangePickerWidget
    )
    partners__organisation = django_filters.ModelChoiceFilter(
        label="Partner", queryset=Organisation.objects.all()
    )

    class Meta:
        model = ProjectPage
        fields = ["programmes", "partners__organisation", "starts_on"]


class ProjectListingViewSet(PageListingViewSet):
    """List all projects of all clusters."""

    model = ProjectPage
    icon = "clipboard-list"
    menu_label = "Projects"
    menu_order = 210
    add_to_admin_menu = True
    filterset_class = ProjectFilterSet
    columns = [
        *IndexView.base_columns[:2],
        Column("acronym", label="Acronym", sort_key="acronym"),
        Column("starts_on", label="First day", sort_key="starts_on"),
        Column("final_day", label="Last day"),
        *IndexView.base_columns[2:],
    ]


@hooks.register("register_admin_viewset")
def register_projects() -> Any:
    """Add the list of projects to the admin."""
    return ProjectListingViewSet("projects")
