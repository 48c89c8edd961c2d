"""Pictures, their presets, and documents."""

import hashlib
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import override_settings
from PIL import Image as Pixels
from PIL.TiffImagePlugin import IFDRational
from wagtail.documents.forms import get_document_form
from wagtail.images.forms import get_image_form

from cms.content.models import Document, Image
from cms.content.models.images import FocalPointValue
from cms.content.renditions import make_presets, stored_renditions
from tests.factories import make_document, make_image, picture_file, transparent_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_pictures")]

PRESETS = ["AVATAR", "CARD", "CONTENT", "HERO"]


def shapes(image: Image) -> dict[str, list[tuple[str, int, int]]]:
    return {
        preset: [(file["format"], file["width"], file["height"]) for file in files]
        for preset, files in stored_renditions(image).items()
    }


def test_presets_are_made_when_a_picture_is_saved() -> None:
    image = make_image(file=picture_file(size=(2400, 1600)))

    assert shapes(image) == {
        "AVATAR": [("WEBP", 320, 320), ("JPEG", 320, 320)],
        "CARD": [("WEBP", 720, 405), ("JPEG", 720, 405)],
        "CONTENT": [("WEBP", 1280, 853), ("JPEG", 1280, 853)],
        "HERO": [("WEBP", 1920, 823), ("JPEG", 1920, 823)],
    }


def test_a_transparent_picture_falls_back_to_png() -> None:
    image = make_image(file=transparent_file())

    assert {preset: [name for name, *_ in files] for preset, files in shapes(image).items()} == {
        preset: ["WEBP", "PNG"] for preset in PRESETS
    }
    with image.renditions.get(file=stored_renditions(image)["CARD"][1]["file"]).open_file() as file:
        assert Pixels.open(file).mode == "RGBA"


@override_settings(IMAGE_RENDITION_AVIF=True)
def test_avif_is_made_where_it_is_switched_on() -> None:
    image = make_image()

    assert [name for name, *_ in shapes(image)["CARD"]] == ["AVIF", "WEBP", "JPEG"]


def test_presets_are_made_once() -> None:
    image = make_image()
    files = sorted(image.renditions.values_list("file", flat=True))

    made = make_presets(image)
    image.save()

    assert made == 0
    assert sorted(image.renditions.values_list("file", flat=True)) == files
    assert len(files) == 8


def test_a_new_focal_point_makes_the_crops_again_and_keeps_the_rest() -> None:
    image = make_image()
    before = stored_renditions(image)
    image.focal_point_x, image.focal_point_y = 10, 10
    image.focal_point_width, image.focal_point_height = 4, 4

    image.save()

    after = stored_renditions(image)
    changed = {preset for preset in PRESETS if before[preset] != after[preset]}
    assert changed == {"AVATAR", "CARD", "HERO"}


def test_reading_presets_makes_none() -> None:
    image = make_image()
    image.renditions.all().delete()

    assert stored_renditions(image) == {}
    assert image.renditions.count() == 0


def test_a_new_file_drops_what_was_made_of_the_old_one() -> None:
    image = make_image(file=picture_file(size=(64, 48)))
    image.file = picture_file(size=(48, 64))

    image.save()

    assert image.renditions.count() == 8
    assert shapes(image)["CONTENT"] == [("WEBP", 48, 64), ("JPEG", 48, 64)]
    assert image.file_size == image.file.size


def test_replacing_a_file_in_the_admin_keeps_the_new_presets(
    django_capture_on_commit_callbacks: Any,
) -> None:
    image = make_image(file=picture_file(size=(64, 48)))
    old_name, storage = image.file.name, image.file.storage
    upload = SimpleUploadedFile("new.jpg", picture_file(size=(48, 64)).read(), "image/jpeg")
    data = {"title": "New", "collection": image.collection_id, "tags": ""}
    form = get_image_form(Image)(data, {"file": upload}, instance=image, user=None)
    assert form.is_valid(), form.errors

    with django_capture_on_commit_callbacks(execute=True):
        form.save()
        assert storage.exists(old_name)

    assert not storage.exists(old_name)
    assert shapes(image)["CONTENT"] == [("WEBP", 48, 64), ("JPEG", 48, 64)]


def test_what_the_camera_wrote_is_not_given_out() -> None:
    exif = Pixels.Exif()
    exif[0x010F] = "canary-camera"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (IFDRational(42), IFDRational(41), IFDRational(0))
    source = picture_file(size=(800, 600), exif=exif, comment=b"canary-comment")
    assert b"canary-camera" in source.read()
    source.seek(0)

    image = make_image(file=source)

    for rendition in image.renditions.all():
        with rendition.open_file() as file:
            content = file.read()
        assert b"canary" not in content
        assert dict(Pixels.open(BytesIO(content)).getexif()) == {}


def test_drawings_in_svg_are_refused() -> None:
    upload = SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg")
    form = get_image_form(Image)({"title": "X", "tags": ""}, {"file": upload}, user=None)

    assert list(form.errors) == ["file"]


@override_settings(WAGTAILIMAGES_MAX_IMAGE_PIXELS=3000)
def test_pictures_with_too_many_pixels_are_refused() -> None:
    upload = SimpleUploadedFile("x.jpg", picture_file(size=(64, 48)).read(), "image/jpeg")
    form = get_image_form(Image)({"title": "X", "tags": ""}, {"file": upload}, user=None)

    assert "file" in form.errors


def test_command_makes_what_is_missing_and_says_so() -> None:
    image = make_image()
    image.renditions.all().delete()
    first, second = StringIO(), StringIO()

    call_command("make_renditions", stdout=first)
    call_command("make_renditions", stdout=second)

    assert first.getvalue() == "Pictures: 1. Files made: 8. Pictures that failed: 0.\n"
    assert second.getvalue() == "Pictures: 1. Files made: 0. Pictures that failed: 0.\n"


def test_command_goes_on_after_a_picture_without_a_file() -> None:
    lost = make_image(title="Lost")
    lost.renditions.all().delete()
    lost.file.storage.delete(lost.file.name)
    good = make_image(file=picture_file(name="another.jpg"))
    good.renditions.all().delete()
    output, errors = StringIO(), StringIO()

    call_command("make_renditions", stdout=output, stderr=errors)

    assert output.getvalue() == "Pictures: 2. Files made: 8. Pictures that failed: 1.\n"
    assert errors.getvalue().startswith(f"{lost.pk} Lost: ")


def test_focal_point_is_relative_to_the_size() -> None:
    image = make_image(file=picture_file(size=(64, 48)), focal_point_x=16, focal_point_y=36)

    assert image.focal_point_value == FocalPointValue(0.25, 0.75)
    assert make_image().focal_point_value is None


def test_picture_offers_a_text_in_each_language() -> None:
    image = make_image(title="IMG_1", default_alt_en="A bridge", default_alt_bg="Мост")

    assert image.default_alt(language="en") == "A bridge"
    assert image.default_alt(language="bg") == "Мост"
    assert image.default_alt(language="de") == ""
    assert image.default_alt_text == "A bridge"
    assert make_image(title="IMG_2").default_alt_text == "IMG_2"


def test_document_is_measured_whoever_brings_it() -> None:
    document = make_document(name="Report.PDF", content=b"one")

    assert document.file_size == 3
    assert document.checksum == hashlib.sha256(b"one").hexdigest()
    assert document.lower_file_extension == "pdf"
    assert document.stored_file_name.startswith("documents/")
    assert document.stated_language is None


def test_document_replaced_in_the_admin_is_measured_again() -> None:
    document = make_document(content=b"one")
    data = {"title": "T", "collection": document.collection_id, "tags": "", "language": "bg"}
    upload = SimpleUploadedFile("two.pdf", b"three", "application/pdf")
    form = get_document_form(Document)(data, {"file": upload}, instance=document, user=None)
    assert form.is_valid(), form.errors

    form.save()

    document.refresh_from_db()
    assert document.checksum == hashlib.sha256(b"three").hexdigest()
    assert document.file_size == 5
    assert document.stated_language == "bg"


@pytest.mark.django_db
def test_no_file_of_a_picture_is_hidden_in_the_storage() -> None:
    image = make_image()

    names = [PurePosixPath(row.file.name).name for row in image.renditions.all()]

    assert names
    assert [name for name in names if name.startswith(".")] == []
