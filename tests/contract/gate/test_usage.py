"""The contract says who still asks for what is deprecated, or would be gone."""

import datetime as dt

import pytest
from django.db import DatabaseError

from cms.api.models import FieldUsage
from frontend_contract import usage

TODAY = dt.date(2026, 3, 2)
BEFORE = """
type Query { person: Person people(first: Int): Person }
type Person { name: String email: String phone: String }
"""
NOW = """
type Query { person: Person @deprecated(reason: "Ask for people.") people: Person }
type Person { name: String }
"""


def use(coordinate: str, *, client: str, requests: int, days_ago: int = 0) -> None:
    day = TODAY - dt.timedelta(days=days_ago)
    FieldUsage.objects.create(day=day, coordinate=coordinate, client=client, requests=requests)


@pytest.mark.django_db
def test_what_is_deprecated_or_gone_is_told_with_its_use() -> None:
    use("Query.person", client="site", requests=1_200)
    use("Query.person", client="app", requests=3_000, days_ago=40)
    use("Person.email", client="site", requests=5, days_ago=100)
    use("Person.phone", client="app", requests=7)
    use("Person.name", client="site", requests=5)

    assert usage.told(NOW, promised=BEFORE, today=TODAY) == [
        (
            "Deprecated: Query.person: 1,200 requests in 30 days, 4,200 in 90,"
            " last on 2026-03-02, by app, site."
        ),
        "Gone: Person.phone: 7 requests in 30 days, 7 in 90, last on 2026-03-02, by app.",
        "Gone, and nobody asked within 90 days: Person.email, Query.people(first:).",
    ]


def test_without_either_no_database_is_asked() -> None:
    assert usage.told(BEFORE, promised=BEFORE, today=TODAY) == []
    assert usage.told(BEFORE, promised="", today=TODAY) == []


def test_without_a_database_the_names_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(**_arguments: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(usage, "member_uses", gone)

    assert usage.told(NOW, promised=BEFORE, today=TODAY) == [
        "Deprecated: Query.person",
        "Gone: Person.email, Person.phone, Query.people(first:).",
        usage.UNKNOWN,
    ]
    assert usage.requests_within_90_days(["Person.email"], today=TODAY) is None


@pytest.mark.django_db
def test_many_members_that_are_gone_are_summed_up() -> None:
    fields = " ".join(f"f{number}: Int" for number in range(10, 22))

    (line,) = usage.told(
        "type Query { a: Int }", promised=f"type Query {{ a: Int {fields} }}", today=TODAY
    )

    assert line.startswith("Gone, and nobody asked within 90 days: Query.f10, Query.f11, ")
    assert line.endswith(", Query.f19 and 2 more.")


@pytest.mark.django_db
def test_requests_are_counted_for_90_days() -> None:
    use("Person.email", client="site", requests=5, days_ago=100)
    use("Person.phone", client="site", requests=5, days_ago=80)
    use("Person.phone", client="app", requests=7)

    counts = usage.requests_within_90_days(
        ["Person.email", "Person.phone", "Person.name"], today=TODAY
    )

    assert counts == {"Person.email": 0, "Person.phone": 12}
