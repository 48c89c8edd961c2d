"""Renew the contract with frontends, or check that it is kept."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cms.api.schema import sdl
from frontend_contract import usage
from frontend_contract.check import Findings, check, promised, renew


class Command(BaseCommand):
    """Write schema.graphql and generated/; with --check only say what is off."""

    help = "Write frontend_contract/schema.graphql and what is generated from it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the options."""
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if off.")
        parser.add_argument(
            "--base", type=Path, help="With --check: an older schema.graphql to compare with."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Renew or check."""
        today = timezone.localdate()
        base = options["base"]
        older = base.read_text(encoding="utf-8") if base else None
        for line in usage.told(sdl(), promised=older or promised(), today=today):
            self.stdout.write(line)
        if not options["check"]:
            findings = renew(sdl(), today=today)
            self._tell(findings)
            if findings.broken:
                raise CommandError("Nothing was written.\n" + "\n".join(findings.broken))
            self.stdout.write("\n".join(findings.stale) or "Nothing to write: all is up to date.")
            return
        findings = check(sdl(), today=today, base=older)
        self._tell(findings)
        if not findings.is_kept:
            raise CommandError("\n".join([*findings.broken, *findings.stale]))
        self.stdout.write("The contract is kept.")

    def _tell(self, findings: Findings) -> None:
        for change in findings.approved:
            self.stdout.write(f"Let through: {change}")
        for change in findings.dangerous:
            self.stdout.write(f"Mind: {change}")
