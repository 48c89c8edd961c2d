"""Offer the building blocks of a body, and say what readers get of each.

Each block declares its public fields in `graphql_fields`; a field's source is a child of the same
name or a method of the block. Every field name has one type in all blocks, so that clients select
fields of several blocks without aliases.
"""

from cms.content.blocks.body import BodyBlock
from cms.content.blocks.elsewhere import EMBED_PROVIDERS, DocumentBlock, EmbedBlock, embed_provider
from cms.content.blocks.facts import Fact, FactListBlock, TableBlock
from cms.content.blocks.links import (
    CallToActionBlock,
    EventTeaserBlock,
    LinkBlock,
    LinkTarget,
    LinkTargetValue,
    ProjectTeaserBlock,
)
from cms.content.blocks.pictures import (
    GalleryBlock,
    GalleryPicture,
    ImageBlock,
    PictureStructBlock,
)
from cms.content.blocks.text import RICH_TEXT_FEATURES, HeadingBlock, QuoteBlock, TextBlock
from cms.content.blocks.tolerant import TolerantStreamBlock

__all__ = [
    "EMBED_PROVIDERS",
    "RICH_TEXT_FEATURES",
    "BodyBlock",
    "CallToActionBlock",
    "DocumentBlock",
    "EmbedBlock",
    "EventTeaserBlock",
    "Fact",
    "FactListBlock",
    "GalleryBlock",
    "GalleryPicture",
    "HeadingBlock",
    "ImageBlock",
    "LinkBlock",
    "LinkTarget",
    "LinkTargetValue",
    "PictureStructBlock",
    "ProjectTeaserBlock",
    "QuoteBlock",
    "TableBlock",
    "TextBlock",
    "TolerantStreamBlock",
    "embed_provider",
]
