"""A restore is noticed by a file outside of the database, whatever was published since."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from cms.publishing import keeper, reconcile
from cms.publishing.clock import read_clock
from cms.publishing.comparison import Outcome
from cms.publishing.high_water_mark import NAME, Mark, keep_mark, read_mark
from cms.publishing.models import ContentClock
from cms.syndication.cursor import write_cursor
from tests.page_factories import World, make_news
from tests.publishing.published import clock


class Restored(Exception):
    """Take the database back to where it was; files stay as they are."""


@pytest.fixture(autouse=True)
def no_file(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    default_storage.delete(NAME)
    # The connection of a test is in a transaction.
    monkeypatch.setattr(keeper, "close_old_connections", lambda: None)


def restored_after(work: Callable[[], object]) -> None:
    """Do what a backup does not have, and restore it."""

    def and_undo() -> None:
        with transaction.atomic():
            work()
            raise Restored

    with pytest.raises(Restored):
        and_undo()


def publish(world: World, *, count: int) -> None:
    for _ in range(count):
        make_news(world.news)
    clock()


def publish_and_mark(world: World, *, count: int) -> None:
    publish(world, count=count)
    keep_mark()


def cursor_now() -> str:
    found = read_clock()
    return write_cursor(position=found.value, epoch=found.epoch.hex)


def status_of(cursor: str) -> int:
    return Client().get(f"/sync?after={quote(cursor)}").status_code


def test_a_restore_is_noticed_though_the_clock_has_passed_the_old_cursor(world: World) -> None:
    publish(world, count=1)
    assert keep_mark() is False
    cursors = []

    def lost() -> None:
        publish(world, count=2)
        cursors.append(cursor_now())
        keep_mark()

    restored_after(lost)
    # One tombstone of the old cursor's time would be missing, and two things in it are no more.
    publish(world, count=4)
    accepted = status_of(cursors[0])

    is_restored = keep_mark()

    assert (accepted, is_restored, status_of(cursors[0])) == (200, True, 410)
    assert status_of(cursor_now()) == 200
    assert keep_mark() is False


def test_a_restored_database_that_has_published_nothing_yet_is_noticed(world: World) -> None:
    publish(world, count=1)
    keep_mark()
    epoch = read_clock().epoch
    restored_after(lambda: publish_and_mark(world, count=2))

    assert keep_mark() is True
    assert read_clock().epoch != epoch


def test_a_restore_to_before_another_restore_is_noticed(world: World) -> None:
    keep_mark()
    first = read_clock().epoch

    def lost() -> None:
        publish(world, count=2)
        restored_after(lambda: publish_and_mark(world, count=2))
        assert keep_mark() is True

    restored_after(lost)
    publish(world, count=9)

    assert keep_mark() is True
    assert read_clock().epoch != first
    mark = read_mark()
    assert mark is not None
    assert first in mark.former


def test_a_new_container_without_files_renews_nothing(world: World) -> None:
    publish(world, count=2)
    keep_mark()
    cursor = cursor_now()
    default_storage.delete(NAME)

    assert keep_mark() is False

    found = read_clock()
    assert read_mark() == Mark(found.epoch, found.value)
    assert status_of(cursor) == 200


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"epoch": 1}', b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_written_anew(world: World, content: bytes) -> None:
    publish(world, count=1)
    default_storage.save(NAME, ContentFile(content))
    before = read_clock().epoch

    assert keep_mark() is False

    assert read_mark() == Mark(before, read_clock().value)


def test_the_epoch_of_an_operator_is_kept(world: World) -> None:
    keep_mark()
    first = read_clock().epoch
    call_command("after_restore", verbosity=0)
    chosen = read_clock().epoch

    assert keep_mark() is False

    assert read_clock().epoch == chosen
    assert read_mark() == Mark(chosen, read_clock().value, (first,))


def test_a_kill_between_database_and_file_is_no_restore(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_mark()
    publish(world, count=1)
    before = read_clock().epoch
    with monkeypatch.context() as patch:
        patch.setattr(type(default_storage), "replace", _killed, raising=False)
        with pytest.raises(KeyboardInterrupt):
            keep_mark()

    assert keep_mark() is False

    assert read_mark() == Mark(before, read_clock().value)


def _killed(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_copy_leaves_the_file_alone(world: World) -> None:
    ContentClock.objects.update(is_copy=True)

    assert keep_mark() is False

    assert read_mark() is None


def test_what_stays_as_it_is_is_not_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(world, count=1)
    keep_mark()
    monkeypatch.setattr(type(default_storage), "replace", _killed, raising=False)

    assert keep_mark() is False


@pytest.mark.parametrize(
    "address",
    [f"/{NAME}", f"/media/{NAME}", f"/files/{NAME}", f"/files/x/y/{NAME}"],
)
def test_no_address_serves_the_file(world: World, admin: Client, address: str) -> None:
    keep_mark()

    assert [client.get(address).status_code for client in (Client(), admin)] == [404, 404]


def test_a_tick_knows_of_a_restore_before_it_writes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def note(name: str, result: Any) -> Callable[[], Any]:
        def work() -> Any:
            done.append(name)
            return result

        return work

    monkeypatch.setattr(keeper, "keep_mark", note("mark", False))
    monkeypatch.setattr(reconcile, "sweep", note("sweep", Outcome()))
    monkeypatch.setattr(keeper, "publish_due", note("due", []))
    monkeypatch.setattr(reconcile, "tick", note("tick", Outcome()))

    keeper.Keeper(say=print, complain=print).step()

    assert done == ["mark", "sweep", "due", "tick", "mark"]


def test_a_storage_that_is_away_stops_no_tick_and_is_told_of_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> bool:
        raise ConnectionError("no bucket")

    monkeypatch.setattr(keeper, "keep_mark", away)
    complaints: list[str] = []
    running = keeper.Keeper(say=print, complain=complaints.append)

    pauses = [running.step(), running.step()]

    assert complaints == ["the storage of files: ConnectionError: no bucket"]
    assert keeper.AFTER_TROUBLE_SECONDS not in pauses


def test_the_keeper_says_that_a_restore_was_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "keep_mark", iter([True, False]).__next__)
    complaints: list[str] = []

    keeper.Keeper(say=print, complain=complaints.append).step()

    (said,) = complaints
    assert said.startswith("The database was restored from a backup: a new epoch has begun")


# Storages


def test_a_folder_is_left_with_the_file_alone(world: World) -> None:
    for _ in range(2):
        publish(world, count=1)
        keep_mark()

    names = [name for name in default_storage.listdir("")[1] if "content-clock" in name]
    assert names == [NAME]
    with default_storage.open(NAME) as file:
        assert set(orjson.loads(file.read())) == {"epoch", "value", "former"}


def test_a_bucket_replaces_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    stored: dict[str, bytes] = {}

    class S3Storage:
        """Keep what `_save` of django-storages puts into a bucket, whatever is there."""

        def _save(self, name: str, content: Any) -> str:
            stored[name] = content.read()
            return name

    library = ModuleType("storages.backends.s3")
    library.S3Storage = S3Storage  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "storages.backends.s3", library)
    monkeypatch.delitem(sys.modules, "cms.s3_storage", raising=False)
    from cms.s3_storage import PrivateS3Storage

    storage: Any = PrivateS3Storage()
    storage.replace(NAME, b"1")
    storage.replace(NAME, b"2")
    monkeypatch.delitem(sys.modules, "cms.s3_storage")

    assert stored == {NAME: b"2"}
