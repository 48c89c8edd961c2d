"""Blocks of things that are kept elsewhere: videos and files."""

from typing import Any
from urllib.parse import urlsplit

import graphene
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from grapple.helpers import register_streamfield_block
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from cms.content.addresses import followed_address
from cms.content.blocks.values import Values
from cms.publishing import exposure

# The only places an embed may come from: host of the address → name of the provider.
EMBED_PROVIDERS = {
    "youtube.com": "YouTube",
    "www.youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
    "www.vimeo.com": "Vimeo",
    "player.vimeo.com": "Vimeo",
}


def embed_provider(address: str) -> str | None:
    """Return the name of the provider of an embed, or None when its host is not on the list."""
    parts = urlsplit(address)
    if parts.scheme != "https" or parts.port not in (None, 443) or parts.username:
        return None
    return EMBED_PROVIDERS.get(parts.hostname or "")


def validate_embed_address(address: str) -> None:
    """Refuse an address that is not on the list of providers. Goes nowhere.

    Raises: ValidationError.
    """
    try:
        provider = embed_provider(address)
    except ValueError:
        provider = None
    if provider is None:
        names = ", ".join(sorted(set(EMBED_PROVIDERS.values())))
        raise ValidationError(
            _("Use an address of one of these, starting with https://: %(names)s.")
            % {"names": names}
        )


@register_streamfield_block
class EmbedBlock(blocks.StructBlock):
    """A video kept elsewhere."""

    graphql_description = "A video or similar thing that is kept elsewhere."

    address = blocks.URLBlock(
        label=_("Address"),
        validators=[validate_embed_address],
        help_text=_("The address of a video on YouTube or Vimeo."),
    )
    title = blocks.CharBlock(
        max_length=200, label=_("Title"), help_text=_("What it is, for people who cannot see it.")
    )

    graphql_fields = [
        exposure.value(
            "address", graphene.String, "Where it is kept.", required=True, source="known_address"
        ),
        exposure.value("title", graphene.String, "What it is.", required=True),
        exposure.value(
            "provider_name",
            graphene.String,
            "Who keeps it, for instance YouTube.",
            required=True,
            source="provider",
        ),
    ]

    class Meta:
        icon = "media"
        label = _("Video")

    def known_address(self, info: Any, values: Values) -> str:
        """Return the address; nothing when it is not one of a provider on the list."""
        address: str = values["address"] or ""
        return address if self.provider(info, values) and followed_address(address) else ""

    def provider(self, info: Any, values: Values) -> str:
        """Return the provider's name, found by the host of the address."""
        try:
            return embed_provider(values["address"] or "") or ""
        except ValueError:
            return ""


@register_streamfield_block
class DocumentBlock(blocks.StructBlock):
    """A file to download."""

    graphql_description = "A file to download."

    document = DocumentChooserBlock(label=_("Document"))

    graphql_fields = [
        exposure.reference("document", "content.Document", "The document.", required=True),
    ]

    class Meta:
        icon = "doc-full"
        label = _("Document")
