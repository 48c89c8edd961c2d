"""List the files that are public although nothing refers to them, or end that."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cms.content.models import Document, Image
from cms.publishing.file_references import end_grace_periods
from cms.publishing.models import UnreferencedFile
from cms.publishing.reconcile import reconcile_keys
from cms.publishing.turns import own_transaction

MODELS: tuple[Any, ...] = (Image, Document)


class Command(BaseCommand):
    """List the files in their grace period; with --withdraw, end it for all of them."""

    help = (
        "List the pictures and documents that stay public for 14 days after the upgrade although"
        " nothing refers to them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument(
            "--withdraw", action="store_true", help="withdraw all of them now instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write a line for each file, or withdraw the files."""
        rows = list(_waiting())
        if options["withdraw"]:
            with own_transaction():
                end_grace_periods(key for key, _line in rows)
                outcome = reconcile_keys([key for key, _line in rows])
            self.stdout.write(str(outcome))
            return
        for _key, line in rows:
            self.stdout.write(line)
        self.stdout.write(f"Files that nothing refers to: {len(rows)}.")


def _waiting() -> Iterator[tuple[str, str]]:
    """Yield the key of each file in its grace period, and the line that describes it."""
    waiting = UnreferencedFile.objects.filter(ends_at__gt=timezone.now())
    ends = dict(waiting.values_list("key", "ends_at"))
    for model in MODELS:
        kind = model.published_kind
        pks = [int(key.partition(":")[2]) for key in ends if key.startswith(f"{kind}:")]
        files = model.objects.in_bulk(pks)
        for pk in sorted(files):
            file = files[pk]
            # What an editor keeps public is public for that reason.
            if getattr(file, "keep_public", False):
                continue
            key = f"{kind}:{pk}"
            yield (
                key,
                "\t".join((key, file.title, file.file.name, _uploader(file), _day(ends[key]))),
            )


def _uploader(file: Any) -> str:
    user = file.uploaded_by_user
    return user.get_username() if user else "unknown"


def _day(instant: Any) -> str:
    return f"public until {instant:%Y-%m-%d %H:%M} UTC"
