"""An archive keeps everything published: rows, tombstones, clock, files; and marks the copy."""

import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
import time_machine
from django.core.cache import cache
from django.core.management import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.publishing.archive import writing
from cms.publishing.clock import PublishedCopy, read_clock
from cms.publishing.files import public_files
from cms.publishing.models import PublishedItem
from cms.publishing.reading.items import COLUMNS, Item
from cms.publishing.reconcile import sweep, tick
from tests.page_factories import NOON, make_news
from tests.publishing.archives.conftest import EmptyPlace, Installation, contents, run
from tests.publishing.published import everything, is_public, number_changes_now


def stream(client: Client) -> list[bytes]:
    """Return feeds and the pages of `/sync` from the beginning, byte for byte, cursors included."""
    # What was kept under the clock would be equal whatever the rows say.
    cache.clear()
    feeds = [client.get(f"/feeds/news.{form}") for form in ("rss", "atom", "json")]
    assert [feed.status_code for feed in feeds] == [200, 200, 200]
    pages = [client.get("/sync", {"first": 5}).content]
    while (found := orjson.loads(pages[-1]))["hasMore"]:
        pages.append(client.get("/sync", {"first": 5, "after": found["cursor"]}).content)
    return [*pages, *(feed.content for feed in feeds)]


def files_of_rows() -> set[str]:
    rows = PublishedItem.objects.filter(visible=True, kind__in=("image", "document"))
    items = [
        Item(tuple(row), tail=tail)
        for *row, tail in rows.values_list(*COLUMNS, "tail").order_by("key")
    ]
    return {file.stored for item in items for file in public_files(item)}


def test_an_import_keeps_rows_tombstones_facets_and_clock(
    installation: Installation, empty_place: EmptyPlace
) -> None:
    before = contents()
    files = files_of_rows()

    with empty_place() as media:
        said = run("import", str(installation.archive))

        assert contents() == before
        there = {str(p.relative_to(media)) for p in media.rglob("*") if p.is_file()}
        assert there == files
        assert len(files) > 1
    assert said.startswith(f"{len(before['PublishedItem'])} rows and {len(files)} files taken in.")


@pytest.mark.postgres
def test_rows_are_counted_after_an_import(
    installation: Installation, empty_place: EmptyPlace
) -> None:
    with empty_place(), CaptureQueriesContext(connection) as queries:
        run("import", str(installation.archive))

    (counted,) = [query["sql"] for query in queries if query["sql"].startswith("ANALYZE")]
    assert PublishedItem._meta.db_table in counted


def test_a_copy_answers_byte_for_byte_as_the_original(
    installation: Installation, empty_place: EmptyPlace, client: Client
) -> None:
    with time_machine.travel(NOON, tick=False):
        before = stream(client)
        cursor = orjson.loads(before[1])["cursor"]
        after = client.get("/sync", {"first": 5, "after": cursor})
        with empty_place():
            run("import", str(installation.archive))

            assert stream(client) == before
            # A portal goes on where it was with the original.
            again = client.get("/sync", {"first": 5, "after": cursor})
            assert (again.status_code, again.content) == (200, after.content)
    assert len(before) > 5
    assert b"WITHDRAWN" in b"".join(before)


def test_the_files_of_a_copy_are_served(
    installation: Installation, empty_place: EmptyPlace, client: Client
) -> None:
    with empty_place():
        run("import", str(installation.archive))
        document = PublishedItem.objects.get(kind="document")
        (file,) = public_files(Item(tuple(getattr(document, name) for name in COLUMNS)))
        response: Any = client.get(f"/files/{document.public_id}/{file.mark}/{file.name}")

        assert b"".join(response.streaming_content) == b"%PDF-1.4 what everybody may read"


def test_the_same_content_gives_the_same_bytes_also_from_the_copy(
    installation: Installation, empty_place: EmptyPlace, tmp_path: Path
) -> None:
    with time_machine.travel("2031-01-01"):
        run("export", str(tmp_path / "again.zip"))
    with empty_place():
        run("import", str(installation.archive))
        run("export", str(tmp_path / "of-the-copy.zip"))

    first = installation.archive.read_bytes()
    assert (tmp_path / "again.zip").read_bytes() == first
    assert (tmp_path / "of-the-copy.zip").read_bytes() == first


def test_what_is_hidden_is_not_in_an_archive(installation: Installation, tmp_path: Path) -> None:
    section, secret = installation.world.news, "canary-of-a-hidden-thing"
    make_news(section, title=f"{secret} draft", live=False)
    make_news(section, title=f"{secret} withdrawn").unpublish()
    make_news(section, title=f"{secret} expired", expire_at=NOON)
    number_changes_now()

    run("export", str(tmp_path / "second.zip"))

    with zipfile.ZipFile(tmp_path / "second.zip") as archive:
        for name in archive.namelist():
            assert secret.encode() not in archive.read(name)


def test_what_has_expired_gets_its_tombstone_before_an_export(
    installation: Installation, tmp_path: Path
) -> None:
    with time_machine.travel(NOON, tick=False) as moment:
        page = make_news(
            installation.world.news, title="Soon over", expire_at=NOON.replace(hour=13)
        )
        number_changes_now()
        assert is_public(page)
        moment.move_to(NOON.replace(hour=14))

        run("export", str(tmp_path / "later.zip"))

    with zipfile.ZipFile(tmp_path / "later.zip") as archive:
        assert b"Soon over" not in archive.read("items.jsonl")


def test_a_lost_file_is_named_and_the_rest_is_kept(
    installation: Installation, tmp_path: Path, settings: Any
) -> None:
    lost = min(files_of_rows())
    (Path(settings.MEDIA_ROOT) / lost).unlink()

    run("export", str(tmp_path / "second.zip"))

    with zipfile.ZipFile(tmp_path / "second.zip") as archive:
        manifest = orjson.loads(archive.read("manifest.json"))
        assert manifest["missingFiles"] == [lost]
        assert f"files/{lost}" not in archive.namelist()


def test_an_export_that_fails_leaves_the_older_archive_as_it_was(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = installation.archive.read_bytes()
    monkeypatch.setattr(writing, "public_files", lambda _item: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run("export", str(installation.archive))

    assert installation.archive.read_bytes() == before
    assert list(installation.archive.parent.glob("*.part")) == []


def test_an_export_says_why_it_cannot_be_written(installation: Installation) -> None:
    nowhere = installation.archive / "below-a-file.zip"

    with pytest.raises(CommandError, match=r"below-a-file\.zip cannot be written: "):
        run("export", str(nowhere))


# The copy


def test_a_sweep_does_not_wipe_a_copy(installation: Installation, empty_place: EmptyPlace) -> None:
    with empty_place():
        run("import", str(installation.archive))
        before = everything()

        for attempt in (sweep, lambda: tick(now=NOON.replace(year=2090)), lambda: run("reconcile")):
            with pytest.raises((PublishedCopy, CommandError), match="is a copy that"):
                attempt()
        assert everything() == before


def test_a_change_on_a_copy_is_refused_as_a_whole(
    installation: Installation, empty_place: EmptyPlace
) -> None:
    with empty_place():
        run("import", str(installation.archive))
        before = everything()

        with pytest.raises(PublishedCopy):
            make_news(installation.world.news, title="Never")
        assert everything() == before


def test_an_editor_of_a_copy_is_told_why_nothing_changes(
    installation: Installation, empty_place: EmptyPlace, admin: Client
) -> None:
    with empty_place():
        run("import", str(installation.archive))
        page = installation.world.news
        before = everything()

        response = admin.post(f"/admin/pages/{page.pk}/unpublish/", follow=True)

        assert b"Nothing was changed: This installation is a copy" in response.content
        page.refresh_from_db()
        assert page.live
        assert everything() == before


def test_force_makes_a_copy_an_installation_of_its_own(
    installation: Installation, empty_place: EmptyPlace
) -> None:
    with empty_place():
        run("import", str(installation.archive))
        at = read_clock()

        run("reconcile", "--force")

        number_changes_now()
        now = read_clock()
        # The authored pages are still there in this test, so their rows were made anew.
        assert (now.is_copy, now.epoch) == (False, at.epoch)
        assert now.value >= at.value
        assert run("reconcile") == "0 changes"


def test_a_new_epoch_makes_cursors_of_the_original_invalid(
    installation: Installation, empty_place: EmptyPlace
) -> None:
    epoch = read_clock().epoch
    with empty_place():
        run("import", str(installation.archive), "--new-epoch")

        assert read_clock().epoch != epoch
