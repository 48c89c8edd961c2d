"""Make the named sizes of pictures that do not have them."""

from typing import Any

from django.core.management.base import BaseCommand
from wagtail.images.models import SourceImageIOError

from cms.content.models import Image
from cms.content.renditions import make_presets
from cms.publishing import scopes


class Command(BaseCommand):
    """Make missing renditions, one picture at a time; it may be stopped and started again."""

    help = "Make the named sizes of every picture that does not have them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk through the pictures and say what was made."""
        total = Image.objects.count()
        made = failed = 0
        pictures = Image.objects.order_by("pk").iterator(chunk_size=100)
        for number, image in enumerate(pictures, start=1):
            try:
                with scopes.transaction():
                    made += make_presets(image)
            except SourceImageIOError as error:
                failed += 1
                self.stderr.write(f"{image.pk} {image.title}: {error}")
            self._show_progress(number, total=total)
        self.stdout.write(f"Pictures: {total}. Files made: {made}. Pictures that failed: {failed}.")

    def _show_progress(self, number: int, *, total: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{number} of {total}", ending="\n" if number == total else "")
            self.stdout.flush()
