"""Run the statements of the delivery plane with as little as possible between them and the database.

Django's cursor costs more than the statement of a small answer: it is passed by on PostgreSQL, where
statements are prepared as well, unless somebody counts, times or limits what Django runs.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.types.datetime import TimestamptzLoader

# How often a connection sees a statement before it is prepared, and how many it keeps.
PREPARE_AFTER = 2
PREPARED_MAX = 200

Rows = list[tuple[Any, ...]]


def without_nul(value: Any) -> Any:
    """Return a parameter without NUL: PostgreSQL refuses it in texts, and no stored text has one."""
    if isinstance(value, str) and "\x00" in value:
        return value.replace("\x00", "\ufffd")
    return value


def run(connection: Any, statement: str, parameters: Sequence[Any]) -> Rows:
    """Return the rows of one statement."""
    values = [without_nul(value) for value in parameters]
    if connection.vendor == "postgresql" and not _is_watched(connection):
        return _run_directly(connection, statement, values)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: Rows = cursor.fetchall()
        return rows


def _is_watched(connection: Any) -> bool:
    return bool(connection.execute_wrappers or connection.queries_logged)


def _run_directly(connection: Any, statement: str, values: list[Any]) -> Rows:
    connection.ensure_connection()
    raw: Any = connection.connection
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(raw)
        if raw.prepare_threshold is None and _may_prepare(connection):
            raw.prepare_threshold, raw.prepared_max = PREPARE_AFTER, PREPARED_MAX
        # Django's own, which moves instants to its time zone, is Python; ours are all UTC.
        cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(statement, values or None)
        return cursor.fetchall()


def _may_prepare(connection: Any) -> bool:
    """Say whether statements may outlive a transaction; behind some poolers they must not."""
    return not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
