"""Arrange the forms of this room as an editor thinks."""

from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.models import Page

from cms.content.boxes import boxes
from cms.content.drafts import RowsPanel
from cms.content.models import BasePage
from cms.content.outside import outside_tab

INDEX_PANELS: list[Panel] = [
    *Page.content_panels,
    FieldPanel("introduction"),
    BasePage.picture_panel,
]

_PROJECT: list[Panel] = [
    *Page.content_panels,
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("acronym"), FieldPanel("contract_number")]),
            FieldPanel("full_title"),
            FieldPanel("summary", widget=AdminAutoHeightTextInput),
        ],
        heading="Name",
    ),
    MultiFieldPanel(
        [
            FieldRowPanel(
                [FieldPanel("starts_on"), FieldPanel("ends_on"), FieldPanel("duration_months")]
            )
        ],
        heading="Dates",
        help_text="Whether the project is planned, running or completed is worked out from these.",
    ),
    FieldPanel("programmes", widget=boxes()),
    BasePage.picture_panel,
]

_PARTNERS: list[Panel] = [
    RowsPanel(
        "partners",
        heading="Partners",
        label="partner",
        help_text="All partners in the order in which readers see them, coordinator included.",
    ),
]

_AIMS: list[Panel] = [
    FieldPanel("objectives"),
    FieldPanel("approaches"),
    MultiFieldPanel(
        [
            FieldPanel("target_group"),
            FieldRowPanel([FieldPanel("minimum_age"), FieldPanel("maximum_age")]),
        ],
        heading="Target group",
    ),
    RowsPanel("results", heading="Results", label="result"),
]

_TEXT: list[Panel] = [
    FieldPanel("body"),
    RowsPanel("documents", heading="Documents", label="document"),
]


def project_form() -> TabbedInterface:
    """Return the tabs of a project's form."""
    return TabbedInterface(
        [
            ObjectList(_PROJECT, heading="Project"),
            ObjectList(_PARTNERS, heading="Partners"),
            ObjectList(_AIMS, heading="Aims and results"),
            ObjectList(_TEXT, heading="Text and documents"),
            ObjectList(BasePage.promote_panels, heading="Promote"),
            ObjectList(BasePage.settings_panels, heading="Settings"),
            outside_tab(),
        ]
    )
