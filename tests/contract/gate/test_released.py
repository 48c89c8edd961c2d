"""What was released is written down byte for byte, and nothing else is compared with."""

import datetime as dt
from pathlib import Path

import pytest

from cms.api.schema import sdl
from frontend_contract import released
from frontend_contract.check import ROOT, check, release, renew
from tests.contract.gate.small import GONE, SMALL, TODAY, WITHOUT_EMAIL, approval, release_approval

# One line for each released version, added with its file and never changed.
HASHES = {
    "0.1.0.graphql": "2be9a6007053c05e0ead0ec0db0ca053d93bfcabbcfbbe8ff641c6efd4c74d9f",
}


def deprecated(day: str) -> str:
    reason = f"Ask by post. Removed after {day}."
    return SMALL.replace("email: String", f'email: String @deprecated(reason: "{reason}")')


def close(version: str, text: str, *, root: Path, today: dt.date = TODAY) -> list[str]:
    project = root / "pyproject.toml"
    project.write_text(f'[project]\nversion = "{version}"\n')
    return release(version, text, today=today, root=root, project=project).broken


def test_released_schemas_are_those_that_were_released() -> None:
    assert released.read_sums(ROOT) == HASHES
    assert released.problems(ROOT) == []


def test_the_contract_of_this_code_is_kept() -> None:
    findings = check(sdl(), today=dt.date.today())  # noqa: DTZ011 - the day on which the suite runs

    assert (findings.broken, findings.stale) == ([], [])


def test_without_the_snapshot_a_breaking_change_is_refused_all_the_same(root: Path) -> None:
    (root / "schema.graphql").unlink()

    findings = renew(WITHOUT_EMAIL, today=TODAY, root=root)

    assert findings.broken == [f"Breaking, and not approved: {GONE}"]
    assert not (root / "schema.graphql").exists()


def test_a_snapshot_of_the_broken_schema_makes_it_no_promise(root: Path) -> None:
    (root / "schema.graphql").write_text(WITHOUT_EMAIL)

    assert check(WITHOUT_EMAIL, today=TODAY, root=root).broken == [
        f"Breaking, and not approved: {GONE}"
    ]


def test_what_was_never_released_may_go(root: Path) -> None:
    (root / "schema.graphql").write_text(SMALL.replace("email:", "phone: String email:"))

    assert renew(SMALL, today=TODAY, root=root).broken == []


def test_a_released_file_that_was_edited_fails(root: Path) -> None:
    (root / "released/1.0.0.graphql").write_text(WITHOUT_EMAIL)

    assert check(WITHOUT_EMAIL, today=TODAY, root=root).broken == [
        "released/1.0.0.graphql was changed after its release: restore it."
    ]


def test_a_released_file_that_was_deleted_fails(root: Path) -> None:
    assert close("1.1.0", SMALL, root=root) == []
    (root / "released/1.1.0.graphql").unlink()

    assert check(SMALL, today=TODAY, root=root).broken == [
        "released/1.1.0.graphql is missing: restore it."
    ]


def test_without_any_released_file_nothing_is_kept_or_written(root: Path) -> None:
    (root / "released/1.0.0.graphql").unlink()
    (root / "released/SHA256SUMS").unlink()

    findings = renew(WITHOUT_EMAIL, today=TODAY, root=root)

    assert findings.broken == ["released/ holds no released schema: restore it from the history."]
    assert (root / "schema.graphql").read_text() == SMALL


@pytest.mark.parametrize("name", ["1.1.0", "latest"])
def test_a_file_that_no_release_wrote_fails(root: Path, name: str) -> None:
    (root / f"released/{name}.graphql").write_text(SMALL)

    assert check(SMALL, today=TODAY, root=root).broken == [
        f"released/{name}.graphql is not in released/SHA256SUMS: `--release` writes both."
    ]


def test_the_last_release_is_the_one_with_the_highest_version(root: Path) -> None:
    wider = SMALL.replace("email:", "phone: String email:")
    renew(wider, today=TODAY, root=root)
    assert close("1.9.0", wider, root=root) == []
    assert close("1.10.0", wider, root=root) == []

    assert released.read_last(root) == released.Release("1.10.0", wider)
    assert check(SMALL, today=TODAY, root=root).broken == [
        "Breaking, and not approved: Person.phone was removed."
    ]


def test_a_release_is_written_with_its_hash(root: Path) -> None:
    assert close("1.1.0", SMALL, root=root) == []

    assert (root / "released/1.1.0.graphql").read_bytes() == SMALL.encode()
    assert list(released.read_sums(root)) == ["1.0.0.graphql", "1.1.0.graphql"]
    assert check(SMALL, today=TODAY, root=root).is_kept


def test_a_release_ends_its_approvals(root: Path) -> None:
    (root / "approvals.toml").write_text(approval(expires_on="2026-12-31") + release_approval())
    renew(WITHOUT_EMAIL, today=TODAY, root=root)

    assert close("1.1.0", WITHOUT_EMAIL, root=root) == []

    assert check(WITHOUT_EMAIL, today=TODAY, root=root).broken == [
        "The approval of version 1.1.0 ended with its release: take it out.",
        f"The approval of “{GONE}” lets nothing through: take it out.",
    ]


@pytest.mark.parametrize(
    ("version", "text", "problem"),
    [
        ("1.0.0", SMALL, "1.0.0 does not follow 1.0.0, the last release."),
        ("0.9.0", SMALL, "0.9.0 does not follow 1.0.0, the last release."),
        ("1.1", SMALL, "1.1 is no version of the form 1.2.3."),
        ("1.1.0", WITHOUT_EMAIL, f"Breaking, and not approved: {GONE}"),
        (
            "1.1.0",
            deprecated("2026-05-30"),
            (
                "Person.email is newly deprecated: promise it until 2026-05-31 at least,"
                " not 2026-05-30."
            ),
        ),
    ],
)
def test_what_may_not_be_released_is_not_written(
    root: Path, version: str, text: str, problem: str
) -> None:
    renew(text, today=TODAY, root=root)

    assert close(version, text, root=root) == [problem]
    assert [path.stem for path in root.glob("released/*.graphql")] == ["1.0.0"]


def test_a_stale_contract_is_not_released(root: Path) -> None:
    (root / "generated/types.ts").unlink()

    close("1.1.0", SMALL, root=root)

    assert not (root / "released/1.1.0.graphql").exists()


def test_only_the_version_of_the_project_is_released(root: Path) -> None:
    project = root / "pyproject.toml"
    project.write_text('[project]\nversion = "1.1.0"\n')

    findings = release("1.2.0", SMALL, today=TODAY, root=root, project=project)

    assert findings.broken == ["pyproject.toml has the version 1.1.0, not 1.2.0."]
    assert not (root / "released/1.2.0.graphql").exists()


def test_a_deprecation_that_was_released_needs_no_second_notice(root: Path) -> None:
    text = deprecated("2026-05-31")
    renew(text, today=TODAY, root=root)
    assert close("1.1.0", text, root=root) == []

    assert close("1.2.0", text, root=root, today=dt.date(2026, 5, 1)) == []
