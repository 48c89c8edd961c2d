"""It is known who still asks for what, at the cost of two statements now and then."""

import datetime as dt
import threading
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from graphql import build_schema
from wagtail import hooks

from cms.api.background import Background
from cms.api.models import FieldUsage, OperationUsage
from cms.api.schema import schema
from cms.api.usage import counting as bounds
from cms.api.usage import writing
from cms.api.usage.counting import COUNTING, OTHERS, Counting, Use
from cms.api.usage.members import members
from cms.api.usage.report import OperationUse, member_uses, operation_uses, schema_uses
from cms.api.usage.writing import Writer, forget_old
from tests.contract.asking import TEXTS

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 2)
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
TITLES = "query Titles { news(first: 3) { nodes { title } } }"
NAMED = {"NewsPageConnection.nodes", "NewsPage.title", "Query.news", "Query.news(first:)"}
SMALL = build_schema(
    """
    type Query { old: Thing @deprecated(reason: "Ask for new.") new(by: Order, where: Filter): Thing }
    interface Named { name: String }
    type Thing implements Named { name: String other(old: Int @deprecated(reason: "No use.")): Int }
    enum Order { NEWEST OLDEST @deprecated(reason: "Nobody wants it.") }
    input Filter { topic: String }
    """
)


def count(counting: Counting, client: str = "site", text: str = TITLES, **more: Any) -> None:
    document = more.pop("document_id", f"id of {text}")
    counting.count(document_id=document, operation="Titles", client=client, text=text, **more)


def operations() -> dict[tuple[Any, ...], tuple[int, int]]:
    rows = OperationUsage.objects.values_list(
        "day", "document_id", "operation", "client", "requests", "cached"
    )
    return {row[:4]: row[4:] for row in rows}


def fields(client: str = "site") -> dict[str, int]:
    return dict(FieldUsage.objects.filter(client=client).values_list("coordinate", "requests"))


def use(coordinate: str, *, days_ago: int = 0, client: str = "site", requests: int = 1) -> None:
    day = TODAY - dt.timedelta(days=days_ago)
    FieldUsage.objects.create(day=day, coordinate=coordinate, client=client, requests=requests)


# What an operation names


def test_the_members_an_operation_names() -> None:
    text = """
    query One($s: Boolean!) {
      new(by: OLDEST, where: {topic: "x"}) @include(if: $s) { ...Part __typename }
      __schema { types { name } }
    }
    query Two { old { other } }
    fragment Part on Thing { ... on Named { title: name } ...Part2 }
    fragment Part2 on Thing { other(old: 1) }
    """

    assert members(SMALL, text, "One") == (
        "Filter.topic",
        "Named.name",
        "Order.OLDEST",
        "Query.new",
        "Query.new(by:)",
        "Query.new(where:)",
        "Thing.other",
        "Thing.other(old:)",
    )
    assert members(SMALL, text, "Two") == ("Query.old", "Thing.other")


@pytest.mark.parametrize("name", TEXTS)
def test_the_members_of_every_registered_operation_are_of_the_schema(name: str) -> None:
    found = members(schema(), TEXTS[name], name)

    assert len(found) > 5
    assert {coordinate.split(".")[0] for coordinate in found} <= set(schema().type_map)


# Counting


def test_counting_is_bounded_and_loses_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "CLIENTS_MAX", 2)
    monkeypatch.setattr(bounds, "UNREGISTERED_MAX", 3)
    counting = Counting()
    for number in range(10):
        count(counting, f"client {number}", text=f"text {number}")
        count(counting, "client 0", document_id="registered", is_trusted=True)
    count(counting, "bad\nname", text="text 0")
    count(counting, "", text="text 0")

    taken = counting.take()

    assert sum(requests for requests, _cached in taken.uses.values()) == 22
    assert taken.uses[Use("registered", "Titles", "client 0")] == [10, 0]
    assert {each.client for each in taken.uses} == {"client 0", "client 1", OTHERS, ""}
    assert {each.document_id for each in taken.uses} == {
        "registered",
        OTHERS,
        *(f"id of text {number}" for number in range(3)),
    }
    assert len(taken.texts) == 4
    assert counting.take().uses == {}


def test_many_threads_lose_no_request() -> None:
    counting = Counting()

    def work() -> None:
        for _ in range(2_000):
            count(counting)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counting.take().uses == {Use(f"id of {TITLES}", "Titles", "site"): [16_000, 0]}


def test_nothing_is_counted_where_nothing_is_kept(settings: Any) -> None:
    settings.API_USAGE_DAYS = 0
    counting = Counting()

    count(counting)

    assert counting.take().uses == {}


# Writing down


@time_machine.travel(NOON, tick=False)
def test_what_was_counted_is_added_to_the_day_in_two_statements() -> None:
    counting = Counting()
    writer = Writer(counting)
    count(counting)
    count(counting, is_cached=True)
    writer.write()
    count(counting, text="", document_id=f"id of {TITLES}", is_cached=True)
    count(counting, "app")

    with CaptureQueriesContext(connection) as captured:
        assert writer.write() == 2

    inserts = [query["sql"] for query in captured if query["sql"].lstrip().startswith("INSERT")]
    assert len(inserts) == 2
    document = f"id of {TITLES}"
    assert operations() == {
        (TODAY, document, "Titles", "site"): (3, 2),
        (TODAY, document, "Titles", "app"): (1, 0),
    }
    assert fields() == dict.fromkeys(NAMED, 3)
    assert fields("app") == dict.fromkeys(NAMED, 1)
    assert writer.write() == 0


def test_what_cannot_be_written_waits_for_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting()
    writer = Writer(counting)
    count(counting)
    with monkeypatch.context() as patch:
        patch.setattr(writing, "_insert", _fail)
        with pytest.raises(DatabaseError):
            writer.write()
    count(counting)

    writer.write()

    assert list(operations().values()) == [(2, 0)]
    assert fields() == dict.fromkeys(NAMED, 2)


def _fail(*_arguments: Any) -> None:
    raise DatabaseError


def test_many_rows_are_written_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "ROWS_MAX", 3)
    counting = Counting()
    for number in range(8):
        count(counting, document_id=str(number), is_trusted=True)

    Writer(counting).write()

    assert len(operations()) == 8
    assert fields() == dict.fromkeys(NAMED, 8)


def test_a_new_day_has_rows_and_names_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "CLIENTS_MAX", 1)
    counting = Counting()
    writer = Writer(counting)
    with time_machine.travel(NOON, tick=False):
        count(counting)
        writer.write()
    with time_machine.travel(NOON + dt.timedelta(days=1), tick=False):
        writer.write()
        count(counting, "app")
        writer.write()

    assert [(key[0].day, key[3]) for key in sorted(operations())] == [(2, "site"), (3, "app")]


@time_machine.travel(NOON, tick=False)
def test_old_counts_are_forgotten_by_the_worker(settings: Any) -> None:
    settings.API_USAGE_DAYS = 30
    use("NewsPage.title", days_ago=30)
    use("NewsPage.title", days_ago=31)
    day = TODAY - dt.timedelta(days=31)
    OperationUsage.objects.create(day=day, document_id="a", operation="", client="", requests=1)
    chores: dict[str, Any] = {}
    for tell in hooks.get_hooks("register_chores"):
        tell(lambda name, **chore: chores.update({name: chore}))

    chores["old counts of the API's use"]["work"](lambda: False)

    assert FieldUsage.objects.count() == 1
    assert OperationUsage.objects.count() == 0
    assert forget_old() == 0


def test_a_request_writes_nothing_and_the_background_does(client: Client) -> None:
    COUNTING.take()

    with CaptureQueriesContext(connection) as captured:
        client.post("/graphql", {"query": "{ __typename }"}, content_type="application/json")
    before = OperationUsage.objects.count()
    # Its own connections are given back; this test's is not one of them.
    Writer().write()

    assert [q for q in captured if "api_" in q["sql"]] == []
    assert (before, OperationUsage.objects.count()) == (0, 1)


def test_the_background_outlives_a_database_that_is_gone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    writer = Writer(Counting())
    monkeypatch.setattr(writer, "write", _fail)
    monkeypatch.setattr("cms.api.background.connections.close_all", lambda: None)

    Background(writer).write_usage()

    assert "the use of the API could not be written down" in caplog.text


# Reading


def test_the_use_of_a_member_by_client() -> None:
    use("NewsPage.title", days_ago=0, requests=5)
    use("NewsPage.title", days_ago=29, client="app", requests=20)
    use("NewsPage.title", days_ago=30, requests=7)
    use("NewsPage.title", days_ago=90, client="gone", requests=100)
    use("NewsPage.body", days_ago=200, client="", requests=1)

    found = member_uses(today=TODAY)

    title = found["NewsPage.title"]
    assert (title.last_on, title.month, title.quarter) == (TODAY, 25, 32)
    assert title.clients == "app, site"
    body = found["NewsPage.body"]
    assert (body.month, body.quarter, body.clients) == (0, 0, "")
    assert body.last_on == TODAY - dt.timedelta(days=200)
    assert set(member_uses(today=TODAY, coordinates=["NewsPage.body"])) == {"NewsPage.body"}


def test_deprecated_members_come_first_and_what_is_gone_is_told() -> None:
    use("Thing.name")
    use("Thing.gone")

    found = schema_uses(SMALL, today=TODAY)

    assert [(each.coordinate, each.reason, each.month) for each in found] == [
        ("Order.OLDEST", "Nobody wants it.", 0),
        ("Query.old", "Ask for new.", 0),
        ("Thing.gone", "It is not in the schema any more.", 1),
        ("Thing.other(old:)", "No use.", 0),
        ("Named.name", "", 0),
        ("Query.new", "", 0),
        ("Thing.name", "", 1),
        ("Thing.other", "", 0),
    ]


def test_operations_by_client() -> None:
    for days_ago, client, requests in ((0, "site", 2), (40, "site", 3), (1, "", 1), (95, "x", 9)):
        OperationUsage.objects.create(
            day=TODAY - dt.timedelta(days=days_ago),
            document_id="a",
            operation="Titles",
            client=client,
            requests=requests,
            cached=1,
        )

    assert operation_uses(today=TODAY) == [
        OperationUse("Titles", "a", "site", TODAY, 2, 5, 2),
        OperationUse("Titles", "a", "-", TODAY - dt.timedelta(days=1), 1, 1, 1),
    ]
