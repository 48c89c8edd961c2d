"""Make every change of a thing atomic with its public row, whoever makes it.

Admin requests and commands run in `publishing.transaction()` anyway. A model that inherits these is
published the same way from a shell, an importer or a test: with one reconcile per change.
"""

from typing import Any

from cms.publishing.scopes import transaction


class PublishedTogether:
    """Save and delete together with the public row. Stands before the model in the list of bases."""

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Write the row and what the public sees of it.

        Raises: ProjectionFailed; nothing is written then.
        """
        with transaction():
            return super().save(*args, **kwargs)  # type: ignore[misc]

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the row and leave a tombstone."""
        with transaction():
            return super().delete(*args, **kwargs)  # type: ignore[misc]


class DraftsTogether(PublishedTogether):
    """Do the same for what has drafts."""

    def publish(self, *args: Any, **kwargs: Any) -> Any:
        """Publish or schedule a revision.

        Raises: ProjectionFailed; nothing is published then.
        """
        with transaction():
            return super().publish(*args, **kwargs)  # type: ignore[misc]

    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        """Take it down, with its aliases."""
        with transaction():
            return super().unpublish(*args, **kwargs)  # type: ignore[misc]
