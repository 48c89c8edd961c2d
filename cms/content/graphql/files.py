"""Compute at read where the files of pictures and documents are."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from cms.content.types import ImageFormatEnum, ImagePresetEnum
from cms.publishing import extension
from cms.publishing.extension import extend, independent_of, of_the_thing_alone
from cms.publishing.files import file_url
from cms.publishing.reading.items import Item

# A list that is usually shorter than what is assumed of a list.
extension.assume_sizes("Image", sources=4)


class RenditionFile(graphene.ObjectType):
    """One file of a picture; called `Rendition` in the public schema."""

    class Meta:
        description = "One file of a picture, in one of the named sizes."

    url = graphene.String(required=True, description="Address of the file.")
    width = graphene.Int(required=True, description="Width in pixels.")
    height = graphene.Int(required=True, description="Height in pixels.")
    format = graphene.Field(ImageFormatEnum, required=True, description="Format of the file.")


def rendition_files(image: Item, preset: str) -> list[dict[str, Any]]:
    """Return the files of a named size, best format first, with their addresses."""
    files = (image.get("renditions") or {}).get(preset, [])
    return [{**file, "url": file_url(image, file["file"])} for file in files]


@extend("Image")
class ImageFields(graphene.ObjectType):
    """Add to pictures the files made beforehand."""

    class Meta:
        description = "Computed fields of pictures."

    rendition = graphene.Field(
        RenditionFile,
        preset=graphene.Argument(ImagePresetEnum, required=True, description="Which size."),
        description="The file every browser shows; null while it is not made yet.",
    )
    sources = graphene.List(
        graphene.NonNull(RenditionFile),
        preset=graphene.Argument(ImagePresetEnum, required=True, description="Which size."),
        required=True,
        description="The files of one size, best format first.",
    )

    @independent_of("locale")
    @of_the_thing_alone
    def resolve_rendition(image: Item, info: GraphQLResolveInfo, preset: str) -> Any:
        """Answer the last format, which is the one for everybody."""
        files = rendition_files(image, preset)
        return files[-1] if files else None

    @independent_of("locale")
    @of_the_thing_alone
    def resolve_sources(image: Item, info: GraphQLResolveInfo, preset: str) -> Any:
        """Answer all formats."""
        return rendition_files(image, preset)


def document_url(document: Item) -> str:
    """Return the address of a document's file."""
    return file_url(document, document.get("fileName"))


@extend("Document")
class DocumentFields(graphene.ObjectType):
    """Add to documents the address of the file."""

    class Meta:
        description = "Computed fields of documents."

    url = graphene.String(required=True, description="Address of the file.")

    @independent_of("locale")
    @of_the_thing_alone
    def resolve_url(document: Item, info: GraphQLResolveInfo) -> str:
        """Answer the address."""
        return document_url(document)
