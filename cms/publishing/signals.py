"""Turn Wagtail's and Django's signals into scopes to look at; nothing else happens here.

Signals alone are not enough (several fire outside the transaction, none reaches descendants,
`queryset.update()` is silent), which is why the sweep exists.
"""

from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from wagtail.contrib.redirects.signal_handlers import (
    autocreate_redirects_on_page_move,
    autocreate_redirects_on_slug_change,
)
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
)
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from cms.publishing import kinds
from cms.publishing.fingerprint import is_named_relation, owner_of
from cms.publishing.former_addresses import leave_redirects
from cms.publishing.referrers import referrers
from cms.publishing.row_locks import PLACE_FIELDS, lock_pages, refresh
from cms.publishing.scopes import Scope, in_transaction, look_at

# Saving only these is drafting: nothing the public may see depends on them.
DRAFT_FIELDS = frozenset(
    {
        "latest_revision",
        "latest_revision_created_at",
        "draft_title",
        "has_unpublished_changes",
        "locked",
        "locked_at",
        "locked_by",
        "go_live_at",
    }
)


def connect() -> None:
    """Connect every signal; called once, when the apps are ready."""
    post_save.connect(_saved, dispatch_uid="publishing-saved")
    pre_delete.connect(_about_to_go, dispatch_uid="publishing-about-to-go")
    post_delete.connect(_deleted, dispatch_uid="publishing-deleted")
    m2m_changed.connect(_linked, dispatch_uid="publishing-linked")
    page_published.connect(_published, dispatch_uid="publishing-published")
    page_unpublished.connect(_unpublished, dispatch_uid="publishing-unpublished")
    # Wagtail makes the redirects from old addresses in bulk, without a signal, and after a change of
    # slug only once that is committed. Ours take the places of its receivers (a signal knows a
    # receiver by its id, so Wagtail's own connect, which comes later, changes nothing).
    moved, renamed = autocreate_redirects_on_page_move, autocreate_redirects_on_slug_change
    post_page_move.connect(_moved, dispatch_uid=id(moved))
    page_slug_changed.connect(_renamed, dispatch_uid=id(renamed))


def _saved(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    update_fields = kwargs.get("update_fields")
    if update_fields is not None and set(update_fields) <= DRAFT_FIELDS:
        return
    # A rendition is announced by whoever makes it for the public; the admin makes others as it reads.
    if not kwargs.get("raw") and not is_named_relation(type(instance)):
        look_at(_scope_of(instance))


def _about_to_go(sender: type[Model], instance: Model, **_kwargs: Any) -> None:
    if kinds.kind_of(type(instance)):
        look_at(Scope(keys=set(referrers(instance))))


def _deleted(sender: type[Model], instance: Model, **_kwargs: Any) -> None:
    look_at(_scope_of(instance))


def _linked(sender: type[Model], instance: Any, action: str, **_kwargs: Any) -> None:
    if isinstance(instance, Model) and action.startswith("post_"):
        look_at(_scope_of(instance))


def _published(sender: type[Model], instance: Page, **_kwargs: Any) -> None:
    # A page that comes into sight takes along what is below it: reconcile sees that by its row.
    look_at(Scope(keys={f"{kinds.PAGE}:{instance.pk}"}))


def _unpublished(sender: type[Model], instance: Page, **_kwargs: Any) -> None:
    # A page that could never be projected has no row to see it by, and public pages below it.
    look_at(Scope(trees={instance.pk}))


def _moved(sender: type[Model], instance: Page, url_path_before: str, **_kwargs: Any) -> None:
    def work() -> None:
        leave_redirects(instance, url_path_before=url_path_before)
        look_at(Scope(trees={instance.pk}, redirected={instance.pk}))

    in_transaction(work)


def _renamed(sender: type[Model], instance: Page, instance_before: Page, **_kwargs: Any) -> None:
    def work() -> None:
        # The new address is committed already, so that others may have moved or deleted pages since.
        if instance.pk not in lock_pages((), trees=[instance.pk]):
            return
        refresh(instance, fields=PLACE_FIELDS)
        leave_redirects(instance, url_path_before=instance_before.url_path)
        look_at(Scope(trees={instance.pk}, redirected={instance.pk}))

    in_transaction(work)


def _scope_of(instance: Model) -> Scope:
    """Return what a saved or deleted instance may have changed for the public."""
    if isinstance(instance, PageViewRestriction):
        return Scope(trees={instance.page_id})
    if isinstance(instance, Collection | CollectionViewRestriction):
        return Scope(kinds=set(kinds.FILES))
    key = kinds.key_of(instance)
    if isinstance(instance, Site | Locale) or _is_settings(instance):
        return Scope(kinds=set(kinds.all_kinds()), keys={key} if key else set())
    if key:
        return Scope(keys={key})
    owner = owner_of(instance)
    return _scope_of(owner) if owner is not None else Scope()


def _is_settings(instance: Model) -> bool:
    return kinds.kind_of(type(instance)) == kinds.SETTINGS
