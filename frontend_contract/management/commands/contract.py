"""Renew the contract with frontends, check that it is kept, or close a release of it."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cms.api.schema import sdl
from frontend_contract import usage
from frontend_contract.check import check, promised, release, renew
from frontend_contract.compare import Findings


class Command(BaseCommand):
    """Write schema.graphql and generated/; with --check only say what is off."""

    help = "Write frontend_contract/schema.graphql and what is generated from it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the options."""
        one = parser.add_mutually_exclusive_group()
        one.add_argument("--check", action="store_true", help="Write nothing; fail if off.")
        one.add_argument(
            "--release",
            metavar="VERSION",
            help="Write released/VERSION.graphql: what this version promises from now on.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Renew, check or release."""
        today = timezone.localdate()
        version = options["release"]
        for line in usage.told(sdl(), promised=promised(), today=today):
            self.stdout.write(line)
        act = check if options["check"] else partial(release, version) if version else renew
        counter = partial(usage.requests_within_90_days, today=today)
        findings = act(sdl(), today=today, count_requests=counter)
        self._tell(findings, is_verbose=options["verbosity"] > 1)
        if findings.broken or (findings.stale and act is not renew):
            nothing = [] if options["check"] else ["Nothing was written."]
            raise CommandError("\n".join([*nothing, *findings.broken, *findings.stale]))
        if options["check"]:
            self.stdout.write("The contract is kept.")
        elif version:
            self.stdout.write(
                f"released/{version}.graphql was written. Repeat its hash in"
                " tests/contract/gate/test_released.py and take all approvals out of approvals.toml."
            )
        else:
            self.stdout.write("\n".join(findings.stale) or "Nothing to write: all is up to date.")

    def _tell(self, findings: Findings, *, is_verbose: bool) -> None:
        for change in findings.approved:
            self.stdout.write(f"Let through: {change}")
        for change in findings.details if is_verbose else ():
            self.stdout.write(f"  {change}")
        for change in findings.dangerous:
            self.stdout.write(f"Mind: {change}")
