"""Make and read the ids of the public GraphQL schema, where an id belongs to one language.

A thing has one source id, which `/sync`, webhooks, feeds, calendars, structured data and cache tags use
(`protocols.public_id`). Where one row is read in several languages, GraphQL's `id` is the source id with
the language in it, so that a client's cache never has two texts under one id. For everything else
(pages, menus, images, documents) `id` and source id are the same.

Source: docs/adr/0083-ids-per-language.md.
"""

import base64
import uuid
from functools import cache, lru_cache
from urllib.parse import quote, unquote

from django.conf import settings

from cms.publishing import kinds
from cms.publishing.protocols import public_id

# The language of a thing that is read on its own, and not from a page: in a stream of changes.
DEFAULT_LANGUAGE = "en"
# Between the id of an owner and the stored id of a block; not a character of base64url.
_SEPARATOR = "."
_UUID_BYTES = 16
_LONGEST = 128


def source_id(value: str) -> tuple[str, str | None]:
    """Return the source id of an id in either form, and the language that the id belongs to.

    Shape: the language is None for a source id and for any other text, which is returned as it is and
           finds nothing.
    """
    if len(value) > _LONGEST:
        return value, None
    return _read(value) or (value, None)


def id_in_language(source: str, *, locale: str) -> str:
    """Return the id of a thing in one language; `locale` is empty for a thing read on its own."""
    return _in_language(source, locale or DEFAULT_LANGUAGE)


def block_id(owner: str, stored: str) -> str:
    """Return the id of a block: its owner's id and the stored id, which may be any text.

    Shape: url-safe; `stored_block_id` reads it.
    """
    return f"{owner}{_SEPARATOR}{quote(stored, safe='')}"


def stored_block_id(value: str) -> tuple[str, str] | None:
    """Return the owner's id and the stored id of a block; None for any other text."""
    owner, separator, stored = value.partition(_SEPARATOR)
    return (owner, unquote(stored)) if separator else None


@cache
def language_kinds() -> frozenset[str]:
    """Return the kinds whose rows are read in several languages, each with an id of its own."""
    return frozenset(
        kind
        for kind, models in kinds.projected_models().items()
        if any(getattr(model, "has_id_per_language", False) for model in models)
    )


@lru_cache(maxsize=16_384)
def _in_language(source: str, locale: str) -> str:
    found = _parts(source)
    if found is None:
        return source
    kind, identity, _own = found
    return public_id(kind, identity, locale=locale)


def _read(value: str) -> tuple[str, str] | None:
    found = _parts(value)
    if found is None:
        return None
    kind, identity, locale = found
    if kind not in language_kinds() or locale not in dict(settings.WAGTAIL_CONTENT_LANGUAGES):
        return None
    return public_id(kind, identity), locale


def _parts(value: str) -> tuple[str, uuid.UUID, str] | None:
    try:
        raw = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        kind, _, rest = raw.partition(b"\x00")
        identity = uuid.UUID(bytes=rest[:_UUID_BYTES])
        found = kind.decode(), identity, rest[_UUID_BYTES:].decode()
    except ValueError:
        return None
    # Base64 has several spellings of the same bytes; only the one that we write is an id.
    return found if public_id(found[0], identity, locale=found[2]) == value else None
