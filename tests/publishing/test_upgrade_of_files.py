"""The upgrade leaves public what nothing refers to, and withdraws what only hidden things show."""

import datetime as dt
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from wagtail.models import PageViewRestriction, ReferenceIndex

from cms.content.models import PersonField
from cms.publishing.models import Mention, UnreferencedFile
from cms.publishing.reconcile import next_boundary, sweep, tick
from tests.factories import make_document, make_image, make_person
from tests.page_factories import World, make_page_with_files, make_standard_page
from tests.publishing.published import is_public, reason_of, row_of

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
GRACE = dt.timedelta(days=14)
MIGRATIONS = ("0013_fill_mentions_of_addresses", "0014_fill_unreferenced_files")


@pytest.fixture(autouse=True)
def still() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def as_before_the_upgrade(*files: Any) -> None:
    """Let files be public whatever refers to them, as they were."""
    keys = [f"{file.published_kind}:{file.pk}" for file in files]
    UnreferencedFile.objects.bulk_create(
        [UnreferencedFile(key=key, ends_at=NOW + 100 * GRACE) for key in keys]
    )
    sweep()
    UnreferencedFile.objects.all().delete()
    assert [is_public(file) for file in files] == [True] * len(files)


def upgrade() -> set[str]:
    """Migrate and look at everything; return the keys of the files in their grace period."""
    for name in MIGRATIONS:
        import_module(f"cms.publishing.migrations.{name}").fill(apps, None)
    found = set(UnreferencedFile.objects.values_list("key", flat=True))
    sweep()
    return found


def test_a_file_that_nothing_refers_to_stays_for_fourteen_days(world: World) -> None:
    document = make_document()
    as_before_the_upgrade(document)

    waiting = upgrade()

    row = row_of(document)
    assert waiting == {f"document:{document.pk}"}
    assert row is not None
    assert (row.visible, row.valid_until, next_boundary()) == (True, NOW + GRACE, NOW + GRACE)
    tick(now=NOW + GRACE)
    assert reason_of(document) == "UNREFERENCED"
    assert not UnreferencedFile.objects.exists()


def test_a_file_whose_only_page_is_private_goes_at_once(world: World) -> None:
    document = make_document()
    page = make_page_with_files(document)
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    as_before_the_upgrade(document)

    waiting = upgrade()

    assert waiting == set()
    assert reason_of(document) == "UNREFERENCED"


def test_a_file_that_only_something_never_public_uses_goes_at_once(world: World) -> None:
    image, portrait = make_image(), make_image()
    page = make_standard_page(world.cluster, live=False, picture=image, picture_alt="A bridge")
    person = make_person(
        picture=portrait, picture_alt="Ana", consent_given=False, shown=[PersonField.PICTURE]
    )
    for owner in (page, person):
        ReferenceIndex.create_or_update_for_object(owner)
    as_before_the_upgrade(image, portrait)

    waiting = upgrade()

    assert waiting == set()
    assert [reason_of(image), reason_of(portrait)] == ["UNREFERENCED"] * 2


def test_what_public_pages_show_stays(world: World) -> None:
    image, document = make_image(), make_document()
    make_page_with_files(image)
    link = f'<a href="/files/{document.public_id}/0123456789ab/x.pdf">x</a>'
    body = [{"type": "text", "value": {"content": f"<p>{link}</p>"}, "id": "1"}]
    make_standard_page(world.cluster, body=body)
    as_before_the_upgrade(image, document)
    # Addresses in texts were no references before.
    Mention.objects.filter(target=f"document:{document.pk}").delete()

    waiting = upgrade()

    assert waiting == set()
    assert [row_of(file).valid_until for file in (image, document)] == [None, None]  # type: ignore[union-attr]
    assert [is_public(image), is_public(document)] == [True, True]


def test_a_grace_period_does_not_outlive_a_private_collection(world: World) -> None:
    document = make_document()
    as_before_the_upgrade(document)
    upgrade()

    collection = document.collection
    private = type(collection).get_first_root_node().add_child(name="Private")
    private.view_restrictions.create(restriction_type="login")
    document.collection = private
    document.save()
    restricted = reason_of(document)
    document.collection = collection
    document.save()

    assert restricted == "RESTRICTED"
    assert not is_public(document)
