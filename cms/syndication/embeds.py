"""Ask the providers of embeds about a video, through the guarded door.

Wagtail's own finder connects by itself; what this one takes from it is which provider an address is of.
"""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import orjson
from django.utils import timezone
from django.utils.html import format_html
from wagtail.embeds.exceptions import EmbedNotFoundException
from wagtail.embeds.finders.oembed import OEmbedFinder

from cms.syndication.outbound import OutboundFailed, OutboundRefused, get

# The types of oEmbed 1.0.
TYPES = frozenset(["link", "photo", "rich", "video"])
TEXTS = ("title", "author_name", "provider_name")
# A year, whatever a provider says.
CACHE_SECONDS_MAX = 366 * 24 * 3600


class GuardedOEmbedFinder(OEmbedFinder):
    """Find what is embedded at an address."""

    def find_embed(
        self, url: str, max_width: int | None = None, max_height: int | None = None
    ) -> dict[str, Any]:
        """Return what the provider says of an address.

        Raises: EmbedNotFoundException, with the reason where there was no answer.
        """
        endpoint = self._get_endpoint(url)
        if endpoint is None:
            raise EmbedNotFoundException
        sizes = {"maxwidth": max_width, "maxheight": max_height}
        asked = {**self.options, "url": url, "format": "json"}
        asked |= {name: size for name, size in sizes.items() if size}
        return described(_ask(f"{endpoint}?{urlencode(asked)}"))


def _ask(address: str) -> dict[str, Any]:
    try:
        reply = get(address, {"accept": "application/json"})
    except (OutboundFailed, OutboundRefused) as error:
        raise EmbedNotFoundException(str(error)) from error
    if not reply.is_success:
        raise EmbedNotFoundException(f"The provider answered {reply.status}.")
    try:
        said = orjson.loads(reply.body_start)
    except orjson.JSONDecodeError as error:
        raise EmbedNotFoundException("The provider's answer is not JSON.") from error
    if not isinstance(said, dict) or said.get("type") not in TYPES:
        raise EmbedNotFoundException("The provider's answer has no type of oEmbed.")
    return said


def described(said: dict[str, Any]) -> dict[str, Any]:
    """Return a provider's answer in the form in which Wagtail keeps it."""
    is_photo = said["type"] == "photo"
    found = {name: said.get(name) or "" for name in TEXTS}
    found |= {name: said.get(name) for name in ("type", "thumbnail_url")}
    found |= {name: _pixels(said.get(name)) for name in ("width", "height")}
    found["html"] = (
        format_html('<img src="{}" alt="">', said.get("url", "")) if is_photo else said.get("html")
    )
    age = str(said.get("cache_age", ""))
    if age.isdecimal():
        seconds = min(int(age[:12]), CACHE_SECONDS_MAX)
        found["cache_until"] = timezone.now() + dt.timedelta(seconds=seconds)
    return found


embed_finder_class = GuardedOEmbedFinder


def _pixels(value: Any) -> int | None:
    """Return a width or height that the table holds, else None."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 7 else None
