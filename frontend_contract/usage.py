"""Say who still asks for what is deprecated, or would be gone."""

import datetime as dt

from django.db import DatabaseError
from graphql import GraphQLSchema, build_schema

from cms.api.usage.report import MemberUse, deprecated, member_uses, members_of

UNKNOWN = "Who asks for them is not known: the database does not answer, or has no counts yet."


def told(sdl: str, *, promised: str, today: dt.date) -> list[str]:
    """Return a line for each member that is deprecated now, or promised and gone; with its use.

    Shape: empty, and no database is asked, when there is none such.
    """
    now = build_schema(sdl)
    reasons = deprecated(now)
    gone = sorted(_gone(promised, now))
    if not reasons and not gone:
        return []
    names = [*sorted(reasons), *gone]
    try:
        uses = member_uses(today=today, coordinates=names)
    except DatabaseError:
        return [*(f"{_state(name, reasons)}: {name}" for name in names), UNKNOWN]
    return [f"{_state(name, reasons)}: {name}: {_words(uses.get(name))}" for name in names]


def _gone(promised: str, now: GraphQLSchema) -> set[str]:
    return members_of(build_schema(promised)) - members_of(now) if promised else set()


def _state(name: str, reasons: dict[str, str]) -> str:
    return "Deprecated" if name in reasons else "Gone"


def _words(use: MemberUse | None) -> str:
    if use is None or use.last_on is None:
        return "nobody was ever counted."
    if not use.quarter:
        return f"nobody within 90 days, last on {use.last_on}."
    return (
        f"{use.month:,} requests in 30 days, {use.quarter:,} in 90, last on {use.last_on},"
        f" by {use.clients}."
    )
