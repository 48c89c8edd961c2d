"""A breaking change passes with an approval that counts today, and with no other."""

import datetime as dt
from pathlib import Path

import pytest

from frontend_contract.approvals import BadApproval, ChangeApproval, ReleaseApproval, read
from frontend_contract.check import check, renew
from tests.contract.gate.small import GONE, SMALL, TODAY, WITHOUT_EMAIL, approval, release_approval

NOT_APPROVED = f"Breaking, and not approved: {GONE}"


def approve(root: Path, *texts: str) -> None:
    (root / "approvals.toml").write_text("".join(texts))


def test_a_breaking_change_without_approval_fails_and_is_not_written(root: Path) -> None:
    findings = check(WITHOUT_EMAIL, today=TODAY, root=root)
    renewed = renew(WITHOUT_EMAIL, today=TODAY, root=root)

    assert findings.broken == [NOT_APPROVED]
    assert renewed.broken == findings.broken
    assert (root / "schema.graphql").read_text() == SMALL


def test_a_breaking_change_with_approval_passes_and_is_written(root: Path) -> None:
    approve(root, approval(expires_on="2026-03-02"))

    findings = check(WITHOUT_EMAIL, today=TODAY, root=root)
    renew(WITHOUT_EMAIL, today=TODAY, root=root)

    assert findings.broken == []
    assert findings.approved == [f"{GONE} Approved by maintainers until 2026-03-02."]
    assert (root / "schema.graphql").read_text() == WITHOUT_EMAIL
    assert check(WITHOUT_EMAIL, today=TODAY, root=root).is_kept


def test_an_approval_that_has_ended_fails_and_lets_nothing_through(root: Path) -> None:
    approve(root, approval(expires_on="2026-03-01"))

    assert check(WITHOUT_EMAIL, today=TODAY, root=root).broken == [
        f"The approval of “{GONE}” ended on 2026-03-01: take it out.",
        NOT_APPROVED,
    ]
    assert check(SMALL, today=TODAY, root=root).broken == [
        f"The approval of “{GONE}” ended on 2026-03-01: take it out."
    ]


def test_an_approval_that_has_not_begun_fails_and_lets_nothing_through(root: Path) -> None:
    approve(root, approval(approved_on="2026-03-03", expires_on="2026-03-09"))

    assert check(WITHOUT_EMAIL, today=TODAY, root=root).broken == [
        f"The approval of “{GONE}” begins only on 2026-03-03.",
        NOT_APPROVED,
    ]


def test_an_approval_that_lets_nothing_through_fails(root: Path) -> None:
    approve(root, approval(expires_on="2026-03-02"))

    assert check(SMALL, today=TODAY, root=root).broken == [
        f"The approval of “{GONE}” lets nothing through: take it out."
    ]


def test_an_approval_that_is_there_twice_fails(root: Path) -> None:
    approve(root, approval(expires_on="2026-03-02"), approval(expires_on="2026-03-03"))

    assert check(WITHOUT_EMAIL, today=TODAY, root=root).broken == [
        f"The approval of “{GONE}” is there twice: take one out.",
        NOT_APPROVED,
    ]


def test_one_approval_lets_all_breaking_changes_of_a_version_through(root: Path) -> None:
    approve(root, release_approval())

    findings = renew(WITHOUT_EMAIL, today=TODAY, root=root)

    assert findings.broken == []
    assert findings.approved == [
        "Breaking changes of version 1.1.0: 1. Approved by maintainers until 2026-12-31."
    ]
    assert findings.details == [GONE]
    assert (root / "schema.graphql").read_text() == WITHOUT_EMAIL


def test_the_approval_of_a_version_may_come_before_its_first_change(root: Path) -> None:
    approve(root, release_approval())

    assert check(SMALL, today=TODAY, root=root).is_kept


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (release_approval("1.0.0"), "version 1.0.0 ended with its release: take it out."),
        (release_approval("0.9.0"), "version 0.9.0 ended with its release: take it out."),
        (
            release_approval("1.2.0", previous="1.1.0"),
            "version 1.2.0: write 1.0.0 as previous_release.",
        ),
        (release_approval("next"), "version next: next is no version of the form 1.2.3."),
        (release_approval() * 2, "version 1.1.0 is there twice: take one out."),
    ],
)
def test_the_approval_of_another_version_lets_nothing_through(
    root: Path, text: str, problem: str
) -> None:
    approve(root, text)

    assert check(WITHOUT_EMAIL, today=TODAY, root=root).broken == [
        f"The approval of {problem}",
        NOT_APPROVED,
    ]


ONE = approval(expires_on="2026-03-02")
TOO_LONG = "Approval 1: expires_on is at most 400 days after approved_on, and not before."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[approval]]\nchange = "x"\n', "Approval 1 lacks why, owner, approved_on, expires_on."),
        (ONE.replace("maintainers", ""), "Approval 1 lacks owner."),
        (ONE.replace('"maintainers"', "1"), "Approval 1: write owner as text."),
        (release_approval().replace("previous_release", "#"), "Approval 1 lacks previous_release."),
        (
            approval(expires_on='"soon"'),
            "Approval 1: write expires_on as a date, such as 2027-01-31.",
        ),
        (approval(expires_on="2026-03-02T00:00:00Z"), "Approval 1: write expires_on as a date"),
        (approval(expires_on="9999-12-31"), TOO_LONG),
        (approval(expires_on="2027-03-08"), TOO_LONG),
        (approval(expires_on="2026-01-30"), TOO_LONG),
        (ONE + 'who = "me"\n', "Approval 1 has no place for who."),
        ("[[approved]]\n", "approvals.toml has no place for approved."),
        ("[[approval", "approvals.toml: "),
    ],
)
def test_an_approval_says_everything(root: Path, text: str, words: str) -> None:
    approve(root, text)

    with pytest.raises(BadApproval, match=words):
        read(root / "approvals.toml")
    (found,) = check(SMALL, today=TODAY, root=root).broken
    assert found.startswith(words)


def test_both_kinds_of_approvals_are_read(root: Path) -> None:
    approve(root, release_approval(), approval(expires_on="2027-03-07"))

    approvals = read(root / "approvals.toml")

    assert approvals.changes == [
        ChangeApproval(
            change=GONE,
            why="People asked us not to show it.",
            owner="maintainers",
            approved_on=dt.date(2026, 1, 31),
            expires_on=dt.date(2027, 3, 7),
        )
    ]
    assert approvals.releases == [
        ReleaseApproval(
            release="1.1.0",
            previous_release="1.0.0",
            why="Names are settled once.",
            owner="maintainers",
            approved_on=TODAY,
            expires_on=dt.date(2026, 12, 31),
        )
    ]


def test_without_the_file_nothing_is_approved(root: Path) -> None:
    (root / "approvals.toml").unlink()

    assert check(SMALL, today=TODAY, root=root).is_kept
    assert check(WITHOUT_EMAIL, today=TODAY, root=root).broken == [NOT_APPROVED]
