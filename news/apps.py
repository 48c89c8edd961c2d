"""Django's entry for this room."""

from django.apps import AppConfig


class NewsConfig(AppConfig):
    """Hold news and events."""

    name = "news"
    label = "news"
    default_auto_field = "django.db.models.BigAutoField"
