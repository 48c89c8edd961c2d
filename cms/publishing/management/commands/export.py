"""Write everything published into one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.publishing.archive.layout import ArchiveError
from cms.publishing.archive.writing import export_to
from cms.publishing.clock import read_clock
from cms.publishing.management.progress import bar
from cms.publishing.reconcile import tick


class Command(BaseCommand):
    """Write an archive of the published content: rows, tombstones, clock and files."""

    help = "Write everything published, tombstones and files included, into one zip file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, help="the archive; an older one is replaced")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the archive and say what is in it.

        Raises: CommandError when it cannot be written; there is no half of one then.
        """
        if not read_clock().is_copy:
            # What has expired gets its tombstone first, so that its content is not in the file.
            tick()
        try:
            manifest = export_to(options["file"], progress=bar(self.stderr))
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        for name in manifest.missing:
            self.stderr.write(f"missing in the storage, so left out: {name}")
        counts = manifest.counts
        self.stdout.write(
            f"{counts['items']} rows and {counts['files']} files at {manifest.clock['value']}"
            f" on the clock: {options['file']}"
        )
