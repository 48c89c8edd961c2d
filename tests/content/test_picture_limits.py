"""Pictures are opened in a child process with limits, and nowhere else."""

import os
import resource
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from PIL import Image as Pixels
from PIL import ImageChops, ImageCms
from wagtail.images.forms import get_image_form

from cms.content.media import decoder, process
from cms.content.media.process import Job, PictureUnreadable, describe, opened
from cms.content.models import Image
from tests.content.test_drawing import noise, stored
from tests.factories import make_image, picture_file

pytestmark = pytest.mark.usefixtures("fresh_pictures")

MIB = 1024 * 1024
# What the web process may grow by for a picture, whatever is in it.
GROWTH_MAX_BYTES = 60 * MIB
# A part of a picture, and a small size of it.
SMALL = Job(crop=(0, 0, 32, 24), size=(16, 12), format="png")


def png(width: int, height: int, *, mode: int = 2, rows: bytes | None = None) -> bytes:
    """Return a PNG whose head names a size; its rows are all black unless given."""
    channels = {0: 1, 2: 3, 6: 4}[mode]
    packer = zlib.compressobj(9)
    row = bytes(1 + width * channels)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return _png(width, height, mode=mode, body=body if rows is None else rows)


def _png(width: int, height: int, *, mode: int, body: bytes, extra: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, mode, 0, 0, 0)
    parts = [_chunk(b"IHDR", head), extra, _chunk(b"IDAT", body), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def profile_of(size: int) -> bytes:
    """Return a colour profile that is padded to a size."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    padded = made + b"\0" * (size - len(made))
    return struct.pack(">I", len(padded)) + padded[4:]


def errors_of(content: bytes, *, name: str) -> list[str]:
    upload = SimpleUploadedFile(name, content)
    form = get_image_form(Image)({"title": "X", "tags": ""}, {"file": upload}, user=None)
    return [str(text) for text in form.errors.get("file", [])]


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "long side": ("x.png", lambda: _png(39_000_000, 1, mode=2, body=b""), "39000000 × 1"),
    "long column": ("x.png", lambda: _png(1, 39_000_000, mode=2, body=b""), "1 × 39000000"),
    "many pixels": ("x.png", lambda: _png(8000, 5001, mode=2, body=b""), "40008000"),
    "a profile of 9 MB": (
        "x.jpg",
        lambda: stored(noise(), name="x.jpg", icc_profile=profile_of(9 * MIB)).read(),
        "colour profile",
    ),
    "cut off": ("x.jpg", lambda: stored(noise(), name="x.jpg").read()[:9000], "to its end"),
    "rows missing": ("x.png", lambda: png(64, 64, rows=zlib.compress(b"\0")), "to its end"),
    "nothing": ("x.png", lambda: b"\x89PNG\r\n\x1a\n", "to its end"),
    "a drawing": ("x.png", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "to its end"),
    "PostScript": (
        "x.jpg",
        lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "its end",
    ),
    "another format": ("x.gif", lambda: stored(noise(), name="x.jpg").read(), "does not match"),
    "many frames": ("x.gif", lambda: animation(frames=50), "too many pixels"),
}


def animation(*, frames: int) -> bytes:
    target = BytesIO()
    pictures = [Pixels.new("L", (1000, 1000), shade * 5) for shade in range(frames)]
    pictures[0].save(target, "GIF", save_all=True, append_images=pictures[1:])
    return target.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_a_sentence(case: str) -> None:
    name, make, words = REFUSED[case]

    errors = errors_of(make(), name=name)

    assert len(errors) == 1
    assert words in errors[0]


ACCEPTED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "the longest side": ("x.png", lambda: png(16_000, 40)),
    "a thread": ("x.png", lambda: png(16_000, 1)),
    "one pixel": ("x.png", lambda: png(1, 1)),
    "an animation": ("x.gif", lambda: animation(frames=10)),
    "CMYK": ("x.jpg", lambda: stored(noise(mode="CMYK"), name="x.jpg").read()),
    "a large head": (
        "x.png",
        lambda: _png(
            8, 8, mode=2, body=zlib.compress(bytes(8 * 25)), extra=_chunk(b"eXIf", b"\0" * 4 * MIB)
        ),
    ),
    "a polyglot": ("x.jpg", lambda: stored(noise(), name="x.jpg").read() + b"PK\x03\x04<script>"),
    "a profile": (
        "x.jpg",
        lambda: stored(noise(), name="x.jpg", icc_profile=profile_of(MIB)).read(),
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", ACCEPTED)
def test_it_is_taken_and_every_size_of_it_drawn(case: str) -> None:
    name, make = ACCEPTED[case]

    assert errors_of(make(), name=name) == []
    image = make_image(file=ContentFile(make(), name=name))

    assert image.renditions.count() == 8


# One process opens pictures


def shut(*_args: Any, **_kwargs: Any) -> Any:
    raise AssertionError("a picture was opened in the web process")


@pytest.fixture
def without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to open any picture in this process."""
    for name in ("PIL.Image.open", "PIL.Image.frombytes", "willow.image.Image.open"):
        monkeypatch.setattr(name, shut)


@pytest.fixture
def editor(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("editor"))
    return client


def test_no_way_of_the_admin_opens_a_picture_in_the_web_process(
    editor: Client, without_pillow: None
) -> None:
    content = CONTENT
    new = {"title": "X", "collection": 1, "tags": ""}

    def upload() -> SimpleUploadedFile:
        return SimpleUploadedFile("x.jpg", content, "image/jpeg")

    answers = [
        editor.post(reverse("wagtailimages:add"), {**new, "file": upload()}),
        editor.post("/admin/images/multiple/add/", {**new, "files[]": upload()}),
        editor.post(
            reverse("wagtailimages_chooser:create"),
            {f"image-chooser-upload-{k}": v for k, v in {**new, "file": upload()}.items()},
        ),
    ]
    image = Image.objects.latest("pk")
    answers += [
        editor.post(reverse("wagtailimages:edit", args=[image.pk]), {**new, "file": upload()}),
        editor.get(reverse("wagtailimages:edit", args=[image.pk])),
        editor.get(reverse("wagtailimages:index")),
        editor.get(reverse("wagtailimages_chooser:choose")),
        editor.get(reverse("wagtailimages:preview", args=[image.pk, "width-20"])),
        editor.post(
            reverse("wagtailadmin_account"),
            {
                "name_email-first_name": "A",
                "name_email-last_name": "A",
                "name_email-email": "a@example.org",
                "theme-theme": "system",
                "theme-contrast": "system",
                "theme-density": "default",
                "avatar-avatar": upload(),
            },
        ),
    ]
    image.renditions.all().delete()
    call_command("make_renditions")
    image.get_renditions("width-20", "max-30x30")

    assert {answer.status_code for answer in answers} <= {200, 302}
    assert Image.objects.count() == 3
    assert image.renditions.count() == 10
    suggested: Any = Image.get_suggested_focal_point
    assert suggested(image) is None


CONTENT = picture_file(size=(64, 48)).read()


@pytest.mark.django_db
def test_a_picture_that_cannot_be_read_any_more_breaks_no_page(editor: Client) -> None:
    image = make_image()
    with image.file.storage.open(image.file.name, "wb") as file:
        file.write(b"no picture at all")

    answers = [
        editor.get(reverse("wagtailimages:index")),
        editor.get(reverse("wagtailimages:edit", args=[image.pk])),
        editor.get(reverse("wagtailimages:preview", args=[image.pk, "width-20"])),
        editor.get(reverse("wagtailimages:preview", args=[image.pk, "nonsense"])),
        editor.post(
            reverse("wagtailimages:edit", args=[image.pk]),
            {"title": "X", "collection": 1, "tags": "", "focal_point_x": 5, "focal_point_y": 5,
             "focal_point_width": 2, "focal_point_height": 2},
        ),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [200, 200, 404, 400, 302]


# The limits of the child


def test_the_child_is_started_and_not_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {}
    start = subprocess.Popen

    def noted(arguments: Any, **kwargs: Any) -> Any:
        options.update(kwargs)
        return start(arguments, **kwargs)

    monkeypatch.setattr(subprocess, "Popen", noted)
    monkeypatch.setattr(os, "fork", shut)

    describe(picture_file())

    assert {"preexec_fn", "shell"}.isdisjoint(options)
    assert set(options["env"]) <= {"LD_LIBRARY_PATH", "TMPDIR"}


def test_the_child_bounds_itself() -> None:
    with opened(picture_file()) as picture:
        limits = Path(f"/proc/{picture._child.pid}/limits").read_text(encoding="ascii")
        lines = {line[:25].strip(): line[25:].split()[:2] for line in limits.splitlines()}

    assert lines["Max address space"] == [str(process.MEMORY_MAX_BYTES)] * 2
    assert lines["Max cpu time"] == [str(process.DRAWING_SECONDS), str(process.DRAWING_SECONDS + 1)]
    assert lines["Max core file size"][0] == "0"


def test_a_picture_that_needs_more_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MEMORY_MAX_BYTES", 150 * MIB)

    with pytest.raises(PictureUnreadable) as refused:
        describe(ContentFile(png(6300, 6300, mode=6)))

    assert refused.value.messages == [str(process.TOO_HEAVY)]


def test_a_picture_that_takes_longer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = Path(__file__).with_name("endless_decoder.py")
    monkeypatch.setattr(process, "PROGRAM", endless)
    monkeypatch.setattr(process, "CHECKING_SECONDS", 1)

    with pytest.raises(PictureUnreadable) as refused:
        describe(picture_file())

    assert refused.value.messages == [str(process.TOO_HEAVY)]
    assert "decoder ended" in str(refused.value)


def test_one_picture_is_decoded_at_a_time() -> None:
    turn = process._turn()

    with opened(picture_file()) as picture:
        (held,) = [
            line for line in Path("/proc/locks").read_text().splitlines() if _is_our_lock(line)
        ]
        assert "WRITE" in held
        assert picture.draw(SMALL).dimensions == (16, 12)

    with turn:
        assert process.describe is describe


def _is_our_lock(line: str) -> bool:
    path = process.turn_file()
    return (
        "FLOCK" in line
        and line.split()[5].endswith(f":{path.stat().st_ino}")
        and (line.split()[4] == str(os.getpid()))
    )


def test_nothing_of_a_picture_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with opened(picture_file()) as picture:
        child = picture._child
        picture.draw(SMALL)
    with pytest.raises(PictureUnreadable):
        describe(ContentFile(b"no picture"))

    assert child.returncode is not None
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


# The memory of the web process


def peak_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


HEAVY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "long": ("x.png", lambda: _png(39_000_000, 1, mode=2, body=zlib.compress(bytes(117_000_001)))),
    "large": ("x.png", lambda: png(6300, 6300)),
    "transparent": ("x.png", lambda: png(6300, 6300, mode=6)),
    "profile": (
        "x.jpg",
        lambda: stored(noise(), name="x.jpg", icc_profile=profile_of(9 * MIB)).read(),
    ),
    "animated": ("x.gif", lambda: animation(frames=39)),
}


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="needs Linux")
@pytest.mark.parametrize("case", HEAVY)
def test_the_web_process_does_not_grow_with_a_picture(editor: Client, case: str) -> None:
    name, make = HEAVY[case]
    content = make()
    # What the first upload loads stays.
    editor.get(reverse("wagtailimages:add"))
    make_image()
    upload = SimpleUploadedFile(name, content, "image/png")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = resident_bytes()

    editor.post(reverse("wagtailimages:add"), {"title": "X", "collection": 1, "file": upload})

    assert peak_bytes() - before <= GROWTH_MAX_BYTES


# What is drawn


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "LA", "P"])
def test_no_file_carries_a_profile(mode: str) -> None:
    name = "x.jpg" if mode in {"RGB", "L"} else "x.png"
    image = make_image(
        file=stored(noise(mode=mode), name=name, icc_profile=profile_of(MIB)),
    )
    sizes = [row.file.size for row in image.renditions.all()]
    with override_settings(IMAGE_RENDITION_AVIF=True):
        call_command("make_renditions")

    for row in image.renditions.all():
        with row.open_file() as file, Pixels.open(file) as picture:
            assert "icc_profile" not in picture.info
    assert max(sizes) < MIB


def test_colours_of_a_profile_become_those_of_srgb() -> None:
    wide = Pixels.new("RGB", (64, 48), (0, 255, 0))
    swapped = swapped_profile()
    with opened(stored(wide, name="x.png", icc_profile=swapped)) as picture:
        drawn = Pixels.open(BytesIO(picture.draw(SMALL).read())).convert("RGB")

    red, green, _blue = drawn.getpixel((3, 3))  # type: ignore[misc]
    assert red > 200 > 100 > green


def swapped_profile() -> bytes:
    """Return the profile sRGB with red and green in each other's place."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for entry in range(struct.unpack(">I", made[128:132])[0]):
        at = 132 + entry * 12
        name = bytes(made[at : at + 4])
        made[at : at + 4] = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}.get(name, name)
    return bytes(made)


def test_a_broken_profile_is_left_away() -> None:
    with opened(stored(noise(), name="x.jpg", icc_profile=b"no profile" * 20)) as picture:
        assert picture.draw(SMALL).dimensions == (16, 12)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "CMYK"])
def test_a_large_picture_is_drawn_from_half_of_it_and_looks_the_same(mode: str) -> None:
    picture = Pixels.radial_gradient("L").resize((4000, 3000)).convert(mode)
    large = decoder.Decoded.__new__(decoder.Decoded)
    large.pixels, large._scaled, large._half = picture, {}, None

    halved = large._in_size([0, 0, 4000, 3000], [400, 300])
    whole = decoder.scaled(picture.copy(), crop=[0, 0, 4000, 3000], size=[400, 300])

    assert halved.size == whole.size == (400, 300)
    difference = ImageChops.difference(halved.convert("L"), whole.convert("L"))
    brightest: Any = difference.getextrema()[1]
    assert brightest <= 3


@pytest.mark.django_db
def test_an_edit_that_brings_no_file_opens_no_picture(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = make_image()
    image.get_renditions("max-800x600", "original")
    monkeypatch.setattr(subprocess, "Popen", shut)

    answer = editor.post(
        reverse("wagtailimages:edit", args=[image.pk]),
        {"title": "Another", "collection": 1, "tags": ""},
    )

    image.refresh_from_db()
    assert (answer.status_code, image.title) == (302, "Another")
    assert (image.width, image.height) == (64, 48)
