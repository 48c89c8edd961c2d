"""Search in the admin with what the default database offers."""

from typing import Any

from django.db import connection
from modelsearch.backends import database


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name that Wagtail looks for
    """Return the search backend of the default database."""
    if connection.vendor == "sqlite":
        # Its models exist on SQLite only.
        from cms.content.sqlite_search import SQLiteQuotingSearchBackend

        return SQLiteQuotingSearchBackend(params)
    return database.SearchBackend(params)
