"""Configure the published plane."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.db.models.signals import post_migrate


class PublishingConfig(AppConfig):
    """Connect the signals that name what has to be reconciled."""

    name = "cms.publishing"
    label = "publishing"
    verbose_name = "Published plane"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect signals, and reconcile the scopes they name."""
        from cms.publishing import aliases, mail_afterwards, reconcile, scopes, signals
        from cms.publishing.schema import id_checks

        id_checks.register()
        # Before the scopes are named: outside of a transaction they are reconciled at once.
        aliases.connect()
        signals.connect()
        scopes.reconcile_with(reconcile.reconcile)
        mail_afterwards.install()
        post_migrate.connect(_make_clock, sender=self)


def _make_clock(*, apps: Any = installed, **_kwargs: Any) -> None:
    """Make the clock's one row; emptying the database takes it away."""
    try:
        model = apps.get_model("publishing", "ContentClock")
    except LookupError:
        # The migrations were taken back: there is no table any more.
        return
    model.objects.get_or_create(pk=1)
