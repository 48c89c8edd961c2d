"""Keep only addresses that a reader's browser may follow.

Forms check what editors write; importers and old content come past them, so what is published is
checked once more.
"""

import re

# What could hide a scheme from us and not from a browser: spaces and control characters anywhere.
_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")
_FOLLOWED = re.compile(r"(https?://|mailto:|tel:)\S", re.IGNORECASE)
_PATH = re.compile(r"/(?!/)")


def followed_address(text: str | None) -> str | None:
    """Return a full address that leads to a site, a mailbox or a telephone, else None."""
    address = (text or "").strip()
    return address if _FOLLOWED.match(address) and not _STRANGE.search(address) else None


def followed_address_or_path(text: str | None) -> str | None:
    """Return such an address or a path on the reader's own site, else None."""
    address = (text or "").strip()
    if _PATH.match(address) and not _STRANGE.search(address):
        return address
    return followed_address(address)
