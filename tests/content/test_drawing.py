"""What the files of a picture look like."""

import base64
import subprocess
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from PIL import Image as Pixels
from PIL import ImageChops
from wagtail.images.forms import get_image_form
from wagtail.images.models import Filter

from cms.content.models import Image
from cms.content.renditions import stored_renditions, wanted_files
from tests.factories import make_image, picture_file, transparent_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_pictures")]

RED, BLUE = (220, 20, 20), (20, 20, 220)


def noise(*, mode: str = "RGB", size: tuple[int, int] = (640, 480)) -> Pixels.Image:
    return Pixels.merge("RGB", [Pixels.effect_noise(size, 100) for _ in range(3)]).convert(mode)


def stored(picture: Pixels.Image, *, name: str, **options: Any) -> ContentFile:
    target = BytesIO()
    kind = {"jpg": "JPEG", "tif": "TIFF"}.get(name[-3:], name.rpartition(".")[2].upper())
    picture.save(target, kind, **options)
    return ContentFile(target.getvalue(), name=name)


def drawn(image: Image, name: str) -> Pixels.Image:
    with image.file.storage.open(name) as file:
        return Pixels.open(BytesIO(file.read()))


def pixels(image: Image) -> dict[str, Pixels.Image]:
    return {
        preset: drawn(image, files[-1]["file"]).convert("RGB")
        for preset, files in stored_renditions(image).items()
    }


def turned() -> Pixels.Exif:
    exif = Pixels.Exif()
    exif[0x0112] = 6
    return exif


@pytest.mark.parametrize(
    "file",
    [
        stored(noise(), name="photo.jpg", exif=turned()),
        stored(noise(mode="CMYK"), name="print.jpg"),
        stored(noise(mode="P"), name="palette.gif"),
        transparent_file(),
    ],
    ids=["turned", "cmyk", "palette", "transparent"],
)
def test_files_are_those_that_wagtail_would_make(file: ContentFile) -> None:
    image = make_image(
        file=file, focal_point_x=60, focal_point_y=40, focal_point_width=9, focal_point_height=9
    )

    for wanted in wanted_files(image):
        spec, mark = wanted.key(image)
        with image.renditions.get(filter_spec=spec, focal_point_key=mark).open_file() as ours:
            theirs = BytesIO()
            Filter(spec=spec).run(image, theirs)
            assert ours.read() == theirs.getvalue()


@override_settings(IMAGE_RENDITION_AVIF=True)
@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("1", "x.png"),
        ("L", "x.png"),
        ("LA", "x.png"),
        ("P", "x.png"),
        ("RGBA", "x.webp"),
        ("I;16", "x.png"),
        ("CMYK", "x.jpg"),
        ("L", "x.jpg"),
        ("P", "x.gif"),
        ("RGB", "x.avif"),
    ],
)
def test_whatever_can_be_uploaded_has_every_file(mode: str, name: str) -> None:
    picture = noise(mode="L").convert("I;16") if mode == "I;16" else noise(mode=mode)
    image = make_image(file=stored(picture, name=name))

    found = stored_renditions(image)

    assert {preset: [file["format"] for file in files] for preset, files in found.items()} == {
        preset: ["AVIF", "WEBP", "JPEG"] for preset in ("AVATAR", "CARD", "CONTENT", "HERO")
    }
    for files in found.values():
        for file in files:
            made = drawn(image, file["file"])
            assert (made.format, made.size) == (file["format"], (file["width"], file["height"]))


def test_sixteen_bits_a_channel_become_eight_and_keep_their_light() -> None:
    grey = Pixels.new("I;16", (400, 300), 128 * 256)

    image = make_image(file=stored(grey, name="grey.png"))

    for made in pixels(image).values():
        darkest, brightest = made.convert("L").getextrema()
        assert (darkest, brightest) == (128, 128)


def test_a_picture_is_decoded_twice_and_never_again(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[Any] = []
    started = subprocess.Popen

    def counted(*args: Any, **options: Any) -> Any:
        decoded.append(args)
        return started(*args, **options)

    monkeypatch.setattr("cms.content.media.process.subprocess.Popen", counted)

    image = make_image()
    image.save()

    # To see whether it is whole, and to draw its files.
    assert len(decoded) == 2


def reds(picture: Pixels.Image) -> int:
    red, _green, blue = picture.split()
    bright = red.point(lambda value: 255 if value > 150 else 0)
    dark = blue.point(lambda value: 255 if value < 150 else 0)
    return ImageChops.darker(bright, dark).histogram()[255]


@pytest.mark.parametrize("corner", [(0, 0), (1180, 0), (0, 880), (1180, 880)])
def test_every_crop_keeps_the_focal_point_in_sight(corner: tuple[int, int]) -> None:
    x, y = corner
    picture = Pixels.new("RGB", (1200, 900), BLUE)
    picture.paste(RED, (x, y, x + 20, y + 20))
    file = stored(picture, name="corner.png")
    image = make_image(file=file)
    without = {preset: reds(made) for preset, made in pixels(image).items()}

    image.focal_point_x, image.focal_point_y = x + 10, y + 10
    image.focal_point_width = image.focal_point_height = 20
    image.save()

    assert (without["AVATAR"], without["CARD"], without["HERO"]) == (0, 0, 0)
    assert [preset for preset, made in pixels(image).items() if reds(made) == 0] == []


def test_an_opaque_png_falls_back_to_jpeg_and_a_transparent_one_does_not() -> None:
    opaque = make_image(file=picture_file(name="photo.png"))
    transparent = make_image(file=transparent_file())

    assert {files[-1]["format"] for files in stored_renditions(opaque).values()} == {"JPEG"}
    assert {files[-1]["format"] for files in stored_renditions(transparent).values()} == {"PNG"}
    assert (opaque.is_transparent, transparent.is_transparent) == (False, True)


def test_the_placeholder_is_a_small_picture_of_the_same_shape() -> None:
    image = make_image(file=stored(noise(size=(1600, 900)), name="noise.jpg"))

    head, _, data = image.placeholder.partition(",")
    small = Pixels.open(BytesIO(base64.b64decode(data)))

    assert head == "data:image/webp;base64"
    assert (small.format, small.size) == ("WEBP", (32, 18))
    assert len(image.placeholder) <= 500
    image.refresh_from_db()
    assert image.placeholder.startswith(head)


def test_the_placeholder_is_upright_and_shows_the_colours() -> None:
    picture = Pixels.new("RGB", (800, 400), BLUE)
    picture.paste(RED, (0, 0, 400, 400))
    image = make_image(file=stored(picture, name="halves.jpg", exif=turned()))

    small = Pixels.open(BytesIO(base64.b64decode(image.placeholder.partition(",")[2])))

    assert small.size == (16, 32)
    assert reds(small.convert("RGB").crop((0, 0, 16, 12))) == 16 * 12
    assert reds(small.convert("RGB").crop((0, 20, 16, 32))) == 0


def test_a_transparent_picture_has_no_placeholder_to_shine_through() -> None:
    assert make_image(file=transparent_file()).stated_placeholder is None


def test_a_new_file_has_a_new_placeholder() -> None:
    image = make_image(file=picture_file())
    before = image.placeholder
    image.file = stored(noise(), name="noise.png")

    image.save()

    assert before != image.placeholder != ""


def test_a_picture_that_was_cut_off_is_refused() -> None:
    whole = stored(noise(), name="cut.jpg").read()
    answers = {}
    for name, content in (("whole", whole), ("cut", whole[: len(whole) // 2])):
        upload = SimpleUploadedFile("cut.jpg", content, "image/jpeg")
        form = get_image_form(Image)({"title": "X", "tags": ""}, {"file": upload}, user=None)
        answers[name] = dict(form.errors).get("file")

    assert answers["whole"] is None
    assert answers["cut"] == [
        "This picture cannot be read to its end. It may have been cut off on its way here."
    ]
