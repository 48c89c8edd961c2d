"""Say how a page or snippet describes itself to the published plane.

Rooms above implement these on their models; everything public (GraphQL, search, feeds, sync) reads
only what they return, stored beside the document when the thing is published.
"""

import base64
import datetime as dt
import enum
import uuid
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, runtime_checkable


class WithdrawalReason(enum.StrEnum):
    """Why the public may not, or no longer, see a thing.

    Shape: `SITE_HIDDEN` also stands for a thing that has no address that can be public.
    """

    UNPUBLISHED = "UNPUBLISHED"
    EXPIRED = "EXPIRED"
    DELETED = "DELETED"
    RESTRICTED = "RESTRICTED"
    MOVED = "MOVED"
    CONSENT = "CONSENT"
    EMBARGOED = "EMBARGOED"
    UNREFERENCED = "UNREFERENCED"
    SITE_HIDDEN = "SITE_HIDDEN"


# What earlier versions stored, in rows and in archives.
FORMER_REASONS = {"SCOPE": WithdrawalReason.SITE_HIDDEN}


@dataclass(frozen=True, slots=True)
class Reference:
    """Point at another published thing without loading it.

    Shape: `kind` is the short name of the thing's kind (`page`, `image`, `term`…), `pk` its row.
    """

    kind: str
    pk: int

    @property
    def key(self) -> str:
        """Return the internal key of the thing pointed at, `kind:pk`."""
        return f"{self.kind}:{self.pk}"


@dataclass(frozen=True, slots=True)
class Columns:
    """Hold what lists, feeds, search and time need to know of a thing besides its document.

    Shape:  `facets` are (name, value) pairs by which lists may be filtered, for instance
            `("newsType", "OPEN_CALL")`; a value is a public code, a public id or a key, never a title.
            `boundaries` are the instants at which a computed status of the thing changes.
            `is_syndicated` is False for what others may not take over: it stays in GraphQL and is
            absent from feeds, sync and push.
    Units:  every instant is an aware datetime.
    """

    title: str = ""
    summary: str = ""
    sort_at: dt.datetime | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    boundaries: tuple[dt.datetime, ...] = ()
    facets: tuple[tuple[str, str], ...] = ()
    search_text: str = ""
    is_syndicated: bool = True


@runtime_checkable
class Publishable(Protocol):
    """Describe what a model must offer before its rows can be published."""

    published_kind: ClassVar[str]
    published_conditions: ClassVar[dict[str, WithdrawalReason]]
    pk: Any

    # A model whose rows have no language and are read in several ones, like vocabulary and people,
    # says `has_id_per_language = True`: see `publishing.public_ids`.

    @property
    def public_id(self) -> str:
        """Return the opaque, global and stable id that clients see."""

    def published_columns(self) -> Columns:
        """Return the typed columns and facets of this thing's latest projection."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Say where a thing stands for the public, and whether it may be seen there.

    Shape: `reason` is None while the thing may be seen; `type_name` is the public type's name;
           `valid_until` is the exact instant at which it stops; `boundary_at` is the next instant
           at which this answer changes by itself. `is_syndicated` is False for a file while
           others may take over nothing that refers to it, and for an alias. `alias_of` is the key
           of the page whose text an alias shows, through other aliases if need be.
    """

    reason: WithdrawalReason | None = None
    type_name: str = ""
    site: str = ""
    locale: str = ""
    path: str = ""
    translation_key: str = ""
    valid_until: dt.datetime | None = None
    boundary_at: dt.datetime | None = field(default=None)
    is_syndicated: bool = True
    alias_of: str = ""


def public_id(kind: str, identity: uuid.UUID, *, locale: str = "") -> str:
    """Return the id by which clients know a thing.

    Shape: url-safe text; it survives renames, moves and an export into an empty database, because it
           is made of the kind, the thing's uuid (a page's translation key) and a page's locale.
    """
    # The kind is written in three letters and the uuid in raw bytes: short ids, still unambiguous.
    raw = kind.encode() + b"\x00" + identity.bytes + locale.encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def parse_public_id(text: str) -> tuple[str, uuid.UUID] | None:
    """Return the kind and the uuid of a public id that has no locale; None for any other text."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        kind, _, identity = raw.partition(b"\x00")
        found = kind.decode(), uuid.UUID(bytes=identity)
    except ValueError:
        return None
    # Base64 has several spellings of the same bytes; only the one that we write is an id.
    return found if public_id(*found) == text else None
