"""Run the worker of an installation: deliveries, sweeps and ticks, scheduled publishing, renditions."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.syndication.worker import Pace, Worker

DEFAULT = Pace()
# An attempt takes 15 seconds at the most, and some more to write down how it went.
LEASE_SECONDS_MIN = 20


class Command(BaseCommand):
    """Work until SIGTERM or Ctrl-C, then finish what is on its way."""

    help = "Deliver changes to portals, keep published rows right, publish what is scheduled."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--threads",
            type=int,
            default=DEFAULT.threads,
            help=f"deliveries on their way at once ({DEFAULT.threads})",
        )
        parser.add_argument(
            "--poll-seconds",
            type=float,
            default=DEFAULT.poll_seconds,
            help=f"between two looks at the clock ({DEFAULT.poll_seconds})",
        )
        parser.add_argument(
            "--lease-seconds",
            type=float,
            default=DEFAULT.lease_seconds,
            help=f"until what a killed worker had goes to another one ({DEFAULT.lease_seconds:.0f})",
        )
        parser.add_argument(
            "--sweep-seconds",
            type=float,
            default=DEFAULT.sweep_seconds,
            help=f"between two sweeps ({DEFAULT.sweep_seconds:.0f})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the worker.

        Raises: CommandError when a lease would end before an attempt does.
        """
        if options["lease_seconds"] < LEASE_SECONDS_MIN:
            raise CommandError(f"--lease-seconds must be at least {LEASE_SECONDS_MIN}.")
        worker = Worker(
            say=self._say,
            complain=self.stderr.write,
            pace=Pace(
                threads=options["threads"],
                poll_seconds=options["poll_seconds"],
                lease_seconds=options["lease_seconds"],
                sweep_seconds=options["sweep_seconds"],
            ),
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        worker.run()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
