"""Make again what pictures should have."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from cms.content import healing
from cms.content.healing import heal, walk
from cms.content.models import Image
from cms.content.renditions import Prepared, prepare, stored_renditions, wanted_files
from cms.publishing.reconcile import sweep
from tests.factories import make_image, picture_file
from tests.page_factories import make_page_with_files
from tests.publishing.published import changed_keys, clock, document_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_pictures")]


def files(image: Image) -> set[str]:
    return {file["file"] for kind in stored_renditions(image).values() for file in kind}


def test_sizes_that_were_never_made_are_made() -> None:
    image = make_image()
    image.renditions.all().delete()

    made = heal()

    assert made == len(wanted_files(image)) == len(files(image))
    assert heal() == 0


def test_only_a_thorough_run_finds_a_lost_file() -> None:
    image = make_image()
    lost = image.renditions.first()
    assert lost is not None
    lost.file.storage.delete(lost.file.name)

    assert heal() == 0
    assert heal(is_thorough=True) == 1

    assert all(r.file.storage.exists(r.file.name) for r in image.renditions.all())
    assert len(files(image)) == len(wanted_files(image))


def test_a_picture_without_its_original_is_passed_over_and_keeps_what_it_has() -> None:
    gone, image = make_image(), make_image()
    kept = gone.renditions.count()
    gone.file.storage.delete(gone.file.name)
    image.renditions.all().delete()

    assert heal(is_thorough=True) == len(wanted_files(image))
    assert gone.renditions.count() == kept


def test_it_ends_between_two_pictures() -> None:
    for image in (make_image(), make_image()):
        image.renditions.all().delete()
    asked: list[bool] = []

    def is_enough() -> bool:
        asked.append(True)
        return len(asked) > 1

    made = heal(is_enough=is_enough)

    assert made == len(wanted_files(Image.objects.first()))


def test_a_lost_file_is_still_there_after_the_commit(
    django_capture_on_commit_callbacks: Any,
) -> None:
    image = make_image()
    lost = image.renditions.first()
    assert lost is not None
    lost.file.storage.delete(lost.file.name)

    with django_capture_on_commit_callbacks(execute=True):
        assert heal(is_thorough=True) == 1

    assert len(files(image)) == len(wanted_files(image))
    assert [name for name in files(image) if not lost.file.storage.exists(name)] == []
    assert heal(is_thorough=True) == 0


def test_who_has_everything_is_not_published_again() -> None:
    make_image()
    before = clock()

    heal(is_thorough=True)

    assert clock() == before


def test_a_picture_from_before_gets_its_placeholder_and_is_published_with_it() -> None:
    image = make_image()
    page = make_page_with_files(image)
    Image.objects.update(is_transparent=None, placeholder="")
    sweep()
    before = clock()
    assert document_of(image)["placeholder"] is None

    made = heal()

    image.refresh_from_db()
    assert made == 0
    assert set(changed_keys(after=before)) == {f"image:{image.pk}", f"page:{page.pk}"}
    assert document_of(image)["placeholder"] == image.placeholder != ""


def test_what_was_drawn_of_a_replaced_picture_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    image = make_image()
    image.renditions.all().delete()
    replaced = Image.objects.get()
    replaced.file = picture_file(name="new.jpg", size=(48, 64))

    def prepared_too_late(image: Image, **options: Any) -> Prepared:
        drawn = prepare(image, **options)
        replaced.save()
        return drawn

    monkeypatch.setattr(healing, "prepare", prepared_too_late)

    assert heal() == 0
    assert files(image) == files(replaced)
    assert {file["height"] for file in stored_renditions(replaced)["CONTENT"]} == {64}


def test_one_broken_picture_does_not_keep_the_others_from_theirs() -> None:
    broken, image = make_image(), make_image()
    for each in (broken, image):
        each.renditions.all().delete()
    with broken.file.storage.open(broken.file.name, "wb") as file:
        file.write(b"no picture at all")

    first, second = walk()

    assert (first.pk, first.made) == (broken.pk, 0)
    assert first.problem.startswith("PictureUnreadable: UnidentifiedImageError")
    assert (second.pk, second.made, second.problem) == (image.pk, len(wanted_files(image)), "")


def test_former_files_go_and_what_the_admin_made_stays(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with override_settings(IMAGE_RENDITION_AVIF=True):
        image = make_image()
    for_the_admin = image.get_rendition("max-165x165")
    former = image.renditions.filter(filter_spec__contains="avif")
    names = [rendition.file.name for rendition in former]
    output = StringIO()

    with django_capture_on_commit_callbacks(execute=True):
        call_command("make_renditions", "--remove-former", stdout=output)

    assert len(names) == 4
    assert output.getvalue().endswith("Files removed: 4.\n")
    assert [name for name in names if image.file.storage.exists(name)] == []
    assert image.renditions.filter(pk=for_the_admin.pk).exists()
    assert len(files(image)) == len(wanted_files(image)) == 8


def test_command_looks_for_lost_files_when_told_to() -> None:
    image = make_image()
    lost = image.renditions.first()
    assert lost is not None
    lost.file.storage.delete(lost.file.name)
    output = StringIO()

    call_command("make_renditions", stdout=output)
    call_command("make_renditions", "--check-files", stdout=output)

    assert output.getvalue() == (
        "Pictures: 1. Files made: 0. Pictures that failed: 0.\n"
        "Pictures: 1. Files made: 1. Pictures that failed: 0.\n"
    )
