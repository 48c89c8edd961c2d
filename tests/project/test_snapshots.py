"""What is put back for a test is what would have been made for it."""

from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import transaction
from wagtail.models import Page

from cms.publishing.models import ContentClock
from news.models import NewsPage
from tests import snapshots
from tests.contract.whole_world import NOW, make_whole_world
from tests.page_factories import make_news, make_world

pytestmark = pytest.mark.django_db
CLOCK = "publishing_contentclock"


@pytest.fixture(autouse=True)
def no_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without those of other tests."""
    monkeypatch.setattr(snapshots, "_snapshots", {})


def _undone(make: Any) -> tuple[Any, Any, Any, set[str]]:
    """Return what is made, the rows, the epoch and the files then; all of it is undone."""
    with transaction.atomic():
        made, rows = make(), snapshots._rows()
        files = {path.name for path in Path(django_settings.MEDIA_ROOT).rglob("*.*")}
        epoch = ContentClock.objects.get().epoch
        transaction.set_rollback(True)
    clock = {row.replace(str(epoch), "").replace(epoch.hex, "") for row in rows.pop(CLOCK)}
    return made, rows | {CLOCK: clock}, epoch, files


def test_every_row_of_a_world_is_put_back(settings: Any, tmp_path: Any) -> None:
    with time_machine.travel(NOW, tick=False):
        settings.MEDIA_ROOT = tmp_path / "one"
        made, rows, epoch, files = _undone(lambda: make_whole_world(1))
        settings.MEDIA_ROOT = tmp_path / "two"
        again, rows_again, epoch_again, files_again = _undone(lambda: make_whole_world(1))

    assert again == made
    assert again.world.news is not made.world.news
    assert rows_again == rows
    assert epoch_again != epoch
    assert files_again == files != set()


def test_what_was_put_back_can_be_added_to() -> None:
    _undone(make_world)

    page = make_news(make_world().news, title="One")

    assert NewsPage.objects.live().get().pk == page.pk
    assert page.get_parent().numchild == 1


def test_where_the_database_is_another_it_is_made_and_nothing_is_lost() -> None:
    _undone(make_world)
    # As many rows as before, but not the same: making a world changes the root of the pages.
    Page.objects.filter(depth=1).update(title="Other root")
    before = ContentClock.objects.get().epoch

    _made, rows, epoch, _files = _undone(make_world)

    assert epoch == before
    assert len(rows["home_clusterpage"]) == 2
    assert any("Other root" in row for row in rows["wagtailcore_page"])
