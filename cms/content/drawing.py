"""Draw the files of a picture: the original is unpacked once, and each size is scaled once.

Wagtail's own filter unpacks and scales for every file. The sizes and crops are Wagtail's, so a file
drawn here is the file that Wagtail would have drawn; only AVIF is written with less effort.
"""

import base64
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.files.base import File
from PIL import Image as Pillow
from PIL import ImageOps
from wagtail.images.models import Filter
from willow.image import AvifImageFile  # type: ignore[import-untyped]
from willow.plugins.pillow import PillowImage  # type: ignore[import-untyped]

from cms.content.types import ImageFormat

if TYPE_CHECKING:
    from cms.content.models import Image

# How each format is written; `wanted_files` puts it into the name by which a file is known.
FORMATS: dict[ImageFormat, str] = {
    ImageFormat.AVIF: "format-avif|avifquality-60",
    ImageFormat.WEBP: "format-webp|webpquality-80",
    ImageFormat.JPEG: "format-jpeg|jpegquality-82",
    ImageFormat.PNG: "format-png",
}
# ADR 0039: a quarter of the usual effort's time, for files a few per cent bigger.
AVIF_SPEED = 8
AVIF_QUALITY, WEBP_QUALITY, JPEG_QUALITY = 60, 80, 82
PLACEHOLDER_PIXELS = 32
PLACEHOLDER_QUALITY = 40


class PictureUnreadable(Exception):
    """Say that a file is not a whole picture."""


class Looks(NamedTuple):
    """What is known of a picture once it was looked into.

    Shape: `placeholder` is a data URI of some hundred bytes; empty when the picture is transparent.
    """

    is_transparent: bool
    placeholder: str


class Original:
    """Hold the unpacked original of one picture, for as long as files are drawn of it."""

    def __init__(self, image: "Image") -> None:
        """Read nothing yet."""
        self._image = image
        self._scaled: dict[str, PillowImage] = {}

    @cached_property
    def pixels(self) -> Pillow.Image:
        """Return the picture, upright.

        Raises: PictureUnreadable; SourceImageIOError when there is no file.
        """
        with self._image.open_file() as file:
            return unpacked(file)

    @cached_property
    def looks(self) -> Looks:
        """Return what must be known before the files are chosen."""
        is_transparent = _is_transparent(self.pixels)
        return Looks(is_transparent, "" if is_transparent else _placeholder(self.pixels))

    def draw(self, image_filter: "PresetFilter") -> File:
        """Return one file, not stored yet, with the name Wagtail gives it."""
        # Asked for first: Wagtail leaves its temporary file open when it cannot be written.
        self.pixels.load()
        file: File = self._image.generate_rendition_file(image_filter.of(self))
        return file

    def scaled(self, operations: str) -> PillowImage:
        """Return the picture in one size; the last one is kept for the next format."""
        if operations not in self._scaled:
            self._scaled = {operations: self._scale(operations)}
        return self._scaled[operations]

    def _scale(self, operations: str) -> PillowImage:
        size = Filter(spec=f"{operations}|stripmetadata")
        picture = PillowImage(self.pixels)
        transform = size.get_transform(self._image, self.pixels.size)
        picture = picture.crop(transform.get_rect().round()).resize(transform.size)
        for operation in size.filter_operations:
            picture = operation.run(picture, self._image, {}) or picture
        return picture


class PresetFilter(Filter):
    """Be a Wagtail filter that takes its pixels from an `Original`."""

    def __init__(self, *, operations: str, file_format: ImageFormat) -> None:
        """Name one size and one format."""
        super().__init__(spec=f"{operations}|stripmetadata|{FORMATS[file_format]}")
        self._operations, self._format = operations, file_format
        self._original: Original | None = None

    def of(self, original: Original) -> "PresetFilter":
        """Return the same filter for one original."""
        bound = PresetFilter(operations=self._operations, file_format=self._format)
        bound._original = original
        return bound

    def run(self, image: Any, output: Any, source: Any = None) -> Any:
        """Write one file; without an original at hand as Wagtail does."""
        if self._original is None:
            return super().run(image, output, source=source)
        return _written(self._original.scaled(self._operations), output, self._format)


def _written(picture: PillowImage, output: Any, file_format: ImageFormat) -> Any:
    if file_format is ImageFormat.AVIF:
        return _written_as_avif(picture, output)
    if file_format is ImageFormat.WEBP:
        return picture.save_as_webp(output, quality=WEBP_QUALITY)
    if file_format is ImageFormat.PNG:
        return picture.save_as_png(output, optimize=True)
    if picture.has_alpha():
        picture = picture.set_background_color_rgb((255, 255, 255))
    return picture.save_as_jpeg(output, quality=JPEG_QUALITY, progressive=True, optimize=True)


def _written_as_avif(picture: PillowImage, output: Any) -> Any:
    # Willow has no word for the effort.
    pixels = picture.image
    if pixels.mode == "CMYK":
        pixels = picture.transform_colorspace_to_srgb().image
    pixels.save(
        output,
        "AVIF",
        quality=AVIF_QUALITY,
        speed=AVIF_SPEED,
        icc_profile=pixels.info.get("icc_profile"),
    )
    return AvifImageFile(output)


def unpacked(file: Any) -> Pillow.Image:
    """Return the whole picture in a file, upright, with eight bits a channel.

    Raises: PictureUnreadable.
    """
    try:
        file.seek(0)
        picture = Pillow.open(file)
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        return _in_eight_bits(picture)
    except Exception as error:  # Decoders raise whatever they stumble upon.
        raise PictureUnreadable(f"{type(error).__name__}: {error}") from error


def _in_eight_bits(picture: Pillow.Image) -> Pillow.Image:
    # JPEG, WebP and AVIF take no more, and Pillow cuts brighter values off instead of scaling them.
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.convert("I").point([value / 256 for value in range(65536)], "L")
    return picture.convert("L") if picture.mode == "F" else picture


def _is_transparent(picture: Pillow.Image) -> bool:
    if not picture.has_transparency_data:
        return False
    # Counted by value: the first 255 are those that let something shine through.
    return any(picture.convert("RGBA").getchannel("A").histogram()[:255])


def _placeholder(picture: Pillow.Image) -> str:
    # thumbnail() would copy the whole picture first.
    longest = max(picture.size)
    width, height = (max(1, side * PLACEHOLDER_PIXELS // longest) for side in picture.size)
    plain = picture if picture.mode in {"RGB", "L"} else picture.convert("RGB")
    small = plain.resize((width, height), reducing_gap=2.0)
    target = BytesIO()
    small.convert("RGB").save(target, "WEBP", quality=PLACEHOLDER_QUALITY, method=6)
    return "data:image/webp;base64," + base64.b64encode(target.getvalue()).decode()
