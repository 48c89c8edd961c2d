"""Compare the schema of the code with that of the last release."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from graphql import GraphQLSchema, build_schema

from frontend_contract import approvals, deprecations, released
from frontend_contract.approvals import Approvals, ReleaseApproval
from frontend_contract.changes import Change, breaking_changes, dangerous_changes

APPROVALS = Path("approvals.toml")


@dataclass(frozen=True, slots=True)
class Findings:
    """Hold what a comparison found, each thing in one sentence.

    Shape: `broken` promises and `stale` files fail the check. What was `approved` and what is
           `dangerous` is told and let through. `details` are the changes that `approved` sums up.
    """

    broken: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    approved: list[str] = field(default_factory=list)
    dangerous: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)

    @property
    def is_kept(self) -> bool:
        """Say whether the promise is kept and written down."""
        return not self.broken and not self.stale


def compare(
    schema: GraphQLSchema,
    *,
    today: dt.date,
    root: Path,
    count_requests: deprecations.RequestCounter | None,
) -> Findings:
    """Return what a schema breaks of the last release, and what of that was let through."""
    findings = Findings(broken=released.problems(root))
    try:
        known = approvals.read(root / APPROVALS)
    except approvals.BadApproval as error:
        findings.broken.append(str(error))
        return findings
    last = released.read_last(root)
    if last is None:
        return findings
    before = build_schema(last.sdl)
    valid = _valid(findings, known, last=last.version, today=today)
    retirements = deprecations.Retirements(before, today=today, count_requests=count_requests)
    _judge(findings, breaking_changes(before, schema), valid=valid, retirements=retirements)
    findings.broken.extend(deprecations.problems(before, schema))
    findings.dangerous.extend(dangerous_changes(before, schema))
    return findings


def _valid(findings: Findings, known: Approvals, *, last: str, today: dt.date) -> Approvals:
    """Return the approvals that count; the findings get what is wrong with the others."""
    problems: dict[str, str] = {}
    for approval in [*known.changes, *known.releases]:
        problem = approval.problem(today=today)
        if not problem and isinstance(approval, ReleaseApproval):
            problem = _release_problem(approval, last=last)
        if not problem and approval.subject in problems:
            problem = f"The approval of {approval.subject} is there twice: take one out."
        problems[approval.subject] = problems.get(approval.subject) or problem
    findings.broken.extend(problem for problem in problems.values() if problem)
    return Approvals(
        [approval for approval in known.changes if not problems[approval.subject]],
        [approval for approval in known.releases if not problems[approval.subject]],
    )


def _release_problem(approval: ReleaseApproval, *, last: str) -> str:
    try:
        is_released = released.order(approval.release) <= released.order(last)
    except ValueError as error:
        return f"The approval of {approval.subject}: {error}"
    if is_released:
        return f"The approval of {approval.subject} ended with its release: take it out."
    if approval.previous_release != last:
        return f"The approval of {approval.subject}: write {last} as previous_release."
    return ""


def _judge(
    findings: Findings,
    changes: list[Change],
    *,
    valid: Approvals,
    retirements: deprecations.Retirements,
) -> None:
    approved = {approval.change: approval for approval in valid.changes}
    for change in changes:
        approval = approved.pop(change.description, None)
        if approval is not None:
            findings.approved.append(f"{change.description} {approval.signature}")
            continue
        may_go, reason = retirements.judge(change.removed)
        sentence = f"{change.description} {reason}".rstrip()
        if may_go:
            findings.approved.append(sentence)
        elif valid.releases:
            findings.details.append(sentence)
        else:
            findings.broken.append(f"Breaking, and not approved: {sentence}")
    findings.broken.extend(
        f"The approval of {approval.subject} lets nothing through: take it out."
        for approval in approved.values()
    )
    findings.approved.extend(
        f"Breaking changes of {release.subject}: {len(findings.details)}. {release.signature}"
        for release in valid.releases
    )
