"""Say who still asks for what is deprecated, or would be gone."""

import datetime as dt
from collections.abc import Sequence

from django.db import DatabaseError
from graphql import GraphQLSchema, build_schema

from cms.api.usage.report import MemberUse, deprecated, member_uses, members_of

UNKNOWN = "Who asks for them is not known: the database does not answer, or has no counts yet."
NAMES_MAX = 10


def told(sdl: str, *, promised: str, today: dt.date) -> list[str]:
    """Return a line for each member that is deprecated now, or promised and gone; with its use.

    Shape: members that are gone and that nobody asked for within 90 days share one line. Empty, and no
           database is asked, when nothing is deprecated or gone.
    """
    now = build_schema(sdl)
    reasons = sorted(deprecated(now))
    gone = sorted(_gone(promised, now))
    if not reasons and not gone:
        return []
    try:
        uses = member_uses(today=today, coordinates=[*reasons, *gone])
    except DatabaseError:
        return [*(f"Deprecated: {name}" for name in reasons), *_shared("Gone", gone), UNKNOWN]
    asked = [name for name in gone if name in uses and uses[name].quarter]
    unasked = [name for name in gone if name not in asked]
    return [
        *(f"Deprecated: {name}: {_words(uses.get(name))}" for name in reasons),
        *(f"Gone: {name}: {_words(uses[name])}" for name in asked),
        *_shared("Gone, and nobody asked within 90 days", unasked),
    ]


def requests_within_90_days(coordinates: Sequence[str], *, today: dt.date) -> dict[str, int] | None:
    """Return how often members were asked for, by coordinate; None when the database does not say."""
    try:
        uses = member_uses(today=today, coordinates=coordinates)
    except DatabaseError:
        return None
    return {name: use.quarter for name, use in uses.items()}


def _gone(promised: str, now: GraphQLSchema) -> set[str]:
    return members_of(build_schema(promised)) - members_of(now) if promised else set()


def _shared(state: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    more = len(names) - NAMES_MAX
    rest = f" and {more} more" if more > 0 else ""
    return [f"{state}: {', '.join(names[:NAMES_MAX])}{rest}."]


def _words(use: MemberUse | None) -> str:
    if use is None or use.last_on is None:
        return "nobody was ever counted."
    if not use.quarter:
        return f"nobody within 90 days, last on {use.last_on}."
    return (
        f"{use.month:,} requests in 30 days, {use.quarter:,} in 90, last on {use.last_on},"
        f" by {use.clients}."
    )
