"""Operators see which files nothing refers to, and may withdraw them."""

import datetime as dt
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.content.models import Document
from cms.publishing.models import UnreferencedFile
from cms.publishing.reconcile import sweep
from tests.factories import make_document, make_image
from tests.page_factories import make_page_with_files, make_world
from tests.publishing.published import is_public, reason_of

pytestmark = pytest.mark.django_db

END = dt.datetime(2126, 3, 2, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def world() -> None:
    make_world()


def command(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("unreferenced_files", *arguments, stdout=out)
    return out.getvalue().splitlines()


def grace(*things: object, ends_at: dt.datetime = END) -> None:
    for thing in things:
        key = f"{thing.published_kind}:{thing.pk}"  # type: ignore[attr-defined]
        UnreferencedFile.objects.create(key=key, ends_at=ends_at)
    sweep()


def test_files_are_listed_with_their_uploaders_and_the_end() -> None:
    user = User.objects.create_user("maria")
    image = make_image(title="A bridge", uploaded_by_user=user)
    document = make_document(title="Statute")
    grace(image, document)
    grace(make_document(), ends_at=timezone.now() - dt.timedelta(hours=1))

    found = command()

    until = "public until 2126-03-02 12:00 UTC"
    assert found == [
        f"image:{image.pk}\tA bridge\t{image.file.name}\tmaria\t{until}",
        f"document:{document.pk}\tStatute\t{document.file.name}\tunknown\t{until}",
        "Files that nothing refers to: 2.",
    ]


def test_they_stay_public_until_they_are_withdrawn() -> None:
    image, document = make_image(), make_document()
    grace(image, document)
    before = [is_public(image), is_public(document)]

    told = command("--withdraw")

    assert before == [True, True]
    assert told == ["2 withdrawn"]
    assert [reason_of(image), reason_of(document)] == ["UNREFERENCED"] * 2
    assert command() == ["Files that nothing refers to: 0."]


def test_what_an_editor_keeps_public_is_not_listed_and_stays() -> None:
    document = make_document(keep_public=True)
    grace(document)

    listed, told = command(), command("--withdraw")

    assert listed == ["Files that nothing refers to: 0."]
    assert told == ["0 changes"]
    assert is_public(Document.objects.get(pk=document.pk))


def test_what_is_referred_to_again_loses_its_grace_period() -> None:
    document = make_document()
    grace(document)

    page = make_page_with_files(document)
    listed = command()
    page.unpublish()

    assert listed == ["Files that nothing refers to: 0."]
    assert reason_of(document) == "UNREFERENCED"


def test_editors_keep_a_document_public_by_a_tick(admin_client: Client) -> None:
    document = make_document(title="Statute")
    address = reverse("wagtaildocs:edit", args=[document.pk])
    form = {"title": "Statute", "collection": document.collection_id, "tags": "", "language": ""}
    shown = admin_client.get(address).content.decode()

    admin_client.post(address, {**form, "keep_public": "on"})
    kept = is_public(document)
    admin_client.post(address, form)

    assert 'name="keep_public"' in shown
    assert kept
    assert reason_of(document) == "UNREFERENCED"
