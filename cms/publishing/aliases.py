"""Keep an alias from becoming public by losing its source.

An alias waits for its source (`page_placements`). A page that is no alias any more waits for nothing,
so it becomes a draft unless it was public.
"""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_save, pre_delete
from wagtail.models import Page

from cms.publishing import kinds
from cms.publishing.models import PublishedItem


def connect() -> None:
    """Connect the signals; called once, when the apps are ready."""
    pre_delete.connect(_unpublish_aliases, sender=Page, dispatch_uid="publishing-alias-deleted")
    post_save.connect(_unpublish_converted, dispatch_uid="publishing-alias-converted")


def _unpublish_aliases(instance: Page, **_kwargs: Any) -> None:
    """Unpublish the aliases of a deleted page; Wagtail does so only while the page is live."""
    _unpublish(Page.objects.filter(alias_of=instance.pk, live=True))


def _unpublish_converted(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    """Unpublish an alias that Wagtail makes a page of its own, unless it was public."""
    # Wagtail names the column, and saves nothing else with it.
    if "alias_of_id" not in (kwargs.get("update_fields") or ()) or instance.alias_of_id:
        return
    key = f"{kinds.PAGE}:{instance.pk}"
    if instance.live and not PublishedItem.objects.filter(key=key, visible=True).exists():
        instance.live, instance.has_unpublished_changes = False, True
        _unpublish(Page.objects.filter(pk=instance.pk))


def _unpublish(pages: Any) -> None:
    pages.update(live=False, has_unpublished_changes=True)
