"""Django's entry for this room."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Search published rows."""

    name = "search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
