"""Say how the files of a picture are drawn; the child process of `cms.content.media` does it.

The sizes and crops are Wagtail's, so a file drawn here is the file that Wagtail would have drawn; only
AVIF is written with less effort, and colours are those of sRGB.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from wagtail.images.models import Filter

from cms.content.media.process import Description, Job
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
# What Wagtail's own filter writes where a filter does not say: browsers show all of these.
_WRITTEN_AS = {"jpeg": "jpeg", "avif": "png", "gif": "png", "png": "png", "webp": "png"}
_QUALITY = {"jpeg": 76, "webp": 80, "avif": 61}


def preset_filter(operations: str, *, file_format: ImageFormat) -> Filter:
    """Return the filter of one named size in one format."""
    return Filter(spec=f"{operations}|stripmetadata|{FORMATS[file_format]}")


def drawing_job(image: "Image", image_filter: Filter, *, description: Description) -> Job:
    """Return what to draw for a filter.

    Raises: wagtail's InvalidFilterSpecError for a filter that there is not.
    """
    transform = image_filter.get_transform(image, description.upright)
    left, top, right, bottom = transform.get_rect().round()
    said: dict[str, Any] = {}
    background = _Background()
    for operation in image_filter.filter_operations:
        operation.run(background, image, said)
    written_as = said.get("output-format") or _written_as(description)
    return Job(
        crop=(int(left), int(top), int(right), int(bottom)),
        size=(int(transform.size[0]), int(transform.size[1])),
        format=written_as,
        quality=said.get(f"{written_as}-quality") or _quality(written_as),
        is_lossless="lossless" in said.get("output-format-options", ()),
        background=background.colour,
    )


def _written_as(description: Description) -> str:
    conversions = getattr(settings, "WAGTAILIMAGES_FORMAT_CONVERSIONS", {})
    name = description.format.lower()
    written_as: str = conversions.get(name, _WRITTEN_AS[name])
    return written_as


def _quality(written_as: str) -> int:
    name = f"WAGTAILIMAGES_{written_as.upper()}_QUALITY"
    return int(getattr(settings, name, _QUALITY.get(written_as, 0)))


class _Background:
    """Be the picture for a filter's operations, and remember the background they ask for."""

    def __init__(self) -> None:
        self.colour: tuple[int, int, int] | None = None
        # Where an operation looks for metadata to take away.
        self.info: dict[str, Any] = {}
        self.image = self

    def set_background_color_rgb(self, colour: tuple[int, int, int]) -> None:
        """Remember the colour."""
        self.colour = colour
