"""Django's entry for this room."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Hold projects."""

    name = "projects"
    label = "projects"
    default_auto_field = "django.db.models.BigAutoField"
