"""Django's entry for this room."""

from django.apps import AppConfig


class SyndicationConfig(AppConfig):
    """Serve other systems."""

    name = "cms.syndication"
    label = "syndication"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the channels and how portals are known, and keep followers in step."""
        from cms.syndication import housekeeping, keys, purge, signals, webhooks
        from cms.syndication.hub import distribution

        keys.connect()
        webhooks.connect()
        distribution.connect()
        purge.connect()
        signals.connect()
        housekeeping.connect()
