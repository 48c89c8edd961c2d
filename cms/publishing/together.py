"""Make every change of a thing atomic with its public row, whoever makes it.

Admin requests and commands run in `publishing.transaction()` anyway. A model that inherits these is
published the same way from a shell, an importer or a test: with one reconcile per change, its rows
locked in the order of all page actions, and tried again when another change made the database refuse it.
"""

from collections.abc import Callable
from typing import Any

from wagtail.models import Page

from cms.publishing.row_locks import (
    PLACE_FIELDS,
    Deleted,
    lock_pages,
    lock_things,
    read_again,
    refresh,
)
from cms.publishing.scopes import in_transaction, transaction


class PublishedTogether:
    """Save and delete together with the public row. Stands before the model in the list of bases."""

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Write the row and what the public sees of it.

        Raises: ProjectionFailed; nothing is written then.
        """
        with transaction():
            return super().save(*args, **kwargs)  # type: ignore[misc]

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the row and leave a tombstone.

        Raises: Deleted, when a page is gone already.
        """
        delete: Callable[..., Any] = super().delete  # type: ignore[misc]
        thing: Any = self
        pk = thing.pk

        def work() -> Any:
            # Django takes it away from an instance, also when the transaction fails later.
            thing.pk = pk
            self._lock_before_delete()
            return delete(*args, **kwargs)

        return in_transaction(work)

    def _lock_before_delete(self) -> None:
        thing: Any = self
        lock_things(type(thing), [thing.pk])


class DraftsTogether(PublishedTogether):
    """Do the same for what has drafts."""

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """Save a draft.

        Raises: Deleted.
        """
        save_revision: Callable[..., Any] = super().save_revision  # type: ignore[misc]

        def work() -> Any:
            read_again(self, fields=PLACE_FIELDS)
            return save_revision(*args, **kwargs)

        return in_transaction(work)

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Publish or schedule a revision.

        Raises: ProjectionFailed, Deleted; nothing is published then.
        """
        publish: Callable[..., Any] = super().publish  # type: ignore[misc]

        def work() -> Any:
            read_again(self)
            if revision.content_object is not self:
                refresh(revision.content_object)
            return publish(revision, *args, **kwargs)

        return in_transaction(work)

    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        """Take it down, with its aliases.

        Raises: Deleted.
        """
        unpublish: Callable[..., Any] = super().unpublish  # type: ignore[misc]

        def work() -> Any:
            # All of it is written: what others have published since this was read must not be undone.
            read_again(self, fields=None)
            return unpublish(*args, **kwargs)

        return in_transaction(work)


class PagesTogether(DraftsTogether):
    """Do the same for pages, and for what changes their tree."""

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Write the page at the place where it is now.

        Raises: ProjectionFailed; nothing is written then.
        """
        save: Callable[..., Any] = super().save
        page: Any = self

        def work() -> Any:
            self._lock_before_save()
            return save(*args, **kwargs)

        # An insert that failed leaves a key in the instance, so it is not repeated.
        if page._state.adding or kwargs.get("update_fields") is not None:
            return save(*args, **kwargs)
        return in_transaction(work)

    def _lock_before_save(self) -> None:
        page: Any = self
        lock_pages([page.pk])
        stored = Page.objects.filter(pk=page.pk).values("slug", *PLACE_FIELDS).first()
        if stored is None:
            raise Deleted
        if stored.pop("slug") != page.slug:
            # The addresses of everything below change with it.
            lock_pages((), trees=[page.pk])
        for name, value in stored.items():
            setattr(page, name, value)

    def _lock_before_delete(self) -> None:
        page: Any = self
        lock_pages((), trees=[page.pk], parents=[page.pk])
        refresh(page, fields=PLACE_FIELDS)

    def move(self, target: Any, pos: Any = None, user: Any = None) -> Any:
        """Move the page with everything below it, on both planes at once.

        Raises: Deleted.
        """
        move: Callable[..., Any] = super().move  # type: ignore[misc]
        page: Any = self

        def work() -> Any:
            # Among siblings, those on one side of the page change their paths.
            siblings = [] if pos in (None, "last-child") else [_parent_of(target, pos=pos)]
            lock_pages([target.pk], trees=[page.pk, *siblings], parents=[page.pk])
            for instance in (page, target):
                refresh(instance, fields=PLACE_FIELDS)
            return move(target, pos=pos, user=user)

        return in_transaction(work)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """Copy the page.

        Raises: Deleted.
        """
        copy: Callable[..., Any] = super().copy  # type: ignore[misc]
        return self._below(kwargs.get("to"), lambda: copy(*args, **kwargs))

    def create_alias(self, *args: Any, **kwargs: Any) -> Any:
        """Make an alias of the page.

        Raises: Deleted.
        """
        create: Callable[..., Any] = super().create_alias  # type: ignore[misc]
        return self._below(kwargs.get("parent"), lambda: create(*args, **kwargs))

    def add_child(self, *args: Any, **kwargs: Any) -> Any:
        """Make a page below this one.

        Raises: Deleted.
        """
        page: Any = self
        with transaction():
            read_again(page, fields=PLACE_FIELDS)
            return super().add_child(*args, **kwargs)  # type: ignore[misc]

    def _below(self, parent: Any, make: Callable[[], Any]) -> Any:
        """Make a page of this one below a parent; None stands for its own one."""
        page: Any = self

        def work() -> Any:
            chosen = parent or page.get_parent()
            lock_pages([page.pk, *([chosen.pk] if chosen else [])])
            for instance in (page, *([parent] if parent else [])):
                refresh(instance, fields=PLACE_FIELDS)
            return make()

        return in_transaction(work)


def _parent_of(target: Any, *, pos: str) -> int:
    """Return the page among whose children another one is put."""
    pk: int = target.pk if pos.endswith("-child") else target.get_parent().pk
    return pk
