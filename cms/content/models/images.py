"""Hold the pictures that editors upload, and the files made of them."""

import uuid
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar, NamedTuple

import graphene
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    SourceImageIOError,
    get_rendition_storage,
    get_rendition_upload_to,
    get_upload_to,
)

from cms.content.drawing import drawing_job
from cms.content.media.process import DrawnFile, PictureUnreadable, opened
from cms.content.models.files import delete_replaced, is_stored, uploaded_name_column, uploader
from cms.content.models.pictures import MeasuredOnce, PictureFileField
from cms.content.sources import StatedText
from cms.publishing import exposure, scopes
from cms.publishing.protocols import Columns, WithdrawalReason, public_id
from cms.publishing.together import PublishedTogether
from cms.storage import own_name

# How much of a filter stands in the name of a file.
_SIZE_LENGTH = 40


class FocalPointValue(NamedTuple):
    """The point of a picture that must stay in sight, as fractions of its width and height."""

    x: float
    y: float


class FocalPoint(graphene.ObjectType):
    """Where to look in a picture."""

    class Meta:
        description = "The point of a picture that must stay in sight when it is cropped."

    x = graphene.Float(required=True, description="Distance from the left, 0 to 1 of the width.")
    y = graphene.Float(required=True, description="Distance from the top, 0 to 1 of the height.")


class Image(PublishedTogether, MeasuredOnce, AbstractImage):
    """A picture with its rights and the texts it is usually shown with."""

    published_kind: ClassVar[str] = "image"
    published_conditions: ClassVar[dict[str, WithdrawalReason]] = {}
    published_relations: ClassVar[tuple[str, ...]] = ("renditions",)
    graphql_description = "A picture, given out in named sizes only."

    file: Any = PictureFileField(
        verbose_name=_("file"),
        upload_to=get_upload_to,
        width_field="width",
        height_field="height",
    )
    uploaded_name = uploaded_name_column()
    uploaded_by_user = uploader()
    tags = TaggableManager(
        verbose_name=_("tags"), blank=True, help_text=None, related_name="content_images"
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    credit = models.CharField(
        _("credit"), max_length=255, blank=True, help_text=_("Who made it; shown with the picture.")
    )
    licence = models.CharField(
        _("licence"),
        max_length=255,
        blank=True,
        help_text=_("Under which terms it may be used, such as CC BY 4.0."),
    )
    default_alt_en = models.CharField(
        _("what it shows, in English"),
        max_length=255,
        blank=True,
        help_text=_("Offered where the picture is used in an English text."),
    )
    default_alt_bg = models.CharField(
        _("what it shows, in Bulgarian"),
        max_length=255,
        blank=True,
        help_text=_("Offered where the picture is used in a Bulgarian text."),
    )
    # What was found when the files were made; None until then.
    is_transparent = models.BooleanField(null=True, editable=False)
    placeholder = models.TextField(blank=True, editable=False, default="", db_default="")

    admin_form_fields = (
        "title",
        "file",
        "collection",
        "default_alt_en",
        "default_alt_bg",
        "credit",
        "licence",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    graphql_fields = [
        exposure.value(
            "id", graphene.ID, "Opaque, global and stable id.", required=True, source="public_id"
        ),
        exposure.value("credit", graphene.String, "Who made it.", source="stated_credit"),
        exposure.value(
            "licence",
            graphene.String,
            "Under which terms it may be used.",
            source="stated_licence",
        ),
        exposure.value("width", graphene.Int, "Width of the original in pixels.", required=True),
        exposure.value("height", graphene.Int, "Height of the original in pixels.", required=True),
        exposure.value(
            "focal_point",
            FocalPoint,
            "The point that must stay in sight when the picture is cropped.",
            source="focal_point_value",
        ),
        exposure.value(
            "placeholder",
            graphene.String,
            "A very small copy of the whole picture as a data URI, to show until the file is there; "
            "null where the picture is transparent or not made yet.",
            source="stated_placeholder",
        ),
        exposure.stored("renditions", "The files of the named sizes.", source="stored_renditions"),
    ]

    stated_credit = StatedText("credit")
    stated_licence = StatedText("licence")
    stated_placeholder = StatedText("placeholder")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_image", "Can choose image")]

    @property
    def default_alt_text(self) -> str:
        """Return what the admin says to people who cannot see the picture."""
        return self.default_alt_en or self.default_alt_bg or self.title

    def default_alt(self, *, language: str) -> str:
        """Return the text offered where the picture is used, or nothing."""
        return {"en": self.default_alt_en, "bg": self.default_alt_bg}.get(language, "")

    @property
    def public_id(self) -> str:
        """Return the id by which clients know this picture."""
        return public_id(self.published_kind, self.uuid)

    @property
    def focal_point_value(self) -> FocalPointValue | None:
        """Return the focal point relative to the size, or None when nobody set one."""
        if self.focal_point_x is None or self.focal_point_y is None:
            return None
        return FocalPointValue(
            x=_fraction(self.focal_point_x, self.width),
            y=_fraction(self.focal_point_y, self.height),
        )

    @property
    def stored_renditions(self) -> dict[str, list[dict[str, Any]]]:
        """Return the files made beforehand, by preset."""
        from cms.content.renditions import stored_renditions

        return stored_renditions(self)

    def published_columns(self) -> Columns:
        """Return nothing: pictures are not listed, and their titles are for editors."""
        return Columns()

    @property
    def filename(self) -> str:
        """Return what the uploader called the file, as far as is known."""
        return self.uploaded_name or str(super().filename)

    def get_upload_to(self, filename: str) -> str:
        """Return the name of the original in the storage: this picture's uuid, and a mark.

        A new picture has no primary key before it is saved, but it has its uuid.
        """
        return own_name("original_images", label=self.uuid.hex, uploaded=filename)

    def get_suggested_focal_point(self) -> None:
        """Suggest nothing: looking for faces would unpack the picture in this process."""

    def generate_rendition_file(self, image_filter: Filter, *, source: Any = None) -> DrawnFile:
        """Draw one file in the child process, from `source` if its content is at hand.

        Raises: SourceImageIOError, which Wagtail's pages expect, when the original cannot be read.
        """
        try:
            with self._content(source) as content, opened(content) as picture:
                job = drawing_job(self, image_filter, description=picture.description)
                return picture.draw(job)
        except PictureUnreadable as error:
            raise SourceImageIOError(str(error)) from error

    def _content(self, source: Any) -> AbstractContextManager[Any]:
        return self.open_file() if source is None else nullcontext(source)

    def keep_rendition(self, image_filter: Filter, *, file: DrawnFile) -> None:
        """Store one file of the picture, in place of a former one of the same size and format."""
        self.renditions.update_or_create(
            filter_spec=image_filter.spec,
            focal_point_key=image_filter.get_cache_key(self),
            defaults={"file": file},
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row and the files made of the picture, published together.

        A new file is measured first, whoever brings it, and drops what was made of an old one.
        """
        with scopes.transaction():
            if self.file and not is_stored(self.file):
                self._set_image_file_metadata()
                self.is_transparent, self.placeholder = None, ""
                if not self._state.adding:
                    delete_replaced(self)
                    self.renditions.all().delete()
            super().save(*args, **kwargs)


def _fraction(part: int, whole: int) -> float:
    return round(min(max(part / whole, 0.0), 1.0), 4) if whole else 0.0


class Rendition(MeasuredOnce, AbstractRendition):
    """One file made of a picture."""

    graphql_hidden = "The files of a picture are part of the picture's own document."

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")
    file: Any = PictureFileField(
        upload_to=get_rendition_upload_to,
        storage=get_rendition_storage,
        width_field="width",
        height_field="height",
    )

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="content_rendition_unique_for_image",
            )
        ]

    @property
    def url(self) -> str:
        """Return the admin's address of this file, which asks for permission on the image.

        Shape: empty for what Wagtail shows in place of a picture that cannot be read.
        """
        return "" if self.pk is None else reverse("rendition_file", args=[self.pk])

    def get_upload_to(self, filename: str) -> str:
        """Return the name of the file in the storage: its picture's key, its size, and a mark."""
        size = str(self.filter_spec).partition("|")[0][:_SIZE_LENGTH]
        return own_name("images", label=f"{self.image_id}-{size}", uploaded=filename)
