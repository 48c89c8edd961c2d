"""Make an installation worth carrying, its archive, and the empty one that takes it in."""

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction as database
from django.test.utils import override_settings

from cms.publishing.archive import reading, writing
from cms.publishing.models import (
    ContentClock,
    Facet,
    Mention,
    Projection,
    PublishedItem,
    StreamFacet,
)
from cms.publishing.scopes import transaction
from tests.factories import make_image, make_term
from tests.page_factories import (
    NOON,
    World,
    make_event,
    make_news,
    make_public_document,
    make_world,
    translate,
)
from tests.publishing.published import number_changes_now
from tests.snapshots import once_per_worker

TABLES = (PublishedItem, Facet, StreamFacet, Mention)
EmptyPlace = Callable[[], AbstractContextManager[Path]]


@dataclass(frozen=True)
class Installation:
    """Hold an installation and where its archive is."""

    world: World
    archive: Path


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def contents() -> dict[str, Any]:
    """Return all that an archive has to keep, row by row."""
    found: dict[str, Any] = {
        model.__name__: sorted(
            (
                tuple(value for name, value in row.items() if (model, name) not in NUMBERED)
                for row in model.objects.values()
            ),
            key=repr,
        )
        for model in TABLES
    }
    clock = ContentClock.objects.get(pk=1)
    return found | {"clock": (clock.value, clock.epoch, clock.horizon)}


# Rows of these are numbered by the database, and nobody refers to the number.
NUMBERED = {(Facet, "id"), (StreamFacet, "id"), (Mention, "id")}


@once_per_worker
def make_rows() -> World:
    """Make pages, terms and files; withdraw some of them."""
    with transaction():
        world = make_world()
        topic, picture = make_term(), make_image()
        for number in range(4):
            news = make_news(world.news, title=f"News {number}", picture=picture, picture_alt="A")
            news.topics.set([topic])
        make_event(world.events, expire_at=NOON.replace(year=2080))
        translate(world.news, title="Новини")
        make_public_document(content=b"%PDF-1.4 what everybody may read")
    news.unpublish()
    topic.delete()
    return world


def make_installation() -> World:
    """Make an installation whose changes are numbered."""
    world = make_rows()
    number_changes_now()
    return world


@pytest.fixture(scope="session", autouse=True)
def small_batches() -> Iterator[None]:
    """Let every batch have a next one."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (writing, reading):
            patch.setattr(module, "BATCH", 4)
        yield


@pytest.fixture
def installation(db: None, tmp_path: Path) -> Installation:
    """Make an installation and its archive."""
    world = make_installation()
    path = tmp_path / "archive.zip"
    run("export", str(path))
    return Installation(world, path)


@pytest.fixture
def empty_place(installation: Installation, tmp_path: Path) -> EmptyPlace:
    """Empty the published tables, and use another folder for files."""

    @contextmanager
    def emptied() -> Iterator[Path]:
        for model in (*TABLES, Projection):
            model.objects.all().delete()
        ContentClock(pk=1).save()
        media = tmp_path / "other-media"
        with override_settings(MEDIA_ROOT=media):
            yield media

    return emptied


@pytest.fixture(scope="session")
def only_archive(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
    small_batches: None,
) -> Path:
    """Return the archive of an installation that is gone."""
    path = tmp_path_factory.mktemp("archive") / "only.zip"
    with django_db_blocker.unblock(), database.atomic():
        make_installation()
        run("export", str(path))
        database.set_rollback(True)
    return path


@pytest.fixture
def archive(only_archive: Path, tmp_path: Path) -> Path:
    """Return an archive that a test may damage."""
    return Path(shutil.copy(only_archive, tmp_path / "archive.zip"))


@pytest.fixture
def media(db: None, tmp_path: Path) -> Iterator[Path]:
    """Return the folder for files of an installation in which nothing was ever published."""
    folder = tmp_path / "media"
    with override_settings(MEDIA_ROOT=folder):
        yield folder
