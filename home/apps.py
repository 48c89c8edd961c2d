"""Django's entry for this room."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Hold the cluster's profile."""

    name = "home"
    label = "home"
    default_auto_field = "django.db.models.BigAutoField"
