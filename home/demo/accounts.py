"""Make the accounts with which a newcomer looks around."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Group

EDITOR, MODERATOR = "editor", "moderator"
_GROUPS = {EDITOR: "Editors", MODERATOR: "Moderators"}


def load_accounts() -> int:
    """Make the accounts that are missing, and return how many were made.

    Shape: an administrator, an editor and a moderator with one password; none at all where the
           settings name no login. An account that exists keeps its password and rights. Unlike
           content, a deleted account comes back, because the start page promises the login.
    """
    if not (settings.DEMO_LOGIN and settings.DEMO_PASSWORD):
        return 0
    made = int(_make(settings.DEMO_LOGIN, is_superuser=True) is not None)
    for name, group in _GROUPS.items():
        user = _make(name)
        if user is not None:
            user.groups.add(Group.objects.get(name=group))
            made += 1
    return made


def account(name: str) -> AbstractUser | None:
    """Return an account, or None where there are none."""
    users = get_user_model().objects
    return users.filter(username=name).first() if settings.DEMO_LOGIN else None


def _make(name: str, *, is_superuser: bool = False) -> AbstractUser | None:
    users = get_user_model().objects
    if users.filter(username=name).exists():
        return None
    create = users.create_superuser if is_superuser else users.create_user
    return create(name, password=settings.DEMO_PASSWORD)
