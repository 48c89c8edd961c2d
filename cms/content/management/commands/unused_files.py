"""List or delete the files in the storage that no row names."""

from argparse import ArgumentParser
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand

from cms.content.unused_files import unused_files


class Command(BaseCommand):
    """List the files that nothing uses; with --delete, delete them."""

    help = "List the files, older than a day, that no picture, document or account uses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--delete", action="store_true", help="delete them as well")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write a line for each file."""
        count = 0
        for name in unused_files():
            count += 1
            if options["delete"]:
                default_storage.delete(name)
            self.stdout.write(name)
        self.stdout.write(f"Files that nothing uses: {count}.")
