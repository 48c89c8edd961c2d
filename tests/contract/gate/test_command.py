"""`manage.py contract` writes, checks and releases, and says why it does not."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cms.api.schema import sdl
from frontend_contract import released
from tests.contract.gate.small import approval, release_approval

OLD = sdl().replace("enum LabelLevel {", 'enum LabelLevel {\n  "Paper"\n  PAPER\n')
CHANGE = "PAPER was removed from enum type LabelLevel."


def contract(*arguments: Any, **options: Any) -> list[str]:
    out = StringIO()
    call_command("contract", *arguments, stdout=out, **options)
    return out.getvalue().splitlines()


def keep(copy: Path, text: str) -> None:
    """Make a schema the only one that was released."""
    for path in (copy / "released").iterdir():
        path.unlink()
    released.write("98.0.0", text, root=copy)


def test_it_writes_what_is_stale_and_nothing_twice(copy: Path) -> None:
    keep(copy, sdl())
    before = (copy / "generated/types.ts").read_text()
    (copy / "generated/types.ts").unlink()

    with pytest.raises(CommandError, match=r"generated/types\.ts is out of date"):
        contract("--check")

    assert contract() == ["generated/types.ts was written."]
    assert (copy / "generated/types.ts").read_text() == before
    assert contract() == ["Nothing to write: all is up to date."]
    assert contract("--check") == ["The contract is kept."]


@pytest.mark.django_db
def test_it_refuses_what_breaks_a_promise(copy: Path) -> None:
    keep(copy, OLD)
    before = (copy / "schema.graphql").read_text()

    for arguments in ([], ["--check"], ["--release", "99.0.0"]):
        with pytest.raises(CommandError, match=f"not approved: {CHANGE}"):
            contract(*arguments)

    assert (copy / "schema.graphql").read_text() == before
    assert not (copy / "released/99.0.0.graphql").exists()


@pytest.mark.django_db
def test_it_tells_what_was_let_through_and_what_may_surprise(copy: Path, time_machine: Any) -> None:
    time_machine.move_to("2026-03-02T12:00:00Z")
    keep(copy, OLD.replace('  """Gold"""\n  GOLD\n\n', ""))
    (copy / "approvals.toml").write_text(approval(expires_on="2026-12-31", change=CHANGE))

    assert contract("--check") == [
        "Gone, and nobody asked within 90 days: LabelLevel.PAPER.",
        f"Let through: {CHANGE} Approved by maintainers until 2026-12-31.",
        "Mind: GOLD was added to enum type LabelLevel.",
        "The contract is kept.",
    ]


@pytest.mark.django_db
def test_it_lists_the_changes_of_a_version_only_when_asked(copy: Path, time_machine: Any) -> None:
    time_machine.move_to("2026-03-02T12:00:00Z")
    keep(copy, OLD)
    (copy / "approvals.toml").write_text(release_approval("99.0.0", previous="98.0.0"))
    approved = (
        "Let through: Breaking changes of version 99.0.0: 1. Approved by maintainers"
        " until 2026-12-31."
    )

    assert contract("--check")[1:] == [approved, "The contract is kept."]
    assert contract("--check", verbosity=2)[1:] == [
        approved,
        f"  {CHANGE}",
        "The contract is kept.",
    ]


def test_it_writes_a_release_and_says_what_is_left_to_do(copy: Path) -> None:
    keep(copy, sdl())

    assert contract("--release", "99.0.0") == [
        (
            "released/99.0.0.graphql was written. Repeat its hash in"
            " tests/contract/gate/test_released.py and take all approvals out of approvals.toml."
        )
    ]

    assert (copy / "released/99.0.0.graphql").read_text() == sdl()
    assert contract("--check") == ["The contract is kept."]


def test_it_releases_no_other_version_than_that_of_the_project(copy: Path) -> None:
    keep(copy, sdl())

    with pytest.raises(CommandError, match=r"has the version 99\.0\.0, not 99\.0\.1"):
        contract("--release", "99.0.1")
