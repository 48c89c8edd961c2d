"""Say how complete a cluster's profile is, and what would make it more so.

The score is ours and has nothing to do with the figure that other portals show. Its formula is the
table below: the points of everything that is filled, out of 100. An item is filled or it is not, so
filling one more field never lowers the score.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import graphene
from wagtail.rich_text import get_text_for_indexing


@dataclass(frozen=True, slots=True)
class Item:
    """Hold one line of the formula.

    Shape: `field` is the GraphQL name; `panel` the model's field or relation in the admin.
    """

    points: int
    field: str
    label: str
    hint: str
    panel: str
    is_filled: Callable[[Any], bool]


def _text(name: str) -> Callable[[Any], bool]:
    return lambda page: bool(getattr(page, name).strip())


def _rich_text(name: str) -> Callable[[Any], bool]:
    # An editor who deletes every word leaves an empty paragraph behind.
    return lambda page: bool(get_text_for_indexing(getattr(page, name)).strip())


def _value(name: str) -> Callable[[Any], bool]:
    return lambda page: bool(getattr(page, name))


def _rows(name: str) -> Callable[[Any], bool]:
    return lambda page: bool(list(getattr(page, name).all()))


def _stated(*names: str) -> Callable[[Any], bool]:
    # 0 is an answer; only a number that nobody stated is missing.
    return lambda page: any(
        getattr(row, name) is not None for row in page.compositions.all() for name in names
    )


FORMULA: tuple[Item, ...] = (
    Item(10, "about", "About", "Say who the cluster is.", "about", _rich_text("about")),
    Item(8, "mission", "Mission", "Say what it is there for.", "mission", _text("mission")),
    Item(5, "goals", "Goals", "Name at least one goal.", "goals", _text("goals")),
    Item(
        7,
        "activityAreas",
        "Areas of activity",
        "Name at least one area.",
        "activity_areas",
        _text("activity_areas"),
    ),
    Item(3, "picture", "Picture", "Choose a picture.", "picture", _value("picture_id")),
    Item(4, "country", "Country", "Choose the country.", "country", _value("country")),
    Item(3, "region", "Region", "Name the region.", "region_label", _text("region_label")),
    Item(3, "foundedOn", "Founded on", "Give the date.", "founded_on", _value("founded_on")),
    Item(2, "legalForm", "Legal form", "Name it.", "legal_form", _text("legal_form")),
    Item(4, "website", "Website", "Give its address.", "website", _text("website")),
    Item(
        6, "contact", "Contact person", "Choose whom to write to.", "contact", _value("contact_id")
    ),
    Item(
        4,
        "managementTeam",
        "Management team",
        "Name at least one person.",
        "management_team",
        _rows("management_team"),
    ),
    Item(
        8,
        "composition",
        "Number of members",
        "State how many members there are.",
        "compositions",
        _stated("members"),
    ),
    Item(
        5,
        "composition",
        "Kinds of members",
        "State how many members of one kind there are; 0 is an answer.",
        "compositions",
        _stated("smes", "large_companies", "research_organisations", "other_actors", "start_ups"),
    ),
    Item(4, "sectors", "Sectoral industries", "Tick at least one.", "sectors", _rows("sectors")),
    Item(
        4,
        "technologyFields",
        "Technology fields",
        "Tick at least one.",
        "technology_fields",
        _rows("technology_fields"),
    ),
    Item(
        4,
        "s3Priorities",
        "S3 EU priority areas",
        "Tick at least one.",
        "s3_priorities",
        _rows("s3_priorities"),
    ),
    Item(
        4,
        "crossSectoralIndustries",
        "Cross-sectoral industries",
        "Tick at least one.",
        "cross_sectoral_industries",
        _rows("cross_sectoral_industries"),
    ),
    Item(
        4,
        "supportServices",
        "Support services",
        "Name at least one.",
        "support_services",
        _rows("support_services"),
    ),
    Item(2, "programmes", "Programmes", "Tick at least one.", "programmes", _rows("programmes")),
    Item(
        3,
        "cooperation",
        "International cooperation",
        "Tick at least one targeted country.",
        "international_countries",
        _value("international_countries"),
    ),
    Item(
        3,
        "cooperation",
        "Transnational cooperation",
        "Tick at least one targeted country.",
        "transnational_countries",
        _value("transnational_countries"),
    ),
)


class MissingFieldValue(NamedTuple):
    """Name one thing the profile lacks; `panel` is where an editor adds it."""

    field: str
    label: str
    hint: str
    panel: str
    points: int


class CompletenessValue(NamedTuple):
    """Hold a score from 0 to 100 and what is missing, in the formula's order."""

    score: int
    missing: list[MissingFieldValue]


class MissingField(graphene.ObjectType):
    """Something the profile lacks."""

    class Meta:
        description = "Something the profile lacks."

    field = graphene.String(required=True, description="Name of the field in this schema.")
    label = graphene.String(required=True, description="What editors call it.")
    hint = graphene.String(required=True, description="What to do about it.")
    points = graphene.Int(required=True, description="How much filling it adds to the score.")


class Completeness(graphene.ObjectType):
    """How complete a profile is."""

    class Meta:
        description = "How complete a profile is, by our own open formula."

    score = graphene.Int(required=True, description="From 0, empty, to 100, complete.")
    missing = graphene.List(
        graphene.NonNull(MissingField), required=True, description="What is missing."
    )


def completeness(page: Any) -> CompletenessValue:
    """Return the score of a cluster's page and what it lacks."""
    missing = [item for item in FORMULA if not item.is_filled(page)]
    return CompletenessValue(
        score=100 - sum(item.points for item in missing),
        missing=[
            MissingFieldValue(item.field, item.label, item.hint, item.panel, item.points)
            for item in missing
        ],
    )
