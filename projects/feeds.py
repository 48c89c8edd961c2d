"""Declare the feed of projects."""

import datetime as dt

from cms.publishing.reading.conditions import AnyOf, Condition
from cms.publishing.subjects import Parameter, Subject, declare
from projects.models import ProjectPage
from projects.schema import status_conditions
from projects.status import ProjectStatus


def _statuses(values: tuple[str, ...], now: dt.datetime) -> tuple[Condition, ...]:
    return (AnyOf(tuple(status_conditions(value, now=now) for value in values)),)


declare(
    Subject(
        "projects",
        types=(ProjectPage.__name__,),
        titles={"en": "Projects", "bg": "Проекти"},
        parameters=(
            Parameter("status", _statuses, values=tuple(ProjectStatus.values), is_timed=True),
        ),
    )
)
