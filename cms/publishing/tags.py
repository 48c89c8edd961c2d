"""Name what a cached answer was made of, so that exactly this can be thrown away when it changes.

A tag says nothing about the thing it stands for. Whoever knows a thing's public id, or what a list is
of, can make its tag; SHA-256, because browsers and edge servers have it too.
"""

import base64
import hashlib
from typing import Protocol

# Nine bytes are twelve characters without padding: room for a thousand tags in one header.
TAG_BYTES = 9
TAG_LENGTH = 12


class HasPlace(Protocol):
    """Be a row, or a part of one, that says which thing it is and where that stands."""

    @property
    def public_id(self) -> str:
        """Return the id that clients see."""

    @property
    def type(self) -> str:
        """Return the name of the public type."""

    @property
    def site(self) -> str:
        """Return the key of the site, empty for what has none."""

    @property
    def locale(self) -> str:
        """Return the language, empty for what has none."""


def tag_of_thing(public_id: str) -> str:
    """Return the tag of one thing.

    Shape: `TAG_LENGTH` characters that need no escaping in a header or an address.
    """
    return _tag("thing", public_id)


def tag_of_list(type_name: str, *, site: str, locale: str) -> str:
    """Return the tag of every list of things of one type, as one site shows them in one language.

    Shape: as `tag_of_thing`. What has no site or no language is listed under the empty text.
    """
    return _tag("list", type_name, site, locale)


def tags_of_change(row: HasPlace) -> tuple[str, str]:
    """Return what a change of this row makes out of date: the thing itself, and the lists it is in.

    A thing that enters or leaves a list changes, and so does one whose place in it moves: whoever
    keeps a list need not know which things are not in it.
    """
    return (
        tag_of_thing(row.public_id),
        tag_of_list(row.type, site=row.site, locale=row.locale),
    )


def tags_to_purge(row: HasPlace) -> tuple[str, ...]:
    """Return what a cache has to throw away when this row changes.

    Shape: the tags of the change, then that of the answers that depend on too much to name it.
    """
    return (*tags_of_change(row), EVERYTHING)


def _tag(*parts: str) -> str:
    # The separator is in no id, type name, site key or language code, so parts cannot run together.
    digest = hashlib.sha256("\x00".join(parts).encode()).digest()
    return base64.urlsafe_b64encode(digest[:TAG_BYTES]).decode()


# What an answer bears that any change may make another one.
EVERYTHING = _tag("everything")
