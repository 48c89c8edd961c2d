"""Load the demo content."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand

from home.demo.load import load_demo
from home.demo.site import OtherContent


class Command(BaseCommand):
    """Load what was never loaded; a second run changes nothing, whatever editors did since."""

    help = "Fill an empty installation with the demo content: the ICT Cluster, projects and news."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how much, or why nothing: a site of its own is left alone."""
        try:
            with _quiet():
                count = load_demo()
        except OtherContent as reason:
            self.stdout.write(f"Demo content: 0 changes, because {reason}")
            return
        self.stdout.write(f"Demo content: {count} change{'' if count == 1 else 's'}")


@contextmanager
def _quiet() -> Iterator[None]:
    # Wagtail reports every page twice, which would bury the one line that matters.
    logger = logging.getLogger("wagtail")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
