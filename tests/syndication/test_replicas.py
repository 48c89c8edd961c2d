"""A standby that lags asks readers to come again; it is not taken for a database that was restored."""

import asyncio
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from django.test import Client

from cms.publishing.clock import read_clock
from cms.syndication import replicas
from cms.syndication.cursor import write_cursor
from cms.syndication.live import changes
from cms.syndication.live.changes import Change, EventId, Look, Memory, PublishedSource
from cms.syndication.oai import records
from tests.page_factories import World, make_news
from tests.publishing.published import clock
from tests.syndication.live.listener import EPOCH, Running, ScriptedSource

CHANGES = "query ($after: String) { changes(after: $after) { cursor } }"


@pytest.fixture
def standby(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the database say that it is in recovery; tests/faults has a real one."""
    for module in (replicas, changes):
        monkeypatch.setattr(module, "recovery", lambda _connection: "true")


@pytest.fixture
def position(world: World) -> int:
    """Return how far the clock is."""
    make_news(world.news)
    return clock()


def sync(cursor: str) -> Any:
    return Client().get(f"/sync?after={quote(cursor)}")


def cursor_at(position: int, *, epoch: str = "") -> str:
    return write_cursor(position=position, epoch=epoch or read_clock().epoch.hex)


@pytest.mark.usefixtures("standby")
def test_a_cursor_ahead_of_a_standby_comes_again(position: int) -> None:
    answer = sync(cursor_at(position + 1))

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert orjson.loads(answer.content)["error"]["code"] == "SERVICE_UNAVAILABLE"


@pytest.mark.usefixtures("standby")
def test_graphql_says_the_same(position: int) -> None:
    body = {"query": CHANGES, "variables": {"after": cursor_at(position + 1)}}

    answer = Client().post("/graphql", body, content_type="application/json")

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "SERVICE_UNAVAILABLE"


@pytest.mark.usefixtures("standby")
def test_a_standby_answers_what_it_has_reached(position: int) -> None:
    assert sync(cursor_at(position)).status_code == 200


@pytest.mark.usefixtures("standby")
def test_a_cursor_of_another_epoch_is_refused_by_a_standby_too(position: int) -> None:
    assert sync(cursor_at(position, epoch="f" * 32)).status_code == 410
    assert sync(cursor_at(position + 1, epoch="f" * 32)).status_code == 410


def test_a_cursor_ahead_of_any_other_server_has_to_start_again(position: int) -> None:
    assert sync(cursor_at(position + 1)).status_code == 410


def resumed(position: int) -> Any:
    ahead = records.Position(
        "ListRecords", {"metadataPrefix": "oai_dc"}, position, 2, read_clock().epoch.hex
    )
    return Client().get(f"/oai?verb=ListRecords&resumptionToken={quote(ahead.token())}")


@pytest.mark.usefixtures("standby")
def test_a_resumption_token_ahead_of_a_standby_comes_again(position: int) -> None:
    answer = resumed(position + 1)

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0


def test_a_resumption_token_ahead_of_any_other_server_begins_again(position: int) -> None:
    assert b"badResumptionToken" in resumed(position + 1).content


# Live updates


@pytest.mark.usefixtures("standby")
def test_a_standby_behind_a_place_stays_there(position: int) -> None:
    place = EventId(read_clock().epoch.hex, position + 1)

    assert PublishedSource().look(place).at == place


def test_a_restored_database_is_at_its_own_place(position: int) -> None:
    epoch = read_clock().epoch.hex

    found = PublishedSource().look(EventId(epoch, position + 1))

    assert (found.at, found.is_replica) == (EventId(epoch, position), False)


def test_who_comes_to_a_standby_that_is_behind_is_not_told_to_start_again() -> None:
    async def scenario() -> list[Any]:
        source = ScriptedSource(looks=[Look(EventId(EPOCH, 10), 0, (), is_replica=True)])
        async with Running(source) as running:
            listener = await running.listen(Last_Event_ID=f"{EPOCH}-12")
            change = Change(13, "thing-13", "NewsPage", "main", "en")
            source.looks.append(Look(EventId(EPOCH, 13), 0, (change,), is_replica=True))
            return [(await listener.event())[0]]

    assert asyncio.run(scenario()) == ["change"]


def test_a_memory_of_a_standby_knows_other_epochs() -> None:
    memory = Memory(Look(EventId(EPOCH, 10), 0, (), is_replica=True))

    assert memory.after(EventId(EPOCH, 12)) == ()
    assert memory.after(EventId("f" * 32, 12)) is None
