"""Django's entry for this room."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Answer GraphQL from published rows."""

    name = "cms.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks."""
        from cms.api import checks

        checks.register()
