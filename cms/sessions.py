"""Keep sessions in the database, and wait for the turn to write where it has one writer.

Django saves a session once the answer is made, outside of every transaction of ours.
"""

from typing import Any

from django.contrib.sessions.backends import db

from cms.publishing.turns import own_transaction


class SessionStore(db.SessionStore):
    """Write rows of the same table as Django's own store."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the session's row."""
        with own_transaction():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> None:
        """Delete the session's row."""
        with own_transaction():
            super().delete(*args, **kwargs)
