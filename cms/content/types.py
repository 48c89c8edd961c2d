"""Name the GraphQL types that every room shares.

A page, snippet or block declares its fields with `cms.publishing.exposure` and uses these types. What
has to be computed at read (addresses, translations, renditions) is added in `cms/content/schema.py`.
"""

from typing import Any, NamedTuple

import graphene
from django.conf import settings
from django.db import models
from grapple.registry import registry

from cms.publishing import exposure
from cms.publishing.protocols import Reference


class ImagePreset(models.TextChoices):
    """The only sizes in which pictures are given out."""

    AVATAR = "AVATAR", "A small square, for people"
    CARD = "CARD", "A landscape crop for lists"
    CONTENT = "CONTENT", "The width of a text column, uncropped"
    HERO = "HERO", "A wide crop for the top of a page"


class ImageFormat(models.TextChoices):
    """The file formats of renditions."""

    AVIF = "AVIF", "AVIF"
    WEBP = "WEBP", "WebP"
    JPEG = "JPEG", "JPEG"
    PNG = "PNG", "PNG"


Language = models.TextChoices(  # type: ignore[call-overload]
    "Locale",
    {code.upper(): (code.upper(), name) for code, name in settings.WAGTAIL_CONTENT_LANGUAGES},
)
LocaleEnum = exposure.enum_type(Language, "A content language.")
ImagePresetEnum = exposure.enum_type(ImagePreset, "A named size of a picture.")
ImageFormatEnum = exposure.enum_type(ImageFormat, "The file format of a rendition.")


class Node(graphene.Interface):
    """Anything with a global id."""

    class Meta:
        description = "Anything with an opaque, global and stable id."

    id = graphene.ID(
        required=True,
        description="Opaque, global and stable id, which belongs to one language: caches may keep what"
        " is answered under it.",
    )

    @classmethod
    def resolve_type(cls, instance: Any, info: Any) -> Any:
        """Find the generated type of an author-time instance."""
        return registry.models[type(instance)]


SnippetInterface = Node


def locale_name(code: str) -> str:
    """Return the GraphQL name of a language, for instance BG."""
    return code.replace("-", "_").upper()


def locale_code(name: str) -> str:
    """Return the language code of a GraphQL name."""
    return name.replace("_", "-").lower()


class PageInterface(graphene.Interface):
    """What every page has; called `Page` in the public schema."""

    class Meta:
        name = "PageInterface"
        description = "What every page has, whatever its type."

    id = graphene.ID(
        required=True, description="Opaque, global and stable id of this page and language."
    )
    title = graphene.String(required=True, description="The page's title.")
    published_at = graphene.DateTime(
        required=True, description="When the page was first published, or the date its editor gave."
    )
    updated_at = graphene.DateTime(required=True, description="When the page was last published.")
    picture = graphene.Field(lambda: Picture, description="The page's main picture.")

    @classmethod
    def resolve_type(cls, instance: Any, info: Any) -> Any:
        """Find the generated type of an author-time instance."""
        return registry.pages[type(instance)]


class RichText(graphene.ObjectType):
    """Formatted text; projected by `cms.content.richtext` and filled in at read."""

    class Meta:
        description = (
            "Formatted text. Links to pages are frontend addresses; a link to something that is "
            "not public is plain text."
        )

    html = graphene.String(required=True, description="Sanitised HTML.")
    plain_text = graphene.String(required=True, description="The same text without any markup.")
    markdown = graphene.String(required=True, description="The same text as Markdown.")


class Country(graphene.ObjectType):
    """A country; stored as its code."""

    class Meta:
        description = "A country."

    code = graphene.String(required=True, description="ISO 3166-1 alpha-2 code, for instance BG.")
    label = graphene.String(
        required=True, description="The country's name in the reader's language."
    )


class DateRange(graphene.InputObjectType):
    """A range of dates, both included."""

    class Meta:
        description = "A range of dates, both included; either may be absent."

    from_ = graphene.Date(name="from", description="First date.")
    to = graphene.Date(description="Last date.")


class Region(graphene.ObjectType):
    """A NUTS region with the label its source gave it."""

    class Meta:
        description = "A region of the EU's NUTS classification."

    code = graphene.String(description="NUTS code, for instance BG41.")
    label = graphene.String(required=True, description="The region's name as its source gives it.")


class Money(graphene.ObjectType):
    """An exact amount in one currency."""

    class Meta:
        description = "An exact amount of money."

    amount = graphene.Decimal(required=True, description="Exact decimal number as a string.")
    currency = graphene.String(required=True, description="ISO 4217 code, for instance EUR.")


class PictureValue(NamedTuple):
    """One use of an image, as a page or block hands it to its `picture` field.

    Shape: `alt` is empty only when `is_decorative`, and a text by language where the owner has none of
           its own; `image` is `Reference("image", pk)`.
    """

    alt: str | dict[str, str]
    is_decorative: bool
    image: Reference


class Picture(graphene.ObjectType):
    """One use of an image."""

    class Meta:
        description = (
            "One use of an image: its text in this place and language, and the image itself."
        )

    alt = exposure.LocalizedString(
        required=True,
        description="Alternative text of this use; empty only when decorative.",
    )
    is_decorative = graphene.Boolean(
        required=True, description="Whether the picture says nothing a reader would miss."
    )
    image = graphene.Field(
        lambda: registry.models[_image_model()], required=True, description="The image itself."
    )


def _image_model() -> Any:
    from wagtail.images import get_image_model

    return get_image_model()


# The scalars of the contract, under the names used throughout: exact numbers, dates, instants.
Date = graphene.Date
DateTime = graphene.DateTime
Decimal = graphene.Decimal
