"""Arrange the forms of this room as an editor thinks."""

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
from cms.content.outside import outside_tab

INDEX_PANELS: list[Panel] = [
    *Page.content_panels,
    FieldPanel("introduction"),
    BasePage.picture_panel,
]

_TEXT: list[Panel] = [
    FieldPanel("body"),
    RowsPanel("documents", heading="Documents", label="document"),
]

_NEWS: list[Panel] = [
    *Page.content_panels,
    FieldPanel("types"),
    FieldPanel("introduction"),
    MultiFieldPanel(
        [
            FieldRowPanel(
                [
                    FieldPanel("published_on"),
                    FieldPanel("published_on_is_derived", heading="Taken from an event"),
                ]
            ),
            FieldPanel("author"),
        ],
        heading="Date and author",
    ),
    BasePage.picture_panel,
    MultiFieldPanel(
        [FieldPanel("topics", widget=boxes()), FieldPanel("project")],
        heading="What it is about",
    ),
    *_TEXT,
]

_CALL: list[Panel] = [
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("call_opens_at"), FieldPanel("call_closes_at")]),
            FieldPanel("call_time_zone"),
        ],
        heading="When",
        help_text="Readers see these details only while “Open call” is ticked among the types. "
        "Whether the call is open is worked out from these times.",
    ),
    MultiFieldPanel(
        [
            FieldRowPanel(
                [FieldPanel("budget"), FieldPanel("maximum_grant"), FieldPanel("currency")]
            )
        ],
        heading="Money",
    ),
    MultiFieldPanel(
        [FieldPanel("eligible", widget=boxes()), FieldPanel("apply_url")],
        heading="Who and where",
    ),
]

_RIGHTS: list[Panel] = [
    MultiFieldPanel(
        [FieldPanel("corrected_at"), FieldPanel("correction_note")],
        heading="Correction",
        help_text="Only if the text was put right after readers could see it.",
    ),
    MultiFieldPanel(
        [
            FieldPanel("licence"),
            FieldRowPanel([FieldPanel("attribution_text"), FieldPanel("attribution_url")]),
            FieldPanel("canonical_url"),
            FieldPanel("syndication_allowed"),
        ],
        heading="What others may do with it",
    ),
    FieldPanel("embargo_until"),
]

_EVENT: list[Panel] = [
    *Page.content_panels,
    FieldPanel("summary"),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            FieldRowPanel([FieldPanel("time_zone"), FieldPanel("is_all_day")]),
            FieldPanel("status"),
        ],
        heading="When",
    ),
    MultiFieldPanel(
        [
            FieldPanel("attendance"),
            FieldPanel("venue_name"),
            FieldPanel("venue_address"),
            FieldRowPanel([FieldPanel("venue_city"), FieldPanel("venue_country")]),
        ],
        heading="Where",
    ),
    RowsPanel("organisers", heading="Organisers", label="organiser"),
    FieldPanel("participants_note"),
    FieldPanel("project"),
    BasePage.picture_panel,
]


def news_form() -> TabbedInterface:
    """Return the tabs of a news item's form."""
    return TabbedInterface(
        [
            ObjectList(_NEWS, heading="News item"),
            ObjectList(_CALL, heading="Open call"),
            ObjectList(_RIGHTS, heading="Rights and corrections"),
            ObjectList(BasePage.promote_panels, heading="Promote"),
            ObjectList(BasePage.settings_panels, heading="Settings"),
            outside_tab(),
        ]
    )


def event_form() -> TabbedInterface:
    """Return the tabs of an event's form."""
    return TabbedInterface(
        [
            ObjectList(_EVENT, heading="Event"),
            ObjectList(_TEXT, heading="Text and documents"),
            ObjectList(BasePage.promote_panels, heading="Promote"),
            ObjectList(BasePage.settings_panels, heading="Settings"),
            outside_tab(),
        ]
    )
