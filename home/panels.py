"""Arrange the forms of this room as an editor thinks."""

from collections.abc import Iterator
from typing import Any

from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)
from wagtail.models import Page

from cms.content.boxes import boxes
from cms.content.drafts import RowsPanel
from cms.content.models import BasePage
from home.completeness import FORMULA


class CompletenessPanel(Panel):
    """Show how complete a profile is; each missing item leads to its field."""

    class BoundPanel(Panel.BoundPanel):
        """Show the completeness of one profile, as it was last saved."""

        template_name = "home/panels/completeness.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Return the score, the formula, and the missing items with the anchors of their fields."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            found = self.instance.completeness
            anchors = field_anchors(type(self.instance).get_edit_handler())
            context["score"] = found.score
            context["missing"] = [(item, anchors[item.panel]) for item in found.missing]
            context["formula"] = [(item.label, item.points) for item in FORMULA]
            return context


def _several(name: str) -> FieldPanel:
    return FieldPanel(name, widget=boxes())


_PROFILE: list[Panel] = [
    *Page.content_panels,
    FieldPanel("local_name"),
    CompletenessPanel(heading="How complete this profile is"),
    MultiFieldPanel(
        [
            FieldPanel("country"),
            FieldRowPanel([FieldPanel("region_label"), FieldPanel("region_code")]),
        ],
        heading="Place",
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("founded_on"), FieldPanel("legal_form")]),
            FieldPanel("website"),
        ],
        heading="Organisation",
    ),
    FieldPanel("contact"),
    FieldPanel("about"),
    FieldPanel("mission"),
    FieldPanel("goals"),
    FieldPanel("activity_areas"),
    BasePage.picture_panel,
]

_FIGURES: list[Panel] = [
    RowsPanel(
        "compositions",
        heading="Composition",
        label="statement",
        help_text="Add a statement for each date and source; never overwrite an older one. Readers "
        "see the one with the latest date as current.",
    ),
    RowsPanel(
        "observations",
        heading="Other figures",
        label="figure",
        help_text="Figures that somebody else states about the cluster, with date and source.",
    ),
    RowsPanel("labels", heading="Cluster labels", label="label"),
]

_FIELDS_OF_WORK: list[Panel] = [
    MultiFieldPanel(
        [
            _several("sectors"),
            _several("technology_fields"),
            _several("s3_priorities"),
            _several("cross_sectoral_industries"),
        ],
        heading="Industries and technologies",
    ),
    RowsPanel("support_services", heading="Support services", label="service"),
    _several("programmes"),
]

_STRATEGY: list[Panel] = [
    MultiFieldPanel(
        [
            FieldPanel("strategy_formalised"),
            FieldPanel("strategy_internationalisation_focus"),
            FieldPanel("strategy_document"),
        ],
        heading="Strategy",
    ),
    MultiFieldPanel(
        [_several("international_activities"), _several("international_countries")],
        heading="International cooperation",
    ),
    MultiFieldPanel(
        [_several("transnational_activities"), _several("transnational_countries")],
        heading="Transnational cooperation",
    ),
]

_PEOPLE: list[Panel] = [
    RowsPanel("management_team", heading="Management team", label="person"),
]

_TABS: dict[str, list[Panel]] = {
    "Profile": _PROFILE,
    "People": _PEOPLE,
    "Figures": _FIGURES,
    "Fields of work": _FIELDS_OF_WORK,
    "Strategy and cooperation": _STRATEGY,
    "Promote": BasePage.promote_panels,
    "Settings": BasePage.settings_panels,
}

STANDARD_PANELS: list[Panel] = [
    *Page.content_panels,
    FieldPanel("introduction"),
    BasePage.picture_panel,
    FieldPanel("body"),
]


def cluster_form() -> TabbedInterface:
    """Return the tabs of a cluster's form."""
    return TabbedInterface(
        [ObjectList(panels, heading=heading) for heading, panels in _TABS.items()]
    )


def field_anchors(form: Panel) -> dict[str, str]:
    """Return the id of the section that shows each field or relation of a form with tabs."""
    return {
        name: f"panel-child-{tab_id}-{panel_id}-section"
        for tab, tab_id in zip(form.children, form.child_identifiers, strict=True)
        for panel, panel_id in zip(tab.children, tab.child_identifiers, strict=True)
        for name in _names_in(panel)
    }


def _names_in(panel: Panel) -> Iterator[str]:
    name = getattr(panel, "field_name", None) or getattr(panel, "relation_name", None)
    if name:
        yield name
    for child in getattr(panel, "children", ()):
        yield from _names_in(child)
