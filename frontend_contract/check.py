"""Compare what we promised with what the code answers.

A promise is kept when the generated files are what the code would write, every operation of a frontend
can be answered, and nothing was taken away since the last release without approval.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from graphql import build_schema

from frontend_contract import deprecations, manifest, operations, released, typescript
from frontend_contract.compare import Findings, compare
from frontend_contract.deprecations import RequestCounter

ROOT = Path(__file__).parent
PROJECT = ROOT.parent / "pyproject.toml"
SNAPSHOT = Path("schema.graphql")
TYPES = Path("generated/types.ts")
DOCUMENTS = Path("generated/documents.json")
DOCUMENT_IDS = Path("generated/documents.ts")


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


def check(
    sdl: str,
    *,
    today: dt.date,
    root: Path = ROOT,
    count_requests: RequestCounter | None = None,
) -> Findings:
    """Compare the contract in `root` with the schema that the code has now, given as its text.

    Shape: without `count_requests` nothing is known of the use of deprecated members.
    """
    schema = build_schema(sdl)
    findings = compare(schema, today=today, root=root, count_requests=count_requests)
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
    """Return the schema of the last release; empty before the first one."""
    last = released.read_last(root)
    return last.sdl if last else ""


def renew(
    sdl: str,
    *,
    today: dt.date,
    root: Path = ROOT,
    count_requests: RequestCounter | None = None,
) -> Findings:
    """Write the snapshot and what is generated, unless that would break a promise nobody approved.

    Shape: `stale` names the files that were written.
    """
    findings = check(sdl, today=today, root=root, count_requests=count_requests)
    if findings.broken:
        return findings
    written = []
    for path, text in expected_files(sdl, root=root).items():
        if _read(root / path) != text:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
            written.append(f"{path} was written.")
    return replace(findings, stale=written)


def release(
    version: str,
    sdl: str,
    *,
    today: dt.date,
    root: Path = ROOT,
    project: Path = PROJECT,
    count_requests: RequestCounter | None = None,
) -> Findings:
    """Write the schema of a version into `released/`, unless the contract is not kept.

    Shape: the version is that of `project` and follows the last release.
    """
    findings = check(sdl, today=today, root=root, count_requests=count_requests)
    last = released.read_last(root)
    findings.broken.extend(_version_problems(version, last=last, project=project))
    if last:
        findings.broken.extend(
            deprecations.short_notices(build_schema(last.sdl), build_schema(sdl), today=today)
        )
    if findings.is_kept:
        released.write(version, sdl, root=root)
    return findings


def _version_problems(
    version: str, *, last: released.Release | None, project: Path
) -> Iterator[str]:
    known = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
    if version != known:
        yield f"{project.name} has the version {known}, not {version}."
    elif not released.VERSION.fullmatch(version):
        yield f"{version} is no version of the form 1.2.3."
    elif last and released.order(version) <= released.order(last.version):
        yield f"{version} does not follow {last.version}, the last release."


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
