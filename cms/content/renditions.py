"""Make the named sizes of pictures beforehand, and list those that exist.

Nothing here runs for a reader: files are made when a picture is saved, by the worker, or by
`make_renditions`.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models.signals import post_save
from wagtail.images.models import Filter

from cms.content.drawing import drawing_job, preset_filter
from cms.content.media.process import DRAWING_SECONDS, DrawnFile, opened
from cms.content.types import ImageFormat, ImagePreset
from cms.publishing import scopes

if TYPE_CHECKING:
    from cms.content.models import Image, Rendition

# What Wagtail does to the original for each preset; sizes in pixels.
PRESETS: dict[ImagePreset, str] = {
    ImagePreset.AVATAR: "fill-320x320",
    ImagePreset.CARD: "fill-720x405",
    ImagePreset.CONTENT: "max-1280x2560",
    ImagePreset.HERO: "fill-1920x823",
}

_MAY_BE_TRANSPARENT = frozenset([".png", ".webp", ".gif", ".avif"])

# What tells files of the same picture apart: the filter's spec, and the mark of the focal point.
Key = tuple[str, str]


class Wanted(NamedTuple):
    """One file that a picture should have."""

    preset: ImagePreset
    format: ImageFormat
    filter: Filter

    def key(self, image: "Image") -> Key:
        """Return what the file of one picture is found by."""
        return (self.filter.spec, self.filter.get_cache_key(image))


class Looks(NamedTuple):
    """What is known of a picture once it was looked into.

    Shape: `placeholder` is a data URI of some hundred bytes; empty when the picture is transparent.
    """

    is_transparent: bool
    placeholder: str


class Prepared(NamedTuple):
    """What a picture lacks, drawn and not stored yet."""

    image: "Image"
    looks: Looks | None
    files: list[tuple[Wanted, DrawnFile]]


def wanted_files(image: "Image") -> list[Wanted]:
    """Return the files the picture should have, by preset, best format first."""
    return [
        Wanted(preset, file_format, preset_filter(operations, file_format=file_format))
        for preset, operations in PRESETS.items()
        for file_format in _formats(image)
    ]


def _formats(image: "Image") -> list[ImageFormat]:
    may_be_transparent = image.is_transparent
    if may_be_transparent is None:
        # Nobody has looked into the file yet, so its name decides.
        may_be_transparent = "." + image.file.name.rpartition(".")[2].lower() in _MAY_BE_TRANSPARENT
    first = [ImageFormat.AVIF] if settings.IMAGE_RENDITION_AVIF else []
    last = ImageFormat.PNG if may_be_transparent else ImageFormat.JPEG
    return [*first, ImageFormat.WEBP, last]


def make_presets(image: "Image") -> int:
    """Make the files that are missing, and return how many were made.

    Shape: idempotent; a second call makes nothing.
    Raises: PictureUnreadable; SourceImageIOError when the original is gone.
    """
    return keep(prepare(image))


def prepare(
    image: "Image", *, lost: Collection[Key] = (), seconds: int = DRAWING_SECONDS
) -> Prepared:
    """Draw the files that are missing or `lost`. Writes nothing, so that no writer has to wait.

    Units: seconds of processor time.
    Raises: PictureUnreadable; SourceImageIOError when the original is gone.
    """
    is_new = image.is_transparent is None
    existing = _existing(image) - set(lost)
    if not is_new and not _missing(image, existing):
        return Prepared(image, None, [])
    with image.open_file() as file, opened(file, seconds=seconds, with_looks=is_new) as picture:
        looks = None
        if is_new:
            known = picture.description
            looks = Looks(bool(known.is_transparent), known.placeholder)
            image.is_transparent, image.placeholder = looks
        jobs = [
            (wanted, drawing_job(image, wanted.filter, description=picture.description))
            for wanted in _missing(image, existing)
        ]
        files = [(wanted, picture.draw(job)) for wanted, job in jobs]
    return Prepared(image, looks, files)


def _missing(image: "Image", existing: Collection[Key]) -> list[Wanted]:
    return [wanted for wanted in wanted_files(image) if wanted.key(image) not in existing]


def _existing(image: "Image") -> set[Key]:
    return set(image.renditions.values_list("filter_spec", "focal_point_key"))


def keep(prepared: Prepared) -> int:
    """Store what was drawn, together with the public row, and return how many files that were."""
    image, looks, files = prepared
    if looks is None and not files:
        return 0
    with scopes.transaction():
        if looks is not None:
            type(image).objects.filter(pk=image.pk).update(**looks._asdict())
        for wanted, file in files:
            image.keep_rendition(wanted.filter, file=file)
        # No signal says that the picture's document changed.
        scopes.look_at(scopes.Scope(keys={f"{image.published_kind}:{image.pk}"}))
    return len(files)


def former_files(image: "Image") -> list["Rendition"]:
    """Return the files of presets, formats and focal points that are no longer wanted.

    Shape: files that the admin made for itself are not among them.
    """
    wanted = {wanted.key(image) for wanted in wanted_files(image)}
    return [
        rendition
        for rendition in image.renditions.filter(filter_spec__contains="|stripmetadata|")
        if (rendition.filter_spec, rendition.focal_point_key) not in wanted
    ]


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
        row = rows.get(wanted.key(image))
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
