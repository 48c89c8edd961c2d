"""Make the published rows agree with the content, once or for as long as the process lives."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.publishing import reconcile
from cms.publishing.clock import PublishedCopy, make_original, refuse_a_copy
from cms.publishing.keeper import SWEEP_SECONDS, Keeper
from cms.publishing.kinds import all_kinds


class Command(BaseCommand):
    """Sweep everything; with --watch, also tick at every time boundary until told to stop."""

    help = "Compare everything with its published row and write the differences."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--kind", choices=all_kinds(), help="look at things of one kind only")
        parser.add_argument(
            "--force", action="store_true", help="make a copy an installation of its own first"
        )
        parser.add_argument("--watch", action="store_true", help="go on: sweeps and ticks")
        parser.add_argument(
            "--sweep-seconds", type=float, default=SWEEP_SECONDS, help="between two sweeps (300)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once, or watch.

        Raises: CommandError when something could not be projected, or the rows were imported.
        """
        if options["force"]:
            make_original()
        try:
            refuse_a_copy()
        except PublishedCopy as error:
            raise CommandError(str(error)) from error
        if options["watch"]:
            self._watch(every_seconds=options["sweep_seconds"])
            return
        outcome = reconcile.sweep(kind=options["kind"])
        self.stdout.write(str(outcome))
        if outcome.failed:
            raise CommandError("\n".join(f"{k}: {why}" for k, why in outcome.failed.items()))

    def _watch(self, *, every_seconds: float) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Keeper(say=self._say, complain=self.stderr.write, every_seconds=every_seconds).run(stop)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
