"""Configure what every page shares."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ContentConfig(AppConfig):
    """Register the checks and make renditions when a picture arrives."""

    name = "cms.content"
    label = "content"
    verbose_name = "Content"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what must happen when a picture is saved, a file exported or the seed loaded."""
        from cms.content import checks, csv_export, lengths, renditions, vocabulary

        checks.register()
        csv_export.connect()
        lengths.connect()
        renditions.connect()
        post_migrate.connect(
            vocabulary.index_seeded_terms, sender=self, dispatch_uid="content.index_seeded_terms"
        )
