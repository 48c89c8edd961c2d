"""An installation of an earlier version comes through an upgrade with everything others rely on.

`0.1.0/` was made by the code of that version (`make.py`). What an upgrade changes on purpose is named
here and in the CHANGELOG; anything else that moves is an error.
"""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from cms.publishing.models import (
    ContentClock,
    Facet,
    Mention,
    Projection,
    PublishedItem,
    StreamFacet,
)
from tests.databases import new_postgres
from tests.upgrade.dump import read_postgresql, read_sqlite
from tests.upgrade.look import STATEMENTS, follow, plain, rows

ROOT = Path(__file__).resolve().parents[2]
MADE = Path(__file__).with_name("0.1.0") / connection.vendor
# Signs the cursors of the installation.
KEY = "of-the-tests-of-upgrades-and-of-nothing-else-0123456789"
HANG_SECONDS = 300
# Moved on purpose since 0.1.0. A document that nothing refers to gets an end; the portrait of a person
# who no longer agrees is withdrawn; an alias leaves every list and the streams of others.
MOVED = {
    "document:2": ("UPDATED", ""),
    "image:3": ("WITHDRAWN", "UNREFERENCED"),
    "page:16": ("UPDATED", ""),
}
ALIAS = "page:16"
# Stored under another name since 0.1.0.
REASONS = {"SCOPE": "SITE_HIDDEN"}
TOO_OLD = "This resumptionToken is too old to be continued: begin again."
KEEP_EVERYTHING = set(STATEMENTS) - {"clock", "rows"}
Found = dict[str, Any]


@pytest.fixture(scope="module")
def before() -> Found:
    """Return what the installation looked like before."""
    found: Found = json.loads((MADE / "seen.json").read_text())
    return found


@pytest.fixture(scope="module")
def after(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Upgrade a copy of the installation, and return what it looks like then."""
    folder = tmp_path_factory.mktemp("upgrade")
    shutil.copytree(MADE / "media", folder / "media")
    if connection.vendor == "sqlite":
        read_sqlite(MADE / "database.sql", folder / "database.sqlite3")
        return upgraded(f"sqlite:///{folder}/database.sqlite3", folder / "media")
    with new_postgres(f"upgrade_{os.getpid()}") as url:
        read_postgresql(MADE / "database.sql", url)
        return upgraded(url, folder / "media")


def upgraded(url: str, media: Path) -> Found:
    settings = {"DATABASE_URL": url, "MEDIA_ROOT": str(media), "SECRET_KEY": KEY}
    environment = {**os.environ, **settings, "DJANGO_SETTINGS_MODULE": "cms.settings.test"}
    environment.pop("CACHE_URL", None)
    command = [sys.executable, "-m", "tests.upgrade.upgrade", str(MADE / "seen.json")]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANG_SECONDS
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: Found = json.loads(done.stdout)
    return found


def by_key(seen: Found) -> dict[str, list[Any]]:
    return {key: [REASONS.get(value, value) for value in row] for key, *row in seen["rows"]}


def versions(seen: Found) -> dict[str, tuple[str, int]]:
    """Return what a mirror remembers of each thing that is shown in the stream."""
    changes = seen["mirror"]["changes"]
    return {key: (node["type"], node["version"]) for key, node in changes.items() if node["item"]}


def names_of(seen: Found) -> list[list[Any]]:
    return [row[:6] for row in seen["rows"]]


def test_nothing_moves_but_what_is_announced(before: Found, after: Found) -> None:
    old, new = by_key(before["seen"]), by_key(after["seen"])

    moved = {key: (new[key][7], new[key][6]) for key in old if new.get(key) != old[key]}

    assert new.keys() == old.keys()
    assert moved == MOVED
    assert "SCOPE" not in {row[7] for row in after["seen"]["rows"]}


def test_the_clock_goes_on_in_a_new_epoch(before: Found, after: Found) -> None:
    ((value, epoch, horizon),) = before["seen"]["clock"]

    ((new_value, new_epoch, new_horizon),) = after["seen"]["clock"]

    assert (new_value, new_horizon) == (value + len(MOVED), horizon)
    assert new_epoch != epoch


def test_what_is_moved_keeps_its_names(before: Found, after: Found) -> None:
    assert names_of(after["seen"]) == names_of(before["seen"])


@pytest.mark.parametrize("name", sorted(KEEP_EVERYTHING))
def test_what_is_stored_for_others_stays(before: Found, after: Found, name: str) -> None:
    assert before["seen"][name]
    assert after["seen"][name] == before["seen"][name]


def test_a_second_look_changes_nothing(after: Found) -> None:
    assert after["again"] == {name: after["seen"][name] for name in STATEMENTS}


def test_a_cursor_is_too_old_once_and_its_mirror_starts_again(before: Found, after: Found) -> None:
    alias = by_key(before["seen"])[ALIAS][0]
    mirror = versions(before["seen"])
    assert mirror.pop(alias) == ("NewsPage", 2)

    crawl = versions(after["seen"])

    assert after["continued"] == [410, "CURSOR_TOO_OLD"]
    assert crawl == mirror


def test_followers_are_told_of_what_moved_and_of_nothing_else(before: Found, after: Found) -> None:
    alias = by_key(before["seen"])[ALIAS][0]
    waiting = {row[1]: row[2:4] for row in before["seen"]["deliveries"]}

    told = {row[1]: row[2:4] for row in after["told"]}

    # The alias waited for a portal already: the message now tells of its withdrawal.
    assert {name for name in told if told[name] != waiting.get(name)} == {alias, "feed"}
    assert told.keys() == waiting.keys()


def test_what_was_signed_before_can_be_read(after: Found) -> None:
    (entry,) = after["seen"]["remembered"]["/feeds/news.rss"]

    assert entry in after["signed"]["/feeds/news.rss"]
    assert TOO_OLD in after["signed"]["/oai"]


def test_tables_and_labels_of_apps_stay(after: Found) -> None:
    assert (after["lost_tables"], after["lost_labels"]) == ([], [])


def test_counts_go_on_under_the_new_names(after: Found) -> None:
    assert after["members"] == [["NewsPage.rights", 3], ["NewsPage.title", 5]]


def test_readers_remember_things_by_the_same_names(before: Found, after: Found) -> None:
    alias = by_key(before["seen"])[ALIAS]
    gone = (alias[0], f"urn:ictcluster:{alias[0]}", f"https://main.example{alias[4]}")

    for address, names in before["seen"]["remembered"].items():
        is_repository = address.startswith("/oai")
        expected = [name for name in names if is_repository or name not in gone]
        assert after["seen"]["remembered"][address] == expected, address


def test_addresses_of_files_go_on(before: Found, after: Found) -> None:
    assert before["files"]
    assert after["files"] == dict.fromkeys(before["files"], 200)


@pytest.mark.django_db
def test_an_archive_of_the_version_before_can_be_imported(before: Found, tmp_path: Path) -> None:
    for model in (PublishedItem, Facet, StreamFacet, Mention, Projection):
        model.objects.all().delete()
    ContentClock(pk=1).save()

    with override_settings(MEDIA_ROOT=tmp_path, SECRET_KEY=KEY):
        call_command("import", str(MADE / "archive.zip"), stdout=io.StringIO())
        continued, crawl = follow(before["cursor"]), follow("")

    imported = {"rows": plain(rows(STATEMENTS["rows"])), "mirror": crawl}
    assert by_key(imported) == by_key(before["seen"])
    assert "SCOPE" not in {row[7] for row in imported["rows"]}
    assert (continued["status"], crawl["status"]) == (410, 200)
    assert versions(imported) == versions(before["seen"])
