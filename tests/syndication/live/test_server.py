"""Listeners hear every change once and may come back; who does not read is dropped."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from cms import rate_buckets
from cms.publishing.tags import tag_of_thing
from cms.syndication.live import server
from cms.syndication.live.changes import Change, EventId, Look
from cms.syndication.live.server import LiveServer
from tests.manual_clock import ManualClock
from tests.syndication.live.listener import EPOCH, HANG_SECONDS, Running, ScriptedSource, until


def _change(seq: int) -> Change:
    return Change(seq, f"thing-{seq}", "NewsPage", "main", "en")


def _look(*, first: int, last: int) -> Look:
    return Look(EventId(EPOCH, last), 0, tuple(_change(seq) for seq in range(first, last + 1)))


def _tags(first: int, last: int) -> list[str]:
    return [tag_of_thing(f"thing-{seq}") for seq in range(first, last + 1)]


def test_a_listener_begins_at_the_present_and_hears_what_changes() -> None:
    async def scenario() -> tuple[str, Any, Any, Any]:
        source = ScriptedSource()
        async with Running(source) as running:
            listener = await running.listen()
            retry, ready = await listener.block(), await listener.event()
            source.looks.append(_look(first=11, last=12))
            return listener.head, retry, ready, await listener.event()

    head, retry, ready, told = asyncio.run(scenario())

    assert head.startswith("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
    assert "Cache-Control: no-store" in head
    assert "Access-Control-Allow-Origin: *" in head
    assert "cookie" not in head.lower()
    assert 2_000 <= int(retry["retry"]) <= 6_000
    assert ready == ("ready", EventId(EPOCH, 10), {})
    assert told[:2] == ("change", EventId(EPOCH, 12))
    assert told[2]["things"] == _tags(11, 12)
    assert [entry["type"] for entry in told[2]["lists"]] == ["NewsPage"]


def test_who_comes_back_hears_exactly_what_was_missed() -> None:
    async def scenario() -> list[str]:
        source = ScriptedSource()
        async with Running(source) as running:
            first, staying = await running.listen(), await running.listen()
            _name, place, _data = await first.event()
            first.writer.close()
            source.looks += [_look(first=11, last=11), _look(first=12, last=14)]
            while (await staying.event())[1].position < 14:
                pass
            second = await running.listen(Last_Event_ID=str(place))
            heard = (await second.event())[2]["things"]
            source.looks.append(_look(first=15, last=15))
            return [*heard, *(await second.event())[2]["things"]]

    assert asyncio.run(scenario()) == _tags(11, 15)


@pytest.mark.parametrize(
    "last_event_id",
    [f"{EPOCH}-3", f"{EPOCH}-99", f"{'f' * 32}-10"],
    ids=["before the horizon", "in the future", "of another epoch"],
)
def test_who_cannot_go_on_is_told_to_start_again(last_event_id: str) -> None:
    async def scenario() -> Any:
        source = ScriptedSource(looks=[Look(EventId(EPOCH, 10), 8, (_change(9), _change(10)))])
        async with Running(source) as running:
            listener = await running.listen(Last_Event_ID=last_event_id)
            return await listener.event()

    assert asyncio.run(scenario()) == ("reset", EventId(EPOCH, 10), {})


def test_everybody_is_told_to_start_again_when_the_database_was_restored() -> None:
    async def scenario() -> Any:
        source = ScriptedSource()
        async with Running(source) as running:
            listeners = [await running.listen() for _ in range(3)]
            for listener in listeners:
                await listener.event()
            source.looks.append(Look(EventId("f" * 32, 4), 0))
            return [await listener.event() for listener in listeners]

    assert asyncio.run(scenario()) == [("reset", EventId("f" * 32, 4), {})] * 3


def test_a_heartbeat_is_a_comment() -> None:
    async def scenario() -> Any:
        async with Running(ScriptedSource(), heartbeat_every=0.05) as running:
            listener = await running.listen()
            await listener.event()
            return [await listener.block(), await listener.block()]

    assert asyncio.run(scenario()) == [{"": ""}, {"": ""}]


def test_a_database_that_is_away_for_a_while_loses_nothing() -> None:
    async def scenario() -> Any:
        source = ScriptedSource()
        async with Running(source) as running:
            listener = await running.listen()
            await listener.event()
            source.looks += [OperationalError("away"), OperationalError("away")]
            source.looks.append(_look(first=11, last=11))
            return await listener.event()

    assert asyncio.run(scenario())[2]["things"] == _tags(11, 11)


def test_more_listeners_than_allowed_are_asked_to_come_later() -> None:
    async def scenario() -> tuple[int, str, int]:
        async with Running(ScriptedSource(), connections=2) as running:
            taken = [await running.listen() for _ in range(2)]
            refused = await running.listen()
            words = (await refused.rest()).decode()
            taken[0].writer.close()
            await until(lambda: len(running.server.listeners) == 1, what="the end of a listener")
            return refused.status, refused.head + words, (await running.listen()).status

    status, words, afterwards = asyncio.run(scenario())

    assert (status, afterwards) == (503, 200)
    assert "Retry-After: 30" in words
    assert words.endswith("Too many are listening; come again later.\n")


def test_one_client_may_hold_only_so_many_streams(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1

    async def scenario() -> tuple[list[int], str, int, int]:
        async with Running(ScriptedSource(), streams=2) as running:
            forwarded = [f"10.0.0.{number}, 203.0.113.9" for number in range(3)]
            mine = [await running.listen(X_Forwarded_For=text) for text in forwarded]
            other = await running.listen(X_Forwarded_For="203.0.113.10")
            words = mine[2].head + (await mine[2].rest()).decode()
            mine[0].writer.close()
            await until(lambda: len(running.server.listeners) == 2, what="the end of a listener")
            again = await running.listen(X_Forwarded_For="203.0.113.9")
            return [one.status for one in mine], words, other.status, again.status

    statuses, words, other, again = asyncio.run(scenario())

    assert (statuses, other, again) == ([200, 200, 429], 200, 200)
    assert words.startswith("HTTP/1.1 429 Too Many Requests\r\n")
    assert "Content-Type: text/plain; charset=utf-8" in words
    assert "Retry-After: 30" in words
    assert words.endswith("You hold as many streams as one client may; close one first.\n")


def test_one_client_may_open_only_so_many_streams_in_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_buckets, "time", ManualClock())

    async def scenario() -> tuple[list[int], str]:
        async with Running(ScriptedSource(), opened_per_minute=1) as running:
            opened = [await running.listen() for _ in range(5)]
            return [one.status for one in opened], opened[-1].head

    statuses, head = asyncio.run(scenario())

    assert statuses == [200, 200, 200, 200, 429]
    assert "Retry-After: 60" in head


def test_who_does_not_read_is_dropped_and_delays_nobody() -> None:
    async def scenario() -> tuple[int, int]:
        source = ScriptedSource()
        async with Running(source, lag_bytes=1_000) as running:
            reading = await running.listen()
            await running.listen()
            seq = heard = 10
            # What the kernel holds back for one connection is some megabytes.
            while len(running.server.listeners) == 2 and seq < 500:
                seq += 1
                long = Change(seq, "thing", "T" * 100_000, "", "")
                source.looks.append(Look(EventId(EPOCH, seq), 0, (long,)))
                while heard < seq:
                    heard = (await reading.event())[1].position
            return len(running.server.listeners), heard - seq

    assert asyncio.run(scenario()) == (1, 0)


def test_a_stream_ends_after_its_time_and_can_be_taken_up_again() -> None:
    async def scenario() -> bytes:
        async with Running(ScriptedSource(), lifetime=0.1) as running:
            listener = await running.listen()
            return await listener.rest()

    assert asyncio.run(scenario()).endswith(b"event: ready\ndata: {}\n\n")


def test_stopping_ends_every_stream() -> None:
    async def scenario() -> list[bytes]:
        async with Running(ScriptedSource()) as running:
            listeners = [await running.listen() for _ in range(5)]
            running.server.stop()
            return [await listener.rest() for listener in listeners]

    ends = asyncio.run(scenario())

    assert len(ends) == 5
    assert all(end.endswith(b"event: ready\ndata: {}\n\n") for end in ends)


REFUSED = [
    ("POST /events HTTP/1.1", 405, "Only GET can be answered here."),
    ("GET /events?after=3 HTTP/1.1", 400, "/events takes no parameters; leave the query out."),
    ("GET /graphql HTTP/1.1", 404, "There is nothing here but /events."),
    ("GET http://[ HTTP/1.1", 400, "The address cannot be read."),
    ("GET /events", 400, "This is not a request of HTTP/1.1."),
    ("GET /events SPDY/3", 400, "This is not a request of HTTP/1.1."),
]


@pytest.mark.parametrize(("line", "status", "words"), REFUSED)
def test_what_cannot_be_served_is_refused_in_words(line: str, status: int, words: str) -> None:
    async def scenario() -> tuple[int, bytes]:
        async with Running(ScriptedSource()) as running:
            listener = await running.listen(line)
            return listener.status, await listener.rest()

    assert asyncio.run(scenario()) == (status, f"{words}\n".encode())


def test_an_id_that_is_none_of_ours_is_refused() -> None:
    async def scenario() -> tuple[int, bytes]:
        async with Running(ScriptedSource()) as running:
            listener = await running.listen(Last_Event_ID="<script>")
            return listener.status, await listener.rest()

    words = b"Last-Event-ID is not the id of an event of this stream.\n"
    assert asyncio.run(scenario()) == (400, words)


def test_a_head_that_is_too_long_is_refused() -> None:
    async def scenario() -> int:
        async with Running(ScriptedSource()) as running:
            return (await running.listen(Cookie="x" * 9_000)).status

    assert asyncio.run(scenario()) == 431


def test_scripts_elsewhere_may_ask_with_an_id() -> None:
    async def scenario() -> str:
        async with Running(ScriptedSource()) as running:
            line = "OPTIONS /events HTTP/1.1"
            return (await running.listen(line)).head

    head = asyncio.run(scenario())

    assert head.startswith("HTTP/1.1 204 No Content\r\n")
    assert "Access-Control-Allow-Headers: Last-Event-ID, Cache-Control" in head


def test_health_is_that_the_database_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(server, "time", SimpleNamespace(monotonic=lambda: now))

    async def scenario() -> list[int]:
        nonlocal now
        source = ScriptedSource()

        async def health() -> int:
            return (await running.listen("GET /healthz HTTP/1.1")).status

        async with Running(source, stale_after=15.0) as running:
            await (await running.listen()).event()
            found = [await health()]
            source.is_away = True
            await until(lambda: source.failures > 1, what="a look that fails")
            for seconds in (15.0, 0.5):
                now += seconds
                found.append(await health())
            return found

    assert asyncio.run(scenario()) == [200, 200, 503]


def test_before_the_database_has_answered_nobody_is_told_anything() -> None:
    async def scenario() -> tuple[int, bytes]:
        async with Running(ScriptedSource(is_away=True), first_look_within=0.05) as running:
            listener = await running.listen()
            return listener.status, await listener.rest()

    assert asyncio.run(scenario()) == (503, b"The database has not answered yet; come again.\n")


def test_who_comes_before_the_database_answers_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits, first_look = asyncio.Event(), LiveServer._first_look

    async def wait_for_first_look(self: LiveServer) -> None:
        waits.set()
        await first_look(self)

    monkeypatch.setattr(LiveServer, "_first_look", wait_for_first_look)

    async def scenario() -> Any:
        source = ScriptedSource(is_away=True)
        async with Running(source, first_look_within=HANG_SECONDS) as running:
            coming = asyncio.create_task(running.listen())
            await waits.wait()
            source.is_away = False
            return await (await coming).event()

    assert asyncio.run(scenario()) == ("ready", EventId(EPOCH, 10), {})
