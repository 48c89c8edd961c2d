"""Name the room to Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Hold the room of accounts."""

    name = "cms.accounts"
    label = "accounts"
