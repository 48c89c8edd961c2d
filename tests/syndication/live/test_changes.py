"""What changed is read once, in order, as tags; and who comes back hears all of it or is told so."""

import uuid

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.publishing.models import ContentClock, PublishedItem
from cms.publishing.tags import tag_of_list, tag_of_thing
from cms.syndication.live import changes
from cms.syndication.live.changes import (
    BadEventId,
    Change,
    EventId,
    Look,
    Memory,
    PublishedSource,
    events_of,
)
from tests.page_factories import World, make_news, make_world
from tests.publishing.published import number_changes_now

EPOCH = "0" * 32


@pytest.fixture
def world(db: None) -> World:
    """Return a site."""
    return make_world()


def _look(after: EventId | None) -> Look:
    number_changes_now()
    return PublishedSource().look(after)


def _change(seq: int, name: str = "") -> Change:
    return Change(seq, name or f"thing-{seq}", "NewsPage", "main", "en")


def _memory(*, since: int, upto: int) -> Memory:
    found = tuple(_change(seq) for seq in range(since + 1, upto + 1))
    return Memory(Look(EventId(EPOCH, upto), since, found))


def test_a_look_finds_what_changed_since_the_last_one(world: World) -> None:
    before = _look(None).at
    page = make_news(world.news, title="Secret until told", slug="one")

    number_changes_now()
    with CaptureQueriesContext(connection) as captured:
        found = PublishedSource().look(before)

    row = PublishedItem.objects.get(key=f"page:{page.pk}")
    assert len(captured) == 2
    assert Change(row.seq or 0, row.public_id, "NewsPage", "main", "en") in found.changes
    assert [change.seq for change in found.changes] == sorted(c.seq for c in found.changes)
    assert found.at == EventId(before.epoch, ContentClock.objects.get().value)


def test_a_look_at_nothing_new_costs_one_statement(world: World) -> None:
    at = _look(None).at

    with CaptureQueriesContext(connection) as captured:
        found = PublishedSource().look(at)

    assert found == Look(at, 0)
    assert len(captured) == 1


def test_a_withdrawal_is_a_change_like_any_other(world: World) -> None:
    page = make_news(world.news)
    at = _look(None).at

    page.unpublish()

    found = _look(at).changes
    row = PublishedItem.objects.get(key=f"page:{page.pk}")
    assert Change(row.seq or 0, row.public_id, "NewsPage", "main", "en") in found


def test_a_draft_is_no_change(world: World) -> None:
    page = make_news(world.news)
    at = _look(None).at

    page.title = "Not yet"
    page.save_revision()
    make_news(world.news, live=False)

    assert _look(at) == Look(at, 0)


def test_more_than_one_batch_is_read_in_several_looks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = EventId(_look(None).at.epoch, 0)
    every = list(
        PublishedItem.objects.exclude(seq=None).order_by("seq").values_list("seq", flat=True)
    )
    monkeypatch.setattr(changes, "BATCH", 3)

    seen = []
    while found := _look(at).changes:
        at = EventId(at.epoch, found[-1].seq)
        assert len(found) <= 3
        seen += [change.seq for change in found]

    assert seen == every
    assert len(every) > 6


def test_another_epoch_gives_no_changes_but_the_present(world: World) -> None:
    at = _look(None).at
    ContentClock.objects.update(epoch=uuid.uuid4())

    found = _look(at)

    assert found.changes == ()
    assert found.at.epoch == ContentClock.objects.get().epoch.hex


def test_memory_knows_what_was_missed() -> None:
    memory = _memory(since=10, upto=14)

    assert memory.after(EventId(EPOCH, 12)) == (_change(13), _change(14))
    assert memory.after(EventId(EPOCH, 14)) == ()
    assert memory.after(EventId(EPOCH, 10)) == tuple(_change(seq) for seq in range(11, 15))


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(EventId(EPOCH, 9), id="before the horizon"),
        pytest.param(EventId(EPOCH, 15), id="in the future"),
        pytest.param(EventId("1" * 32, 12), id="of another epoch"),
    ],
)
def test_memory_says_when_it_cannot_know(place: EventId) -> None:
    assert _memory(since=10, upto=14).after(place) is None


def test_memory_forgets_the_oldest_and_knows_that_it_did() -> None:
    memory = _memory(since=0, upto=10)
    many = tuple(_change(seq) for seq in range(11, changes.REMEMBERED_CHANGES + 13))

    memory.add(Look(EventId(EPOCH, many[-1].seq), 0, many))

    assert memory.since == 12
    assert memory.after(EventId(EPOCH, 11)) is None
    assert len(memory.after(EventId(EPOCH, 12)) or ()) == changes.REMEMBERED_CHANGES


def test_an_event_names_each_thing_and_list_once_and_nothing_else() -> None:
    told = (_change(1, "a"), _change(2, "b"), _change(3, "a"), Change(4, "t", "Term", "", ""))

    (data,) = events_of(told, at=EventId(EPOCH, 9))

    assert data.startswith(f"id: {EPOCH}-9\nevent: change\ndata: ".encode())
    assert data.endswith(b"\n\n")
    assert orjson.loads(data.split(b"data: ")[1]) == {
        "things": [tag_of_thing("a"), tag_of_thing("b"), tag_of_thing("t")],
        "lists": [
            {
                "tag": tag_of_list("NewsPage", site="main", locale="en"),
                "type": "NewsPage",
                "site": "main",
                "locale": "en",
            },
            {
                "tag": tag_of_list("Term", site="", locale=""),
                "type": "Term",
                "site": None,
                "locale": None,
            },
        ],
    }


def test_many_changes_become_several_events_whose_ids_go_forward() -> None:
    told = [_change(seq) for seq in range(1, 251)]

    data = list(events_of(told, at=EventId(EPOCH, 400)))

    ids = [EventId.read(one.split(b"\n")[0].removeprefix(b"id: ").decode()) for one in data]
    assert [place.position for place in ids] == [100, 200, 400]


@pytest.mark.parametrize("text", ["7", f"{EPOCH}-", f"{EPOCH}-x", f"{EPOCH}-1\n", "x" * 32 + "-1"])
def test_an_id_that_was_not_made_here_is_refused(text: str) -> None:
    with pytest.raises(BadEventId):
        EventId.read(text)
