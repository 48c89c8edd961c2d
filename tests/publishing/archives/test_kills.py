"""A killed import leaves an empty database, and the same command then takes everything in."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from cms.publishing.archive.layout import read_manifest
from tests.databases import migrated_file

ROOT = Path(__file__).resolve().parents[3]
ROWS = "SELECT (SELECT count(*) FROM publishing_publisheditem), value, is_copy FROM"


def command(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "MEDIA_ROOT": str(database.parent / "media"),
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def state(database: Path) -> tuple[int, int, int]:
    with closing(sqlite3.connect(database)) as connection:
        (found,) = connection.execute(f"{ROWS} publishing_contentclock")
    return (int(found[0]), int(found[1]), int(found[2]))


# The archive is made in the database of the tests: before others empty it, since they come last.
@pytest.mark.django_db
@pytest.mark.deep
def test_kills_leave_nothing_half_done(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        manifest = read_manifest(opened)
    database = tmp_path / "site.sqlite3"
    shutil.copy(migrated_file(), database)
    rows = manifest.counts["items"]

    for what, number in (("checked", 1), ("files", 2), ("rows", 2), ("rows", rows)):
        dying = ("-m", "tests.publishing.archives.dying", str(archive), what)
        killed = command(database, *dying, str(number))

        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert state(database) == (0, 0, 0)

    done = command(database, "manage.py", "import", str(archive))
    assert done.returncode == 0, done.stderr
    assert state(database) == (rows, manifest.clock["value"], 1)
    again = command(database, "manage.py", "export", str(tmp_path / "again.zip"))
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()
