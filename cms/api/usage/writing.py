"""Write down what was counted, outside of requests: one statement for operations, one for members.

The numbers are added to the day's rows, so any number of processes may write. What cannot be written
stays in memory for the next time. Writes through `default`: the delivery plane's role may write nothing.
"""

import datetime as dt
import logging
from collections import Counter, OrderedDict
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from graphql import GraphQLError

from cms.api.models import FieldUsage, OperationUsage
from cms.api.schema import schema
from cms.api.usage.counting import COUNTING, Counted, Counting, Use
from cms.api.usage.members import members
from cms.publishing.turns import own_transaction

logger = logging.getLogger(__name__)

KNOWN_MAX = 1_000
# Rows of one statement: SQLite takes 32,766 parameters.
ROWS_MAX = 1_000
OPERATIONS = """
INSERT INTO api_operationusage (day, document_id, operation, client, requests, cached) VALUES {}
ON CONFLICT (day, document_id, operation, client) DO UPDATE SET
    requests = api_operationusage.requests + EXCLUDED.requests,
    cached = api_operationusage.cached + EXCLUDED.cached
"""
MEMBERS = """
INSERT INTO api_fieldusage (day, coordinate, client, requests) VALUES {}
ON CONFLICT (day, coordinate, client) DO UPDATE SET
    requests = api_fieldusage.requests + EXCLUDED.requests
"""
COORDINATE_MAX = 200


class Writer:
    """Write down what one process counts, and remember which members its operations name."""

    def __init__(self, counting: Counting = COUNTING) -> None:
        self._counting = counting
        self._members: OrderedDict[tuple[str, str], tuple[str, ...]] = OrderedDict()
        self._day: dt.date | None = None

    def write(self) -> int:
        """Add what was counted to the day's rows, and return how many requests that were.

        Raises: DatabaseError, after taking everything back into memory.
        """
        today = timezone.now().date()
        if self._day not in (None, today):
            self._counting.forget_names()
        self._day = today
        counted = self._counting.take()
        if not counted.uses and not counted.named:
            return 0
        try:
            self._store(today, counted)
        except DatabaseError:
            self._counting.give_back(counted)
            raise
        return sum(requests for requests, _cached in counted.uses.values())

    def _store(self, day: dt.date, counted: Counted) -> None:
        asked = [[day, *use, requests, cached] for use, (requests, cached) in counted.uses.items()]
        named = [
            [day, coordinate, client, number]
            for (coordinate, client), number in self._by_member(counted).items()
        ]
        with own_transaction():
            # In one order, so that processes wait for each other and never in a circle.
            _insert(OPERATIONS, sorted(asked))
            _insert(MEMBERS, sorted(named))

    def _by_member(self, counted: Counted) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for use, (requests, _cached) in counted.uses.items():
            for coordinate in self._named_by(use, counted.texts.get(use.document_id, "")):
                found[coordinate, use.client] += requests
        for (use, name), requests in counted.named.items():
            coordinate = name[:COORDINATE_MAX]
            # What the document names itself was counted for each of its requests.
            if coordinate not in self._members.get((use.document_id, use.operation), ()):
                found[coordinate, use.client] += requests
        return found

    def _named_by(self, use: Use, text: str) -> tuple[str, ...]:
        key = (use.document_id, use.operation)
        if key in self._members:
            self._members.move_to_end(key)
            return self._members[key]
        if not text:
            return ()
        try:
            found = members(schema(), text, use.operation)
        except GraphQLError:
            # Only documents that were answered are counted; this one is not of the schema any more.
            logger.warning("the members of document %s are not known", use.document_id)
            found = ()
        self._members[key] = tuple(name[:COORDINATE_MAX] for name in found)
        if len(self._members) > KNOWN_MAX:
            self._members.popitem(last=False)
        return self._members[key]


def _insert(statement: str, rows: list[list[Any]]) -> None:
    for start in range(0, len(rows), ROWS_MAX):
        part = rows[start : start + ROWS_MAX]
        places = ", ".join(["(" + ", ".join(["%s"] * len(part[0])) + ")"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(statement.format(places), [value for row in part for value in row])


def forget_old() -> int:
    """Delete the counts that are older than they are kept, and return how many rows that were."""
    before = timezone.now().date() - dt.timedelta(days=settings.API_USAGE_DAYS)
    gone = 0
    for model in (OperationUsage, FieldUsage):
        with own_transaction():
            gone += model._default_manager.filter(day__lt=before).delete()[0]
    return gone


WRITER = Writer()
