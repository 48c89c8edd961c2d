"""Keep followers in step with what they belong to; nothing else happens here."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from cms.syndication.models import Follower, Portal
from cms.syndication.webhooks import follow


def connect() -> None:
    """Connect every signal; called once, when the app is ready."""
    post_save.connect(_portal_saved, sender=Portal, dispatch_uid="syndication-portal-saved")
    post_delete.connect(_portal_deleted, sender=Portal, dispatch_uid="syndication-portal-deleted")


def _portal_saved(sender: type[Portal], instance: Portal, raw: bool = False, **_: Any) -> None:
    if not raw:
        follow(instance)


def _portal_deleted(sender: type[Portal], instance: Portal, **_: Any) -> None:
    if instance.follower_id is not None:
        Follower.objects.filter(pk=instance.follower_id).delete()
