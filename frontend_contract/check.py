"""Compare what we promised with what the code answers.

A promise is kept when the snapshot and the generated files are what the code would write, every
operation of a frontend can be answered, and nothing in the snapshot was taken away without approval.
"""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from graphql import GraphQLSchema, build_schema
from graphql.utilities import find_breaking_changes, find_dangerous_changes

from frontend_contract import approvals, manifest, operations, typescript

ROOT = Path(__file__).parent
SNAPSHOT = Path("schema.graphql")
TYPES = Path("generated/types.ts")
DOCUMENTS = Path("generated/documents.json")
DOCUMENT_IDS = Path("generated/documents.ts")
APPROVALS = Path("approvals.toml")


@dataclass(frozen=True, slots=True)
class Findings:
    """Hold what a comparison found, each thing in one sentence.

    Shape: `broken` promises and `stale` files fail the check; `approved` and `dangerous` changes are
           told and let through.
    """

    broken: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    approved: list[str] = field(default_factory=list)
    dangerous: list[str] = field(default_factory=list)

    @property
    def is_kept(self) -> bool:
        """Say whether the promise is kept and written down."""
        return not self.broken and not self.stale


def expected_files(sdl: str, *, root: Path) -> dict[Path, str]:
    """Return what the generated files of a contract should hold, by path below `root`.

    Raises: operations.BadOperation.
    """
    schema = build_schema(sdl)
    found = operations.read(root)
    return {
        SNAPSHOT: sdl,
        TYPES: typescript.generate(schema, found),
        DOCUMENTS: manifest.manifest(found),
        DOCUMENT_IDS: manifest.typescript(found),
    }


def check(sdl: str, *, today: dt.date, root: Path = ROOT, base: str | None = None) -> Findings:
    """Compare the contract in `root` with the schema that the code has now, given as its text.

    Shape: `base` is an older snapshot to compare with instead of the one in `root`, for instance
           that of the last release.
    """
    findings = Findings()
    schema = build_schema(sdl)
    snapshot = _read(root / SNAPSHOT)
    promised = base if base is not None else snapshot
    _compare(findings, promised, schema, today=today, root=root)
    try:
        found = operations.read(root)
    except operations.BadOperation as error:
        findings.broken.append(str(error))
        return findings
    unanswerable = operations.problems(found, schema)
    findings.broken.extend(unanswerable)
    if not unanswerable:
        findings.stale.extend(
            f"{path} is out of date: run `make contract`."
            for path, text in expected_files(sdl, root=root).items()
            if _read(root / path) != text
        )
    return findings


def promised(*, root: Path = ROOT) -> str:
    """Return the schema that is promised, as it is written down; empty before the first time."""
    return _read(root / SNAPSHOT)


def renew(sdl: str, *, today: dt.date, root: Path = ROOT) -> Findings:
    """Write the snapshot and what is generated, unless that would break a promise nobody approved.

    Shape: `stale` names the files that were written.
    """
    findings = check(sdl, today=today, root=root)
    if findings.broken:
        return findings
    written = []
    for path, text in expected_files(sdl, root=root).items():
        if _read(root / path) != text:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
            written.append(f"{path} was written.")
    return Findings(
        stale=written, approved=findings.approved, dangerous=findings.dangerous, broken=[]
    )


def _compare(
    findings: Findings, promised: str, schema: GraphQLSchema, *, today: dt.date, root: Path
) -> None:
    try:
        let_through = approvals.read(root / APPROVALS)
    except approvals.BadApproval as error:
        findings.broken.append(str(error))
        return
    findings.broken.extend(
        f"The approval of “{approval.change}” ended on {approval.expires_on}: take it out."
        for approval in let_through
        if approval.is_expired(today=today)
    )
    if not promised:
        return
    known = {entry.change: entry for entry in let_through if not entry.is_expired(today=today)}
    before = build_schema(promised)
    for change in find_breaking_changes(before, schema):
        approval = known.get(change.description)
        if approval is None:
            findings.broken.append(f"Breaking, and not approved: {change.description}")
        else:
            findings.approved.append(
                f"{change.description} Approved by {approval.owner} until {approval.expires_on}."
            )
    findings.dangerous.extend(
        change.description for change in find_dangerous_changes(before, schema)
    )


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
