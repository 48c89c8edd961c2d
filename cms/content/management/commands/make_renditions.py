"""Make the named sizes of pictures that do not have them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.content.healing import walk
from cms.content.models import Image


class Command(BaseCommand):
    """Make missing renditions, one picture at a time; it may be stopped and started again."""

    help = "Make the named sizes of every picture that does not have them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what else should be done on the way."""
        parser.add_argument(
            "--check-files",
            action="store_true",
            help="Ask the storage for every file, and make again what is gone.",
        )
        parser.add_argument(
            "--remove-former",
            action="store_true",
            help="Remove the files of presets, formats and focal points that are no longer in use.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk through the pictures and say what was done."""
        total = Image.objects.count()
        done = made = removed = failed = 0
        for healed in walk(
            is_thorough=options["check_files"], is_removing=options["remove_former"]
        ):
            done += 1
            made, removed = made + healed.made, removed + healed.removed
            if healed.problem:
                failed += 1
                self.stderr.write(f"{healed.pk} {healed.title}: {healed.problem}")
            self._show_progress(done, total=total)
        self.stdout.write(f"Pictures: {done}. Files made: {made}. Pictures that failed: {failed}.")
        if options["remove_former"]:
            self.stdout.write(f"Files removed: {removed}.")

    def _show_progress(self, number: int, *, total: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{number} of {total}", ending="\n" if number == total else "")
            self.stdout.flush()
