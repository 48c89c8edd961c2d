"""Decide whether what was deprecated may be removed.

A deprecation ends its reason with the last day of the promise: “Ask for topics. Removed after
2027-03-31.” It counts from the release that says so, and a later release cannot shorten it.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence

from graphql import GraphQLSchema

from cms.api.usage.report import deprecated

FORM = re.compile(r"Removed after (\d{4}-\d{2}-\d{2})\.$")
NOTICE = dt.timedelta(days=90)

# Returns the requests within 90 days by coordinate, or None when the usage log cannot be read.
RequestCounter = Callable[[Sequence[str]], Mapping[str, int] | None]


def removal_day(reason: str) -> dt.date | None:
    """Return the last day on which a deprecated member is promised, None when the reason has none."""
    found = FORM.search(reason)
    try:
        return dt.date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def problems(before: GraphQLSchema, now: GraphQLSchema) -> list[str]:
    """Return in words which deprecations have no day, or an earlier one than was released."""
    released = _days(before)
    found = []
    for coordinate, day in _days(now).items():
        earliest = released.get(coordinate)
        if day is None:
            found.append(
                f"{coordinate} is deprecated without a day: end the reason with"
                " “Removed after 2027-03-31.”."
            )
        elif earliest and day < earliest:
            found.append(f"{coordinate} is promised until {earliest}, not only until {day}.")
    return found


def short_notices(before: GraphQLSchema, now: GraphQLSchema, *, today: dt.date) -> list[str]:
    """Return in words which new deprecations give clients less than 90 days from today."""
    first_day = today + NOTICE
    known = _days(before)
    return [
        f"{coordinate} is newly deprecated: promise it until {first_day} at least, not {day}."
        for coordinate, day in _days(now).items()
        if coordinate not in known and day and day < first_day
    ]


class Retirements:
    """Answer whether members may be removed that were deprecated in the last release."""

    def __init__(
        self, before: GraphQLSchema, *, today: dt.date, count_requests: RequestCounter | None
    ) -> None:
        self.days = _days(before)
        self.today = today
        self.count_requests = count_requests

    def judge(self, coordinates: Sequence[str]) -> tuple[bool, str]:
        """Return whether all of these members may be removed, and the reason in a sentence.

        Shape: the sentence is empty when one of them was not deprecated.
        """
        days = [self.days.get(coordinate) for coordinate in coordinates]
        known_days = [day for day in days if day]
        if not days or len(known_days) < len(days):
            return False, ""
        last_day = max(known_days)
        if last_day >= self.today:
            return False, f"It is promised until {last_day}."
        counts = self.count_requests(coordinates) if self.count_requests else None
        if counts is None:
            return True, f"It was promised until {last_day}; its use is not known here."
        requests = sum(counts.values())
        if requests:
            return False, f"It was asked for {requests:,} times within 90 days."
        return True, f"It was promised until {last_day}, and nobody asked within 90 days."


def _days(schema: GraphQLSchema) -> dict[str, dt.date | None]:
    return {name: removal_day(reason) for name, reason in deprecated(schema).items()}
