"""Tell a replica that has not replayed everything yet from a database that was restored.

Both are asked about positions that are ahead of their clock. A reader has to wait for the first, and to
start again with the second.
"""

from typing import Any

from django.db import OperationalError


class ReplicaBehind(OperationalError):
    """Say that a position was not replayed here yet; answered like a database that is away, with 503."""


def recovery(connection: Any) -> str:
    """Return the SQL that says whether a database is a standby, which replays what its primary wrote."""
    return "pg_is_in_recovery()" if connection.vendor == "postgresql" else "false"


def refuse_until_replayed(connection: Any) -> None:
    """Refuse a position that is ahead of the clock while the database may still reach it.

    Raises: ReplicaBehind.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {recovery(connection)}")
        (is_standby,) = cursor.fetchone()
    if is_standby:
        raise ReplicaBehind("this replica has not replayed the position yet")
