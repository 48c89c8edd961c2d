"""Make the named sizes of pictures beforehand, and list those that exist.

Nothing here runs for a reader: files are made when a picture is saved or by `make_renditions`.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models.signals import post_save
from wagtail.images.models import Filter

from cms.content.types import ImageFormat, ImagePreset
from cms.publishing import scopes

if TYPE_CHECKING:
    from cms.content.models import Image

# What Wagtail does to the original for each preset; sizes in pixels.
PRESETS: dict[ImagePreset, str] = {
    ImagePreset.AVATAR: "fill-320x320",
    ImagePreset.CARD: "fill-720x405",
    ImagePreset.CONTENT: "max-1280x2560",
    ImagePreset.HERO: "fill-1920x823",
}

# How each format is written. AVIF files are the smallest but take seconds of CPU each, so they are
# made only where the setting IMAGE_RENDITION_AVIF is on.
FORMATS: dict[ImageFormat, str] = {
    ImageFormat.AVIF: "format-avif|avifquality-60",
    ImageFormat.WEBP: "format-webp|webpquality-80",
    ImageFormat.JPEG: "format-jpeg|jpegquality-82",
    ImageFormat.PNG: "format-png",
}

_MAY_BE_TRANSPARENT = frozenset([".png", ".webp", ".gif", ".avif"])


class Wanted(NamedTuple):
    """One file that a picture should have."""

    preset: ImagePreset
    format: ImageFormat
    filter: Filter


def wanted_files(image: "Image") -> list[Wanted]:
    """Return the files the picture should have, by preset, best format first."""
    return [
        Wanted(
            preset,
            file_format,
            Filter(spec=f"{operations}|stripmetadata|{FORMATS[file_format]}"),
        )
        for preset, operations in PRESETS.items()
        for file_format in _formats(image)
    ]


def _formats(image: "Image") -> list[ImageFormat]:
    # The name decides, because looking into the file would cost a download from object storage.
    extension = "." + image.file.name.rpartition(".")[2].lower()
    last = ImageFormat.PNG if extension in _MAY_BE_TRANSPARENT else ImageFormat.JPEG
    first = [ImageFormat.AVIF] if getattr(settings, "IMAGE_RENDITION_AVIF", False) else []
    return [*first, ImageFormat.WEBP, last]


def make_presets(image: "Image") -> int:
    """Make the files that are missing, and return how many were made.

    Shape: idempotent; a second call makes nothing.
    """
    existing = set(image.renditions.values_list("filter_spec", "focal_point_key"))
    missing = [
        wanted.filter
        for wanted in wanted_files(image)
        if (wanted.filter.spec, wanted.filter.get_cache_key(image)) not in existing
    ]
    if missing:
        _make(image, filters=missing)
        # No signal says that the picture's document changed.
        scopes.look_at(scopes.Scope(keys={f"{image.published_kind}:{image.pk}"}))
    return len(missing)


def _make(image: "Image", *, filters: list[Filter]) -> None:
    with image.open_file() as original:
        content = original.read()
    # Not get_rendition(), which also writes each row to the cache, nor create_renditions(), which
    # unpacks a big picture in memory three times at once.
    for image_filter in filters:
        image.create_rendition(image_filter, source=ContentFile(content, name=image.file.name))


def stored_renditions(image: "Image") -> dict[str, list[dict[str, Any]]]:
    """Return the files made beforehand. Reads rows and makes nothing.

    Shape: preset → [{format, file, width, height}], presets in their order, best format first.
           `file` is a storage name. A preset without a file is left out.
    Units: pixels.
    """
    rows = {
        (row["filter_spec"], row["focal_point_key"]): row
        for row in image.renditions.values(
            "filter_spec", "focal_point_key", "file", "width", "height"
        )
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for wanted in wanted_files(image):
        row = rows.get((wanted.filter.spec, wanted.filter.get_cache_key(image)))
        if row is not None:
            found.setdefault(wanted.preset.value, []).append(
                {
                    "format": wanted.format.value,
                    "file": row["file"],
                    "width": row["width"],
                    "height": row["height"],
                }
            )
    return found


def connect() -> None:
    """Make the presets of every picture that is saved."""
    from cms.content.models import Image

    post_save.connect(_on_image_saved, sender=Image, dispatch_uid="content.make_presets")


def _on_image_saved(sender: type[Any], instance: "Image", raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        make_presets(instance)
