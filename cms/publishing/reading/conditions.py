"""Say which things a list keeps, and in which order."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from cms.publishing.public_ids import source_id

# What filters compare with: at its opening a call is open, and instants have whole microseconds.
JUST_AFTER = dt.timedelta(microseconds=1)


class Order(enum.Enum):
    """Order a list; ties are broken by public id."""

    SORT_AT_DESC = ("sort_at", "DESC")
    SORT_AT_ASC = ("sort_at", "ASC")
    TITLE_ASC = ("sort_title", "ASC")
    STARTS_AT_ASC = ("starts_at", "ASC")
    STARTS_AT_DESC = ("starts_at", "DESC")
    PATH_ASC = ("path", "ASC")

    @property
    def is_text(self) -> bool:
        """Say whether the sort value is text, not an instant."""
        return self in (Order.TITLE_ASC, Order.PATH_ASC)


@dataclass(frozen=True)
class Having:
    """Keep items that have one of these values of a facet."""

    facet: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Whose:
    """Keep items with a facet that points at a thing which itself has one of some facet values."""

    facet: str
    target: Having


@dataclass(frozen=True)
class PointingAt:
    """Keep items with a facet that points at a thing, in whichever language it was chosen.

    Shape: exactly one of `public_id` and `translation_key` is set. An id that belongs to one language
           is accepted, and kept as the source id.
    """

    facet: str
    public_id: str = ""
    translation_key: str = ""

    def __post_init__(self) -> None:
        """Keep the source id, by which things are stored."""
        object.__setattr__(self, "public_id", source_id(self.public_id)[0])


@dataclass(frozen=True)
class PointingAtAny:
    """Keep items with a facet that points at one of some things, as far as these are public."""

    facet: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Between:
    """Keep items by an instant column; `since` is inclusive, `until` exclusive, both may be None."""

    column: str
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    or_null: bool = False


@dataclass(frozen=True)
class Unset:
    """Keep items whose instant column is empty."""

    column: str


@dataclass(frozen=True)
class AnyOf:
    """Keep items that satisfy one of several conditions, or of several groups of conditions."""

    conditions: tuple[Condition | tuple[Condition, ...], ...]


@dataclass(frozen=True)
class Containing:
    """Keep items whose title or texts contain every word."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class ResolvableRedirect:
    """Keep redirects that lead somewhere on a site, as an address is answered there.

    Their target is public, or else their address is one that browsers may follow, and neither a page nor
    a redirect of that site alone is at the same address.
    """

    site: str


@dataclass(frozen=True)
class Except:
    """Leave one item out."""

    key: str


Condition = (
    Having
    | Whose
    | PointingAt
    | PointingAtAny
    | Between
    | Unset
    | AnyOf
    | Containing
    | ResolvableRedirect
    | Except
)

# What an item is found by from the table of facets.
FACETED = (Having, Whose, PointingAt, PointingAtAny)


def flat(conditions: Iterable[Any]) -> Iterator[Condition]:
    """Yield conditions one by one, those of alternatives and groups too."""
    for condition in conditions:
        if isinstance(condition, tuple):
            yield from flat(condition)
        elif isinstance(condition, AnyOf):
            yield from flat(condition.conditions)
        else:
            yield condition


def timeless(value: Any, now: dt.datetime) -> Any:
    """Return conditions with a word in the place of the instant of asking.

    Shape: equal for whoever asks the same within one moment of the content clock.
    """
    if isinstance(value, tuple):
        return tuple(timeless(part, now) for part in value)
    if isinstance(value, dt.datetime):
        return "just after now" if value == now + JUST_AFTER else value.isoformat()
    if isinstance(value, str | bool | None):
        return value
    parts = ((field.name, timeless(getattr(value, field.name), now)) for field in fields(value))
    return (type(value).__name__, *parts)
