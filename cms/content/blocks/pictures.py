"""Blocks of pictures."""

from typing import Any, NamedTuple

import graphene
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from grapple.helpers import register_streamfield_block
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock

from cms.content.blocks.values import Values
from cms.content.pictures import (
    ALT_TEXT_MISSING,
    needs_alt_text,
    picture_value,
    usual_alt_text,
)
from cms.content.types import Picture, PictureValue
from cms.publishing import exposure
from cms.publishing.protocols import Reference


class PictureStructBlock(blocks.StructBlock):
    """Be a block with a picture: publishing needs its text, or the word that it is decorative."""

    vanishes_with_its_picture = True

    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        required=False,
        max_length=255,
        label=_("Text for the picture"),
        help_text=_("What the picture shows, for people who cannot see it. One short sentence."),
    )
    is_decorative = blocks.BooleanBlock(
        required=False,
        label=_("Decorative"),
        help_text=_("The picture says nothing a reader would miss."),
    )
    caption = blocks.CharBlock(required=False, max_length=300, label=_("Caption"))

    def clean(self, value: Any) -> Any:
        """Return the cleaned value, with the picture's usual text where the editor gave none.

        Raises: StructBlockValidationError at `alt`, except while a draft is saved.
        """
        cleaned = super().clean(value)
        if _needs_alt_text(cleaned):
            cleaned["alt"] = usual_alt_text(cleaned["image"])
        if not self.is_deferred_validation and _needs_alt_text(cleaned):
            raise StructBlockValidationError({"alt": ValidationError(ALT_TEXT_MISSING)})
        return cleaned


def _needs_alt_text(values: Values) -> bool:
    return needs_alt_text(values["image"], alt=values["alt"], is_decorative=values["is_decorative"])


def _picture(values: Values) -> PictureValue | None:
    image: Reference | None = values["image"]
    return picture_value(
        image.pk if image else None, alt=values["alt"], is_decorative=values["is_decorative"]
    )


@register_streamfield_block
class ImageBlock(PictureStructBlock):
    """One picture in a body."""

    graphql_description = "A picture."

    graphql_fields = [
        exposure.value("picture", Picture, "The picture.", required=True, source="picture_use"),
        exposure.value("caption", graphene.String, "Words shown under it.", source="known_caption"),
    ]

    class Meta:
        icon = "image"
        label = _("Picture")

    def picture_use(self, info: Any, values: Values) -> PictureValue | None:
        """Return this use of the image."""
        return _picture(values)

    def known_caption(self, info: Any, values: Values) -> str | None:
        """Return the caption, or None."""
        return values["caption"] or None


class GalleryPictureValue(NamedTuple):
    """One picture of a gallery."""

    caption: str | None
    picture: PictureValue


class GalleryPicture(graphene.ObjectType):
    """One picture of a gallery."""

    class Meta:
        description = "A picture of a gallery."

    caption = graphene.String(description="Words shown under it.")
    picture = graphene.Field(Picture, required=True, description="The picture.")


@register_streamfield_block
class GalleryBlock(blocks.StructBlock):
    """Several pictures that belong together."""

    graphql_description = "Several pictures that belong together."

    pictures = blocks.ListBlock(
        PictureStructBlock(label=_("Picture"), icon="image"), min_num=1, label=_("Pictures")
    )

    graphql_fields = [
        exposure.values(
            "pictures", GalleryPicture, "The pictures, in order.", source="picture_uses"
        ),
    ]

    class Meta:
        icon = "image"
        label = _("Gallery")

    def picture_uses(self, info: Any, values: Values) -> list[GalleryPictureValue]:
        """Return the uses of the images; a place without an image is left out."""
        uses = ((item["caption"] or None, _picture(item)) for item in values["pictures"] or [])
        return [GalleryPictureValue(caption, picture) for caption, picture in uses if picture]
