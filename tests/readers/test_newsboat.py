"""A reader of feeds that we did not write understands ours: Debian's newsboat."""

import datetime as dt
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from cms.publishing.reading.structured_data import urn
from tests.factories import make_person
from tests.page_factories import make_news, make_world
from tests.readers.conftest import program

pytestmark = [
    pytest.mark.readers,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

TITLE = "Deadline ]]> & „разширен“ 🎉"
# Midnight in Sofia.
PUBLISHED = int(dt.datetime(2026, 3, 1, 22, tzinfo=dt.UTC).timestamp())
BODY = '[{"type": "text", "value": {"content": "<p>All of <b>it</b>.</p>"}, "id": "1"}]'


@dataclass
class Newsboat:
    """Be one reader with a memory of its own."""

    command: str
    folder: Path

    def reload(self, address: str) -> None:
        """Fetch a feed once, as from a timer."""
        (self.folder / "urls").write_text(f"{address}\n", encoding="utf-8")
        (self.folder / "config").write_text("auto-reload no\n", encoding="utf-8")
        files = [f"--url-file={self.folder}/urls", f"--config-file={self.folder}/config"]
        subprocess.run(
            [self.command, *files, f"--cache-file={self.folder}/cache.db", "-x", "reload"],
            check=True,
            timeout=60,
            capture_output=True,
            env={"HOME": str(self.folder), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        )

    def remembers(self, statement: str) -> list[tuple[Any, ...]]:
        """Return rows of its memory."""
        with closing(sqlite3.connect(self.folder / "cache.db")) as memory:
            return list(memory.execute(statement))


@pytest.fixture
def newsboat(tmp_path: Path) -> Newsboat:
    """Return a reader that has read nothing yet."""
    return Newsboat(program("newsboat"), tmp_path)


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_newsboat_reads_a_feed_and_follows_a_correction(
    live_server: Any, newsboat: Newsboat, form: str
) -> None:
    world = make_world()
    page = make_news(world.news, title=TITLE, slug="a", author=make_person(name="Ana"), body=BODY)
    make_news(world.news, title="Hidden", live=False)
    address = f"{live_server.url}/feeds/news.{form}"
    items = "SELECT guid, title, url, author, pubDate, content FROM rss_item"

    with override_settings(FILES_BASE_URL=live_server.url):
        newsboat.reload(address)
        first = newsboat.remembers(items)
        newsboat.reload(address)
        second = newsboat.remembers(items)
        page.title, page.slug = "Deadline", "b"
        page.save_revision().publish()
        newsboat.reload(address)

    feeds = newsboat.remembers("SELECT title, url FROM rss_feed")
    body = "<p>All of <b>it</b>.</p>"
    assert feeds == [("Site main: News", "https://main.example/")]
    assert first == [
        (urn(page.public_id), TITLE, "https://main.example/news/a/", "Ana", PUBLISHED, body)
    ]
    assert second == first
    # The corrected item is the one it had, not another.
    assert newsboat.remembers(items) == [
        (urn(page.public_id), "Deadline", "https://main.example/news/b/", "Ana", PUBLISHED, body)
    ]
