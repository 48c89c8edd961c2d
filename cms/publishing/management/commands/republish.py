"""Project everything again, whether its rows changed or not; for after a change of code."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cms.publishing import kinds, visibility
from cms.publishing.comparison import Outcome
from cms.publishing.models import Projection
from cms.publishing.reconcile import lock, reconcile_keys
from cms.publishing.schema.projecting import schema_digest
from cms.publishing.turns import own_transaction

BATCH = 50
BAR = 40


class Command(BaseCommand):
    """Drop the fingerprints of everything, then project in batches that each commit.

    A run that was interrupted goes on where it stopped with --resume.
    """

    help = "Project everything again, with a progress bar; resumable."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--kind", choices=list(kinds.projected_models()), help="one kind only")
        parser.add_argument("--resume", action="store_true", help="only what is still to do")

    def handle(self, *args: Any, **options: Any) -> None:
        """Project again and say what changed.

        Raises: CommandError when something could not be projected.
        """
        wanted = [options["kind"]] if options["kind"] else list(kinds.projected_models())
        if not options["resume"]:
            with own_transaction():
                # Reconciling writes the same rows, in an order of its own.
                lock()
                Projection.objects.filter(kind__in=wanted).update(fingerprint="")
        keys = [key for kind in wanted for key in self._due(kind)]
        total = Outcome()
        for start in range(0, len(keys), BATCH):
            total.add(reconcile_keys(keys[start : start + BATCH]))
            self._draw(min(start + BATCH, len(keys)), of=len(keys))
        self.stdout.write(f"{len(keys)} projected: {total}")
        if total.failed:
            raise CommandError("\n".join(f"{k}: {why}" for k, why in total.failed.items()))

    def _due(self, kind: str) -> list[str]:
        placed = visibility.placements(kind, pks=None, now=timezone.now())
        shown = [f"{kind}:{pk}" for pk, place in sorted(placed.items()) if place.reason is None]
        fresh = set(
            Projection.objects.filter(kind=kind, schema_digest=schema_digest())
            .exclude(fingerprint="")
            .values_list("key", flat=True)
        )
        return [key for key in shown if key not in fresh]

    def _draw(self, done: int, *, of: int) -> None:
        if sys.stderr.isatty():
            filled = BAR * done // of
            end = "\n" if done == of else ""
            self.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done}/{of}", ending=end)
