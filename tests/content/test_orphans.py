"""A refused upload leaves no file in the storage, whichever way it came and wherever it failed."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client, override_settings
from django.urls import reverse
from wagtail.models import UploadedFile

from cms.content.models import Document, Image
from cms.content.unused_files import unused_files
from cms.publishing import scopes
from tests.factories import make_document, make_image, picture_file
from tests.page_factories import make_public_document, make_world

pytestmark = pytest.mark.django_db


# Each of these tests deletes what it has committed.
OUTSIDE_OF_TRANSACTIONS = pytest.mark.django_db(transaction=True, available_apps=[])


class Refused(Exception):
    """Stand for whatever goes wrong."""


def media() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def own_media(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def every_app() -> Iterator[None]:
    """Let all models be found, although no table is emptied after the test."""
    apps.unset_available_apps()
    yield
    apps.set_available_apps([])


@pytest.fixture
def editor() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("editor"))
    return client


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("new.jpg", picture_file().read(), "image/jpeg")


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("new.pdf", b"%PDF-1.4 new", "application/pdf")


def one_picture(editor: Client) -> Any:
    return editor.post(reverse("wagtailimages:add"), form(picture()))


def one_document(editor: Client) -> Any:
    return editor.post(reverse("wagtaildocs:add"), form(paper()))


def dropped_picture(editor: Client) -> Any:
    return editor.post("/admin/images/multiple/add/", form(picture(), field="files[]"))


def dropped_document(editor: Client) -> Any:
    return editor.post("/admin/documents/multiple/add/", form(paper(), field="files[]"))


def chosen_picture(editor: Client) -> Any:
    values = form(picture(), prefix="image-chooser-upload-")
    return editor.post(reverse("wagtailimages_chooser:create"), values)


def chosen_document(editor: Client) -> Any:
    values = form(paper(), prefix="document-chooser-upload-")
    return editor.post(reverse("wagtaildocs_chooser:create"), values)


def replaced_picture(editor: Client) -> Any:
    image = Image.objects.get()
    return editor.post(reverse("wagtailimages:edit", args=[image.pk]), form(picture()))


def replaced_document(editor: Client) -> Any:
    document = Document.objects.get()
    return editor.post(reverse("wagtaildocs:edit", args=[document.pk]), form(paper()))


def form(upload: Any, *, field: str = "file", prefix: str = "") -> dict[str, Any]:
    values = {"title": "New", "collection": 1, "tags": "", field: upload}
    return {f"{prefix}{name}": value for name, value in values.items()}


WAYS = [
    one_picture,
    one_document,
    dropped_picture,
    dropped_document,
    chosen_picture,
    chosen_document,
    replaced_picture,
    replaced_document,
]


@pytest.mark.parametrize("upload", WAYS)
def test_each_way_takes_a_file_in(editor: Client, upload: Callable[[Client], Any]) -> None:
    make_image()
    make_document()
    before = media()

    answer = upload(editor)

    assert answer.status_code in (200, 302)
    assert media() - before != set()


@pytest.mark.parametrize("upload", WAYS)
def test_an_error_of_the_database_leaves_no_file(
    editor: Client, monkeypatch: pytest.MonkeyPatch, upload: Callable[[Client], Any]
) -> None:
    make_image()
    make_document()
    before = media()

    def broken(_scope: object) -> None:
        raise DatabaseError("value too long for type character varying(255)")

    monkeypatch.setattr(scopes, "_reconcile", [broken])

    answer = upload(editor)

    assert answer.status_code == 500
    assert media() == before
    assert (Image.objects.count(), Document.objects.count()) == (1, 1)


@pytest.mark.parametrize("upload", WAYS)
def test_an_error_after_the_row_was_written_leaves_no_file(
    editor: Client, monkeypatch: pytest.MonkeyPatch, upload: Callable[[Client], Any]
) -> None:
    make_image()
    make_document()
    before = media()
    for name in ("wagtail.images.forms", "wagtail.documents.forms"):
        monkeypatch.setattr(f"{name}.search_index.insert_or_update_object", refuse)
    for model in (Image, Document):
        monkeypatch.setattr(model, "save", saved_and_refused(model.save))

    answer = upload(editor)

    assert answer.status_code == 500
    assert media() == before


def refuse(*_args: Any, **_kwargs: Any) -> None:
    raise Refused


def saved_and_refused(save: Any) -> Any:
    def saved(self: Any, *args: Any, **kwargs: Any) -> None:
        save(self, *args, **kwargs)
        raise Refused

    return saved


@pytest.mark.parametrize("upload", WAYS)
@pytest.mark.parametrize("mistake", [{"title": "x" * 256}, {"title": ""}, {"collection": 999}])
def test_a_mistake_in_the_form_leaves_no_file(
    editor: Client, monkeypatch: pytest.MonkeyPatch, upload: Any, mistake: dict[str, Any]
) -> None:
    make_image()
    make_document()
    make_collection()
    right = form
    monkeypatch.setitem(upload.__globals__, "form", lambda *a, **k: wrong(right(*a, **k), mistake))

    answer = upload(editor)

    assert answer.status_code == 200
    assert list(unused_files(youngest=dt.timedelta())) == []
    assert UploadedFile.objects.count() == 0


def make_collection() -> None:
    from wagtail.models import Collection

    Collection.get_first_root_node().add_child(name="Another, so that there is a choice")


def wrong(values: dict[str, Any], mistake: dict[str, Any]) -> dict[str, Any]:
    (name, value), *_ = mistake.items()
    return {key: value if key.endswith(name) else kept for key, kept in values.items()}


@pytest.mark.parametrize("mistake", [{"title": "x" * 256}, {"collection": 999}])
def test_who_drops_a_file_is_told_what_is_wrong(editor: Client, mistake: dict[str, Any]) -> None:
    make_collection()

    answer = editor.post(
        "/admin/documents/multiple/add/", form(paper(), field="files[]") | mistake
    ).json()

    assert answer["success"] is False
    assert answer["error_message"].startswith(
        {"title": "Title: ", "collection": "Collection: "}[next(iter(mistake))]
    )


@pytest.mark.parametrize("make", [make_image, make_document])
@pytest.mark.parametrize("outer", [transaction.atomic, scopes.transaction])
def test_a_transaction_that_is_rolled_back_leaves_no_file(make: Any, outer: Any) -> None:
    before = media()

    with pytest.raises(Refused), outer():  # noqa: PT012
        make()
        raise Refused

    assert media() == before


def test_what_is_around_a_savepoint_keeps_its_files() -> None:
    with transaction.atomic():
        kept = make_document()
        with pytest.raises(IntegrityError), transaction.atomic():
            make_document(uuid=kept.uuid)

    assert [name for name in media() if kept.uuid.hex in name] == [kept.file.name]


@OUTSIDE_OF_TRANSACTIONS
@pytest.mark.parametrize("make", [make_image, make_document])
def test_a_real_rollback_takes_the_file_and_a_real_commit_keeps_it(
    every_app: None, make: Any
) -> None:
    before = media()
    with pytest.raises(Refused), transaction.atomic():  # noqa: PT012
        make()
        raise Refused
    after_rollback = media()

    kept = make()
    after_commit = media()
    kept.delete()

    assert after_rollback == before
    assert kept.file.name in after_commit
    assert media() == before


@OUTSIDE_OF_TRANSACTIONS
def test_another_failure_after_the_commit_takes_no_file(every_app: None) -> None:
    with pytest.raises(Refused), transaction.atomic():  # noqa: PT012
        transaction.on_commit(refuse)
        kept = make_document()
    after_commit = media()
    kept.delete()

    assert kept.file.name in after_commit


def test_a_command_that_fails_leaves_no_file() -> None:
    class Import(BaseCommand):
        def handle(self, *args: Any, **options: Any) -> None:
            with transaction.atomic():
                make_image()
                raise Refused

    before = media()

    with pytest.raises(Refused):
        Import().handle()

    assert media() == before


def test_a_storage_that_fails_halfway_keeps_no_half(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Any:
            yield b"half"
            raise OSError("No space left on device")

    before = media()
    document = Document(title="X")

    with pytest.raises(OSError, match="No space left"):
        document.file.save("x.pdf", Broken(b"whole"))

    assert media() == before


@pytest.mark.parametrize("replace", [replaced_picture, replaced_document])
def test_a_replaced_file_stays_until_the_commit_and_goes_with_it(
    editor: Client, django_capture_on_commit_callbacks: Any, replace: Any
) -> None:
    make_image()
    make_document()
    before = {Image.objects.get().file.name, Document.objects.get().file.name}

    with django_capture_on_commit_callbacks() as callbacks:
        replace(editor)
        during = before <= media()
    for callback in callbacks:
        callback()

    assert during
    assert len(before & media()) == 1


def test_an_importer_that_replaces_a_file_leaves_no_orphan(
    django_capture_on_commit_callbacks: Any,
) -> None:
    make_world()
    document = make_public_document()
    former = document.file.name

    with django_capture_on_commit_callbacks(execute=True):
        document.file = ContentFile(b"new", name="new.pdf")
        document.save()

    assert former not in media()
    assert document.file.name in media()


def test_what_a_killed_process_left_is_found_and_deleted() -> None:
    image, document = make_image(), make_document()
    for name in ("images/left.jpg", "documents/old/left.pdf", "young.txt", "documents/young.pdf"):
        path = Path(settings.MEDIA_ROOT, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left")
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file() and "young" not in path.name:
            os.utime(path, (0, 0))
    listed, deleted = StringIO(), StringIO()

    call_command("unused_files", stdout=listed)
    call_command("unused_files", "--delete", stdout=deleted)

    assert (
        listed.getvalue()
        == deleted.getvalue()
        == ("documents/old/left.pdf\nimages/left.jpg\nFiles that nothing uses: 2.\n")
    )
    assert {image.file.name, document.file.name, "young.txt", "documents/young.pdf"} < media()
    assert "images/left.jpg" not in media()
