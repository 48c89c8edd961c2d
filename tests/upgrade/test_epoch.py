"""A version that says other things of what has not changed begins an epoch, and does so once."""

from importlib import import_module
from urllib.parse import quote

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.test import Client

from cms.publishing.clock import read_clock
from cms.publishing.high_water_mark import NAME, Mark, keep_mark, read_mark
from cms.syndication.cursor import write_cursor
from tests.page_factories import make_news, make_world
from tests.publishing.published import clock

pytestmark = pytest.mark.django_db
UPGRADE = import_module("cms.publishing.migrations.0019_epoch_of_0_2_0")


@pytest.fixture(autouse=True)
def no_file() -> None:
    default_storage.delete(NAME)


def status_of(cursor: str) -> int:
    return Client().get(f"/sync?after={quote(cursor)}").status_code


def cursor_now() -> str:
    found = read_clock()
    return write_cursor(position=found.value, epoch=found.epoch.hex)


def test_a_new_epoch_is_too_old_for_cursors_and_no_restore() -> None:
    make_news(make_world().news)
    clock()
    keep_mark()
    before, cursor = read_clock(), cursor_now()

    UPGRADE.renew(apps, None)
    is_restored = [keep_mark(), keep_mark()]

    found = read_clock()
    assert (found.value, found.horizon) == (before.value, before.horizon)
    assert is_restored == [False, False]
    assert read_mark() == Mark(found.epoch, found.value, (before.epoch,))
    assert (status_of(cursor), status_of(cursor_now())) == (410, 200)


def test_an_installation_without_content_keeps_its_epoch() -> None:
    epoch = read_clock().epoch

    UPGRADE.renew(apps, None)

    assert read_clock().epoch == epoch
