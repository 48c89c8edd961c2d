"""Answer lists of projects, and where a project stands today."""

import datetime as dt
from collections.abc import Generator
from typing import Any

import graphene
from django.db import models
from graphql import GraphQLResolveInfo
from grapple.registry import registry

from cms.content.asked import asked_place, date_condition, place_arguments
from cms.content.local_time import local_date
from cms.content.types import DateRange
from cms.publishing import exposure
from cms.publishing.connections import arguments, checked, connection
from cms.publishing.extension import extend
from cms.publishing.reading.conditions import (
    AnyOf,
    Between,
    Condition,
    Having,
    Order,
    PointingAt,
    Unset,
    Whose,
)
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.listing import Listing
from cms.publishing.reading.loads import Things
from cms.publishing.reading.structured_data import structured_data
from projects.models import ProjectPage
from projects.status import ProjectStatusEnum, project_status

Loading = Generator[Any, Any, Any]

ProjectPageConnection = connection(
    lambda: registry.pages[ProjectPage], name="ProjectPage", description="A list of projects."
)


class ProjectOrder(models.TextChoices):
    """How projects are ordered."""

    STARTED_DESC = "STARTED_DESC", "Latest start first; without a start, last."
    STARTED_ASC = "STARTED_ASC", "Earliest start first; without a start, first."
    TITLE_ASC = "TITLE_ASC", "By title."


ProjectOrderEnum = exposure.enum_type(ProjectOrder, "How projects are ordered; ties by id.")
ORDERS = {
    "STARTED_DESC": Order.SORT_AT_DESC,
    "STARTED_ASC": Order.SORT_AT_ASC,
    "TITLE_ASC": Order.TITLE_ASC,
}


class ProjectFilter(graphene.InputObjectType):
    """Narrow a list of projects."""

    class Meta:
        description = "Narrows a list of projects; what is given must all hold."

    statuses = graphene.List(
        graphene.NonNull(ProjectStatusEnum), description="Projects that stand so today."
    )
    programme_id = graphene.ID(description="Projects funded by this programme.")
    partner_id = graphene.ID(description="Projects in which this organisation takes part.")
    countries = graphene.List(
        graphene.NonNull(graphene.String),
        description="Projects with a partner from one of these countries, as ISO codes.",
    )
    starts_on = DateRange(description="Projects that start in this range.")


def status_conditions(status: str, *, now: dt.datetime) -> tuple[Condition, ...]:
    """Return what holds of projects with a status; the same rule as `project_status`.

    Units: `ends_at` is the midnight after the last day, so a project is completed from then on.
    """
    # From its first instant on a project runs; instants have whole microseconds.
    now += dt.timedelta(microseconds=1)
    not_over = AnyOf((Unset("ends_at"), Between("ends_at", since=now)))
    has_started = Between("starts_at", until=now)
    conditions: dict[str, tuple[Condition, ...]] = {
        "COMPLETED": (Between("ends_at", until=now),),
        "PLANNED": (not_over, Between("starts_at", since=now)),
        "RUNNING": (Between("ends_at", since=now), has_started),
        "UNKNOWN": (
            not_over,
            AnyOf((Unset("starts_at"), (has_started, Unset("ends_at")))),
        ),
    }
    return conditions[status]


def _conditions(wanted: Any, *, now: dt.datetime) -> tuple[Condition, ...]:
    wanted = wanted or {}
    found: list[Condition] = []
    if wanted.get("statuses") is not None:
        found.append(AnyOf(tuple(status_conditions(s, now=now) for s in wanted["statuses"])))
    found += [
        PointingAt(facet, public_id=wanted[f"{facet}_id"])
        for facet in ("programme", "partner")
        if wanted.get(f"{facet}_id") is not None
    ]
    if wanted.get("countries") is not None:
        found.append(Whose("partner", Having("country", tuple(wanted["countries"]))))
    found += date_condition("starts_at", wanted.get("starts_on"))
    return tuple(found)


@extend("Query")
class ProjectQueries(graphene.ObjectType):
    """Ask for projects."""

    class Meta:
        description = "Root fields of projects."

    projects = graphene.Field(
        ProjectPageConnection,
        **arguments(),
        filter=ProjectFilter(description="Narrows the list."),
        order_by=graphene.Argument(ProjectOrderEnum, description="Latest start first when absent."),
        **place_arguments(),
        description="Projects of a site in one language.",
    )

    def resolve_projects(
        root: Any,
        info: GraphQLResolveInfo,
        filter: Any = None,
        order_by: str | None = None,
        site: str | None = None,
        locale: str | None = None,
        **window: Any,
    ) -> Loading:
        """Answer a page of projects."""
        served, code = asked_place(info, site=site, locale=locale)
        order = ORDERS[order_by or "STARTED_DESC"]
        conditions = _conditions(filter, now=info.context.now)
        types = (ProjectPage.__name__,)
        found = Listing(types, served.key, code, order, conditions=conditions, **window)
        return (yield checked(found, info))


@extend("ProjectPage")
class ProjectPageFields(graphene.ObjectType):
    """Add to projects where they stand today."""

    class Meta:
        description = "Computed fields of projects."

    project_status = graphene.Field(
        ProjectStatusEnum, required=True, description="Where the project stands today."
    )

    def resolve_project_status(page: Item, info: GraphQLResolveInfo) -> str:
        """Answer the status on the day of this operation, where the cluster is."""
        starts_on, ends_on = (_day(page.get(name)) for name in ("startsOn", "endsOn"))
        return project_status(starts_on, ends_on, today=local_date(info.context.now)).name


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@structured_data("ProjectPage")
def project_as_research_project(page: Item, context: ReadContext) -> Loading:
    """Return a project as a schema.org ResearchProject."""
    keys = [partner["organisation"] for partner in page.get("partners") or ()]
    partners = (yield Things(tuple(keys), locale=page.locale)) if keys else []
    return {
        "@type": "ResearchProject",
        "name": page.get("fullTitle") or page.title,
        "alternateName": page.get("acronym"),
        "identifier": page.get("contractNumber"),
        "description": page.get("summary"),
        "foundingDate": page.get("startsOn"),
        "dissolutionDate": page.get("endsOn"),
        "member": [{"@type": "Organization", "name": partner.get("name")} for partner in partners],
    }
