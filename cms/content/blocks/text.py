"""Blocks of words."""

from typing import Any

import graphene
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from grapple.helpers import register_streamfield_block
from wagtail import blocks

from cms.content.blocks.values import Values
from cms.content.types import RichText
from cms.publishing import exposure

RICH_TEXT_FEATURES = [
    "h3",
    "h4",
    "bold",
    "italic",
    "ol",
    "ul",
    "blockquote",
    "link",
    "document-link",
]


@register_streamfield_block
class HeadingBlock(blocks.StructBlock):
    """A heading inside a body."""

    graphql_description = "A heading."

    text = blocks.CharBlock(max_length=200, label=_("Text"))
    level = blocks.ChoiceBlock(
        choices=[("2", _("Section")), ("3", _("Part of a section")), ("4", _("Detail"))],
        default="2",
        label=_("Level"),
    )

    graphql_fields = [
        exposure.value("text", graphene.String, "The heading.", required=True),
        exposure.value(
            "level",
            graphene.Int,
            "Level of the heading, 2 to 4; the page's title is level 1.",
            required=True,
            source="level_number",
        ),
        exposure.value(
            "anchor",
            graphene.String,
            "Name by which a link can point at the heading.",
            required=True,
            source="anchor_name",
        ),
    ]

    class Meta:
        icon = "title"
        label = _("Heading")

    def level_number(self, info: Any, values: Values) -> int:
        """Return the level as a number."""
        return int(values["level"] or 2)

    def anchor_name(self, info: Any, values: Values) -> str:
        """Return the text in the form of an address, in its own script."""
        return slugify(values["text"] or "", allow_unicode=True)


@register_streamfield_block
class TextBlock(blocks.StructBlock):
    """Paragraphs, lists and links."""

    graphql_description = "Formatted text."

    content = blocks.RichTextBlock(features=RICH_TEXT_FEATURES, label=_("Text"))

    graphql_fields = [
        exposure.value("content", RichText, "The text.", required=True),
    ]

    class Meta:
        icon = "pilcrow"
        label = _("Text")


@register_streamfield_block
class QuoteBlock(blocks.StructBlock):
    """What somebody said."""

    graphql_description = "A quotation."

    quotation = blocks.TextBlock(label=_("Quotation"))
    attribution = blocks.CharBlock(
        required=False,
        max_length=200,
        label=_("Who said it"),
        help_text=_("Name and role, or the work it comes from."),
    )

    graphql_fields = [
        exposure.value("quotation", graphene.String, "What was said or written.", required=True),
        exposure.value(
            "attribution",
            graphene.String,
            "Who said it, or the work it comes from.",
            source="known_attribution",
        ),
    ]

    class Meta:
        icon = "openquote"
        label = _("Quotation")

    def known_attribution(self, info: Any, values: Values) -> str | None:
        """Return who said it, or None."""
        return values["attribution"] or None
