"""Replace Wagtail's command of this name: each change is atomic with its public row."""

from typing import Any

from django.core.management.base import CommandError
from wagtail.management.commands import publish_scheduled

from cms.publishing.scheduled import publish_due


class Command(publish_scheduled.Command):
    """Publish what is due and take down what has expired."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Wagtail's own dry run, or publish.

        Raises: CommandError naming every failure, after all the rest has been done.
        """
        if options["dryrun"]:
            super().handle(*args, **options)
        elif failures := publish_due():
            raise CommandError("\n".join(failures))
