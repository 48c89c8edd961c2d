"""Turn what a data file says into the values of a page's fields."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from wagtail.models import Orderable

from cms.content.local_time import local_midnight
from home.demo import lookup, texts
from home.demo.files import Table
from home.models import Composition, KeyFigure, SupportService
from news.models import EventOrganiser
from projects.models import ProjectPartner, ProjectResult


def fill(page: Any, values: Table, *, name: str, language: str) -> None:
    """Set the fields of a page that is not stored yet.

    Raises: FieldDoesNotExist when a file names a field that the page does not have.
    """
    for field, value in values.items():
        page._meta.get_field(field)
        if field == "body":
            page.body = texts.stream(value, owner=name, language=language)
        elif field == "about":
            page.about = texts.rich_text(value, language=language)
        elif field == "picture":
            _set_picture(page, value, language=language)
        elif field == "project":
            page.project = lookup.page(value, language=language)
        else:
            setattr(page, field, _in_order(_FIELDS.get(field, _as_it_is)(value)))


def _set_picture(page: Any, name: str, *, language: str) -> None:
    page.picture = lookup.image(name)
    page.picture_alt = page.picture.default_alt(language=language) if page.picture else ""


def _in_order(value: Any) -> Any:
    """Number child rows as they stand in the file; without numbers PostgreSQL keeps no order."""
    for position, row in enumerate(value if isinstance(value, list) else ()):
        if isinstance(row, Orderable):
            row.sort_order = position
    return value


def _as_it_is(value: Any) -> Any:
    return value


def _lines(lines: list[str]) -> str:
    return "\n".join(lines)


def _midnight(day: dt.date) -> dt.datetime:
    return local_midnight(day)


def _terms(scheme: str) -> Callable[[list[str]], Any]:
    return lambda codes: lookup.terms(scheme, codes)


def _partners(rows: list[Table]) -> list[ProjectPartner]:
    found = ((lookup.organisation(row["organisation"]), row["role"]) for row in rows)
    return [ProjectPartner(organisation=who, role=role) for who, role in found if who]


def _organisers(names: list[str]) -> list[EventOrganiser]:
    found = map(lookup.organisation, names)
    return [EventOrganiser(organisation=organisation) for organisation in found if organisation]


def _services(rows: list[Table]) -> list[SupportService]:
    return [
        SupportService(term=term, other_text=row["other_text"])
        for row in rows
        for term in lookup.terms("SUPPORT_SERVICE", [row["code"]])
    ]


_FIELDS: dict[str, Callable[[Any], Any]] = {
    "goals": _lines,
    "activity_areas": _lines,
    "objectives": _lines,
    "approaches": _lines,
    "starts_at": _midnight,
    "ends_at": _midnight,
    "contact": lookup.person,
    "programmes": lookup.programmes,
    "topics": _terms("NEWS_TOPIC"),
    "eligible": _terms("ELIGIBLE_KIND"),
    "cross_sectoral_industries": _terms("CROSS_SECTORAL_INDUSTRY"),
    "international_activities": _terms("INTERNATIONAL_SUPPORT_ACTIVITY"),
    "transnational_activities": _terms("TRANSNATIONAL_SUPPORT_ACTIVITY"),
    "partners": _partners,
    "organisers": _organisers,
    "support_services": _services,
    "results": lambda rows: [ProjectResult(**row) for row in rows],
    "compositions": lambda rows: [Composition(**row) for row in rows],
    "observations": lambda rows: [KeyFigure(**row) for row in rows],
}
