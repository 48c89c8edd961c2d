"""What was counted of a member of the schema goes on under its new name."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps

from cms.api.models import FieldUsage
from cms.api.schema import schema
from cms.api.usage.report import members_of

RENAMED = import_module("cms.api.migrations.0002_renamed_members")
DAY = dt.date(2026, 3, 2)


def counted() -> dict[tuple[dt.date, str, str], int]:
    rows = FieldUsage.objects.values_list("day", "coordinate", "client", "requests")
    return {(day, coordinate, client): requests for day, coordinate, client, requests in rows}


def count(coordinate: str, requests: int, *, day: dt.date = DAY, client: str = "site") -> None:
    FieldUsage.objects.create(day=day, coordinate=coordinate, client=client, requests=requests)


@pytest.mark.django_db
def test_counts_of_both_names_on_a_day_are_added() -> None:
    later = DAY + dt.timedelta(days=1)
    count("NewsPage.usage", 3)
    count("NewsPage.usage", 5, client="portal")
    count("NewsPage.usage", 7, day=later)
    count("NewsPage.rights", 1)
    count("NewsPage.title", 9)

    RENAMED.move(apps, None)

    assert counted() == {
        (DAY, "NewsPage.rights", "site"): 4,
        (DAY, "NewsPage.rights", "portal"): 5,
        (later, "NewsPage.rights", "site"): 7,
        (DAY, "NewsPage.title", "site"): 9,
    }


@pytest.mark.django_db
def test_the_way_back_counts_under_the_former_names() -> None:
    count("Query.navigation(menu:)", 3)

    RENAMED.move(apps, None)
    RENAMED.move_back(apps, None)

    assert counted() == {(DAY, "Query.navigation(menu:)", "site"): 3}


def test_the_schema_has_each_renamed_member_under_one_of_its_names() -> None:
    there = members_of(schema())

    both = {former: {former, present} & there for former, present in RENAMED.COORDINATES.items()}

    assert {former for former, found in both.items() if len(found) != 1} == set()
