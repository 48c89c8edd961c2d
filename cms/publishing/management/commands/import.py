"""Take in everything published from a file of `manage.py export`."""

# The command has the name that operators expect.
# ruff: noqa: N999

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.publishing.archive.layout import ArchiveError
from cms.publishing.archive.reading import import_from
from cms.publishing.management.progress import bar


class Command(BaseCommand):
    """Make an empty installation a copy that answers as the exported one did."""

    help = "Take an archive of `export` into an empty database: all of it, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, help="the archive")
        parser.add_argument(
            "--new-epoch",
            action="store_true",
            help="let portals start again: the archive is older than what they have read",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it in and say what was in it.

        Raises: CommandError with the reason; nothing is changed then.
        """
        try:
            manifest = import_from(
                options["file"], is_new_epoch=options["new_epoch"], progress=bar(self.stderr)
            )
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        counts = manifest.counts
        self.stdout.write(
            f"{counts['items']} rows and {counts['files']} files taken in. This installation is a"
            " copy: what editors change here is refused."
        )
