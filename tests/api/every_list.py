"""Name every order and filter that the public lists offer, rare and common values of each.

The items are those of `full_plane`.
"""

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cms.publishing.reading.conditions import (
    AnyOf,
    Condition,
    Except,
    Order,
    PointingAt,
    PointingAtAny,
    ResolvableRedirect,
)
from cms.publishing.reading.listing import Listing
from news.events import ORDERS as EVENT_ORDERS
from news.events import event_conditions
from news.schema import ORDERS as NEWS_ORDERS
from news.schema import _news_conditions, call_conditions
from projects.schema import ORDERS as PROJECT_ORDERS
from projects.schema import _conditions as _project_conditions

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LONG_AGO = NOW - dt.timedelta(days=20)
DAY = dt.date(2025, 12, 25)
PROJECT = "page-8"

NEWS_FILTERS: dict[str, dict[str, Any]] = {
    "all": {},
    "a common type": {"types": ["NEWS"]},
    "a rare type": {"types": ["ACHIEVEMENT"]},
    "no type": {"types": []},
    "two types": {"types": ["ACHIEVEMENT", "OPEN_CALL"]},
    "a common topic": {"topics": ["CODE_3"]},
    "a rare topic": {"topics": ["CODE_30"]},
    "two topics": {"topics": ["CODE_3", "CODE_30"]},
    "an unknown topic": {"topics": ["NONE"]},
    "a project": {"project_id": PROJECT},
    "since a day": {"published_on": {"from_": DAY}},
    "until a day": {"published_on": {"to": DAY}},
    "on a day": {"published_on": {"from_": DAY, "to": DAY}},
    "a type and a topic": {"types": ["OPEN_CALL"], "topics": ["CODE_3"]},
    "a topic and a project": {"topics": ["CODE_3"], "project_id": PROJECT},
    **{f"calls {status}": {"call_status": status} for status in ("OPEN", "CLOSED")},
    **{f"calls {status}": {"call_status": status} for status in ("UPCOMING", "UNKNOWN")},
}
PROJECT_FILTERS: dict[str, dict[str, Any]] = {
    "all": {},
    **{s: {"statuses": [s]} for s in ("RUNNING", "COMPLETED", "PLANNED", "UNKNOWN")},
    "two statuses": {"statuses": ["PLANNED", "UNKNOWN"]},
    "a programme": {"programme_id": "programme-3"},
    "a partner": {"partner_id": "organisation-31"},
    "a country": {"countries": ["C3"]},
    "two countries": {"countries": ["C3", "C4"]},
    "no country": {"countries": ["ZZ"]},
    "since a day": {"starts_on": {"from_": DAY}},
    "until a day": {"starts_on": {"to": DAY}},
}
EVENT_FILTERS: dict[str, dict[str, Any]] = {
    "all": {},
    "upcoming": {"when": "UPCOMING"},
    "past": {"when": "PAST"},
    "from now": {"from_": NOW},
    "from long ago": {"from_": LONG_AGO},
    "to now": {"to": NOW},
    "from and to": {"from_": NOW, "to": NOW},
    "a status": {"statuses": ["CANCELLED"]},
    "a topic": {"topics": ["CODE_3"]},
    "a project": {"project_id": PROJECT},
    "an attendance": {"attendance": "ONLINE"},
}


def every_list(*, wants_total: bool = False) -> dict[str, Listing]:
    """Return a list for every order and filter by what it is, its first page or its total."""
    found = _ordered("NewsPage", NEWS_ORDERS, _conditions(NEWS_FILTERS, _news_conditions))
    projects = _conditions(PROJECT_FILTERS, _project_conditions)
    found |= _ordered("ProjectPage", PROJECT_ORDERS, projects)
    by_path = {"path": Order.PATH_ASC}
    found |= _ordered("NewsPage", by_path, {"all": ()})
    found["redirects"] = Listing(
        ("Redirect",),
        "main",
        "",
        Order.PATH_ASC,
        20,
        conditions=(ResolvableRedirect("main"),),
        includes_siteless=True,
    )
    found |= _ordered("EventPage", EVENT_ORDERS, _conditions(EVENT_FILTERS, event_conditions))
    newest = {"newest": Order.SORT_AT_DESC}
    found |= _ordered("NewsPage", newest, {"a project's": _of_a_project()})
    found |= _ordered("NewsPage", newest, {"related": _related(), "rarely related": _related(30)})
    for status in ("OPEN", "CLOSED", "UPCOMING", "UNKNOWN"):
        calls = {f"openCalls {status}": call_conditions(status, now=NOW)}
        found |= _ordered("NewsPage", newest, calls)
    if not wants_total:
        return found
    return {
        name: replace(load, wants_total=True, wants_nodes=False) for name, load in found.items()
    }


def _conditions(
    filters: Mapping[str, dict[str, Any]], made: Any
) -> dict[str, tuple[Condition, ...]]:
    return {name: made(wanted, now=NOW) for name, wanted in filters.items()}


def _ordered(
    type_name: str,
    orders: Mapping[str, Order],
    filters: Mapping[str, tuple[Condition, ...]],
) -> dict[str, Listing]:
    return {
        f"{type_name} {wanted} {name}": Listing(
            (type_name,), "main", "en", order, 20, conditions=conditions
        )
        for (name, order), (wanted, conditions) in itertools.product(
            orders.items(), filters.items()
        )
    }


def _of_a_project() -> tuple[Condition, ...]:
    return (PointingAt("project", translation_key="key-8"),)


def _related(term: int = 3) -> tuple[Condition, ...]:
    common = (PointingAtAny("topic", (f"term:{term}",)), PointingAtAny("project", ("page:8",)))
    return AnyOf(common), Except("page:3")
