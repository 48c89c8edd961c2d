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


def path_below(base_url: str, address: str) -> str | None:
    """Return the path of an absolute address that is on the site at a base address, else None.

    Shape: with the query and the fragment that the address has.
    """
    if address == base_url:
        return "/"
    is_below = address.startswith(f"{base_url}/")
    return address.removeprefix(base_url) if is_below else None


def followed_address_or_path(text: str | None) -> str | None:
    """Return such an address or a path on the reader's own site, else None."""
    address = (text or "").strip()
    if _PATH.match(address) and not _STRANGE.search(address):
        return address
    return followed_address(address)
