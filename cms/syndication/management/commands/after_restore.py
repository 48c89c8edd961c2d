"""Tell everybody who follows the content that a backup was restored."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.syndication.retention import start_new_epoch


class Command(BaseCommand):
    """Start a new epoch: cursors from before the restore are answered with 410."""

    help = "Run it once after restoring a backup: portals then read everything anew."

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the epoch and say so."""
        start_new_epoch()
        self.stdout.write(
            "A new epoch has begun: every portal will start again from the beginning."
        )
