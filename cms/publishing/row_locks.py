"""Lock the rows that an action on pages or snippets changes, before it reads them.

There is one order: pages in the order of their paths, so that a page comes before what is below it; then
the reconcile lock, last. Publishing and unpublishing one page each write its row and its revisions, in
opposite orders; with the page's row locked first nobody else is at its revisions. SQLite has one writer,
so nothing is locked there.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from wagtail.models import Page

# What says where a page is.
PLACE_FIELDS = ("path", "depth", "numchild", "url_path")
# What belongs to a thing as a whole and not to a revision: publishing writes it back as it was read.
WHOLE_FIELDS = (
    *PLACE_FIELDS,
    "draft_title",
    "live",
    "has_unpublished_changes",
    "owner",
    "locked",
    "locked_by",
    "locked_at",
    "latest_revision",
    "latest_revision_created_at",
    "first_published_at",
    "alias_of",
)


class Deleted(ObjectDoesNotExist):
    """Say that somebody else deleted a thing before an action on it could begin."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has deleted it in the meantime."))


def lock_pages(
    pages: Iterable[int], *, trees: Iterable[int] = (), parents: Iterable[int] = ()
) -> set[int]:
    """Lock pages and their aliases; of `trees` everything below, of `parents` their parents as well.

    Shape: the ids of the locked pages; one that does not exist is not among them. What has locked a page
           must not lock its parent afterwards: that would be the other order.
    """
    below, above = set(trees), set(parents)
    named, locked = {*pages, *below, *above}, set[int]()
    while True:
        condition = Q(pk__in=named) | Q(alias_of__in=named)
        # A page may have been moved while this waited for its row: then look again.
        for pk, path in Page.objects.filter(pk__in=below | above).values_list("pk", "path"):
            if pk in below:
                condition |= Q(path__startswith=path)
            if pk in above:
                condition |= Q(path=path[: -Page.steplen])
        rows = Page.objects.select_for_update(no_key=True).filter(condition).order_by("path")
        found = set(rows.values_list("pk", flat=True)) - locked
        locked |= found
        if not found or (found <= named and not (below or above)):
            return locked
        named |= found


def lock_things(model: type[Model], pks: Collection[Any]) -> set[Any]:
    """Lock things of a model, pages with their aliases; return the keys of the locked ones."""
    if issubclass(model, Page):
        return lock_pages(pks)
    rows = model._base_manager.select_for_update(no_key=True)
    return set(rows.filter(pk__in=pks).order_by("pk").values_list("pk", flat=True))


def lock_existing(instance: Any) -> None:
    """Lock a thing.

    Raises: Deleted.
    """
    if instance.pk not in lock_things(type(instance), [instance.pk]):
        raise Deleted


def read_again(instance: Any, *, fields: Collection[str] | None = WHOLE_FIELDS) -> None:
    """Lock a thing, and bring its fields up to date; None stands for all.

    An instance that was read before the lock may be older than what others have committed since.
    Raises: Deleted.
    """
    lock_existing(instance)
    refresh(instance, fields=fields)


def refresh(instance: Any, *, fields: Collection[str] | None = WHOLE_FIELDS) -> None:
    """Bring the fields of a locked thing up to date; None stands for all.

    Raises: Deleted.
    """
    names = {field.name for field in instance._meta.concrete_fields}
    chosen = None if fields is None else [name for name in fields if name in names]
    try:
        instance.refresh_from_db(fields=chosen)
    except ObjectDoesNotExist as error:
        raise Deleted from error
    # The parent as it was, which treebeard keeps.
    instance.__dict__.pop("_cached_parent_obj", None)
    if fields is None:
        # Inline rows that modelcluster has read, and would write back.
        instance.__dict__.pop("_cluster_related_objects", None)
