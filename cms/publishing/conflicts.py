"""Repeat a transaction that the database refused because of another one.

Page actions lock their rows in one order (`row_locks`), so this is the net below that order: other code
may lock in another one, and two transactions may write the same unique value.
Source: PostgreSQL documentation, 13.5 Serialization Failure Handling.
"""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError

# How often a transaction is tried in all.
ATTEMPTS = 5
# Serialisation failure, deadlock; what a commit of somebody else makes of a unique value or of the
# target of a reference; and what follows when code in between has caught one of these and gone on.
SQLSTATES = frozenset({"40001", "40P01", "23503", "23505", "25P02"})

Result = TypeVar("Result")


def is_conflict(error: BaseException) -> bool:
    """Say whether another transaction may be the reason of a database error."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.OperationalError):
        # The low byte is the primary code; the others are variants of "busy".
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(cause, "sqlstate", None) in SQLSTATES


def repeat_on_conflict(
    work: Callable[[], Result], *, may_repeat: Callable[[], bool] = lambda: True
) -> Result:
    """Do work that is one transaction, again after each conflict, `ATTEMPTS` times at the most.

    Raises: the database's error, when it is no conflict, or the last of the conflicts.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except DatabaseError as error:
            if not is_conflict(error) or not may_repeat():
                raise
    return work()
