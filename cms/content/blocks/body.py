"""The body of a page."""

from django.utils.translation import gettext_lazy as _

from cms.content.blocks.elsewhere import DocumentBlock, EmbedBlock
from cms.content.blocks.facts import FactListBlock, TableBlock
from cms.content.blocks.links import (
    CallToActionBlock,
    EventTeaserBlock,
    LinkBlock,
    ProjectTeaserBlock,
)
from cms.content.blocks.pictures import GalleryBlock, ImageBlock
from cms.content.blocks.text import HeadingBlock, QuoteBlock, TextBlock
from cms.content.blocks.tolerant import TolerantStreamBlock


class BodyBlock(TolerantStreamBlock):
    """The body of a page."""

    graphql_hidden = "A body is a plain list of its blocks."

    heading = HeadingBlock(group=_("Text"))
    text = TextBlock(group=_("Text"))
    quote = QuoteBlock(group=_("Text"))
    image = ImageBlock(group=_("Pictures"))
    gallery = GalleryBlock(group=_("Pictures"))
    facts = FactListBlock(group=_("Facts"))
    table = TableBlock(group=_("Facts"))
    embed = EmbedBlock(group=_("From elsewhere"))
    document = DocumentBlock(group=_("From elsewhere"))
    link = LinkBlock(group=_("Links"))
    call_to_action = CallToActionBlock(group=_("Links"))
    project = ProjectTeaserBlock(group=_("Links"))
    event = EventTeaserBlock(group=_("Links"))
