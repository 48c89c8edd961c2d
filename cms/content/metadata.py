"""Take away what a camera or program wrote into a picture: place, time, device, author.

Source: Willow copies EXIF, with the place where a photograph was taken, into the JPEG and PNG files
        it writes, and Pillow copies comments.
"""

from typing import Any

from wagtail.images.image_operations import FilterOperation

# What a picture needs to look right; everything else is dropped.
_KEPT = frozenset(["background", "duration", "icc_profile", "loop", "transparency"])


class StripMetadataOperation(FilterOperation):
    """Be the operation `stripmetadata` of a rendition's filter."""

    def construct(self) -> None:
        """Take no arguments."""

    def run(self, willow: Any, image: Any, env: dict[str, Any]) -> Any:
        """Return the picture without its metadata."""
        picture = willow.image
        picture.info = {name: value for name, value in picture.info.items() if name in _KEPT}
        return willow
