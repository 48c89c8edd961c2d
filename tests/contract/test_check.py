"""The check says what is stale and what is broken, and lets through what was approved."""

import datetime as dt
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cms.api.schema import sdl
from frontend_contract import check as contract
from frontend_contract.approvals import Approval, BadApproval
from frontend_contract.approvals import read as read_approvals
from frontend_contract.check import ROOT, check, renew
from frontend_contract.operations import BadOperation
from frontend_contract.operations import read as read_operations

TODAY = dt.date(2026, 3, 2)
SMALL = """
"What can be asked."
type Query {
  "A person."
  person(id: ID!): Person
}

"A person."
type Person {
  "The name."
  name: String!

  "The e-mail address."
  email: String
}
"""
WITHOUT_EMAIL = SMALL.replace('  "The e-mail address."\n  email: String\n', "")
GONE = "Person.email was removed."
APPROVAL = """
[[approval]]
change = "Person.email was removed."
why = "People asked us not to show it."
owner = "maintainers"
expires_on = {0}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a contract that is kept, with one operation that does not ask for e-mail addresses."""
    folder = tmp_path / "operations" / "site"
    folder.mkdir(parents=True)
    (folder / "Someone.graphql").write_text("query Someone { person(id: 1) { name } }\n")
    (tmp_path / "approvals.toml").write_text("")
    renew(SMALL, today=TODAY, root=tmp_path)
    return tmp_path


def test_the_contract_of_this_code_is_kept() -> None:
    findings = check(sdl(), today=dt.date.today())  # noqa: DTZ011 - the day on which the suite runs

    assert (findings.broken, findings.stale) == ([], [])


def test_a_kept_contract_has_no_findings(root: Path) -> None:
    assert check(SMALL, today=TODAY, root=root) == contract.Findings()


def test_a_stale_snapshot_and_stale_types_fail(root: Path) -> None:
    grown = SMALL.replace(
        "email: String", 'email: String\n  "The telephone number."\n  phone: String'
    )

    findings = check(grown, today=TODAY, root=root)

    assert not findings.is_kept
    assert findings == contract.Findings(
        stale=[
            "schema.graphql is out of date: run `make contract`.",
            "generated/types.ts is out of date: run `make contract`.",
        ]
    )


def test_types_edited_by_hand_fail(root: Path) -> None:
    types = root / "generated/types.ts"
    types.write_text(types.read_text() + "export type Mine = string;\n")

    findings = check(SMALL, today=TODAY, root=root)

    assert findings.stale == ["generated/types.ts is out of date: run `make contract`."]


def test_a_breaking_change_without_approval_fails_and_is_not_written(root: Path) -> None:
    findings = check(WITHOUT_EMAIL, today=TODAY, root=root)
    renewed = renew(WITHOUT_EMAIL, today=TODAY, root=root)

    assert findings.broken == [f"Breaking, and not approved: {GONE}"]
    assert renewed.broken == findings.broken
    assert (root / "schema.graphql").read_text() == SMALL


def test_a_breaking_change_with_approval_passes_and_is_written(root: Path) -> None:
    (root / "approvals.toml").write_text(APPROVAL.format("2026-03-02"))

    findings = check(WITHOUT_EMAIL, today=TODAY, root=root)
    renew(WITHOUT_EMAIL, today=TODAY, root=root)

    assert findings.broken == []
    assert findings.approved == [f"{GONE} Approved by maintainers until 2026-03-02."]
    assert (root / "schema.graphql").read_text() == WITHOUT_EMAIL
    assert check(WITHOUT_EMAIL, today=TODAY, root=root).is_kept


def test_an_expired_approval_fails_and_lets_nothing_through(root: Path) -> None:
    (root / "approvals.toml").write_text(APPROVAL.format("2026-03-01"))

    findings = check(WITHOUT_EMAIL, today=TODAY, root=root)

    assert findings.broken == [
        f"The approval of “{GONE}” ended on 2026-03-01: take it out.",
        f"Breaking, and not approved: {GONE}",
    ]


def test_an_expired_approval_fails_although_nothing_needs_it(root: Path) -> None:
    (root / "approvals.toml").write_text(APPROVAL.format("2026-03-01"))

    findings = check(SMALL, today=TODAY, root=root)

    assert findings.broken == [f"The approval of “{GONE}” ended on 2026-03-01: take it out."]


def test_an_older_snapshot_may_be_what_is_compared_with(root: Path) -> None:
    (root / "schema.graphql").write_text(WITHOUT_EMAIL)
    (root / "generated/types.ts").unlink()
    renew(WITHOUT_EMAIL, today=TODAY, root=root)

    assert check(WITHOUT_EMAIL, today=TODAY, root=root).is_kept
    assert check(WITHOUT_EMAIL, today=TODAY, root=root, base=SMALL).broken == [
        f"Breaking, and not approved: {GONE}"
    ]


def test_a_change_that_may_surprise_is_told_and_let_through(root: Path) -> None:
    wider = SMALL.replace("person(id: ID!)", "person(id: ID!, former: Boolean)")

    findings = renew(wider, today=TODAY, root=root)

    assert findings.broken == []
    assert findings.dangerous == ["An optional arg former on Query.person was added."]


def test_an_operation_that_no_longer_validates_fails(root: Path) -> None:
    (root / "operations/site/Other.graphql").write_text("query Other { person(id: 1) { age } }\n")

    findings = check(SMALL, today=TODAY, root=root)

    (found,) = findings.broken
    assert found.startswith("operations/site/Other.graphql: Cannot query field 'age' on type")


def test_an_operation_beyond_the_limits_of_the_api_fails(root: Path) -> None:
    aliases = " ".join(f"a{number}: name" for number in range(31))
    text = f"query Other {{ person(id: 1) {{ {aliases} }} }}{' ' * 16_000}"
    (root / "operations/site/Other.graphql").write_text(text)

    findings = check(SMALL, today=TODAY, root=root)

    where = "operations/site/Other.graphql"
    assert findings.broken == [
        f"{where}: The document has more than 30 aliases. Ask for less, or in several requests.",
        f"{where}: longer than 16000 characters.",
    ]


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("site/Broken.graphql", "query Broken {", "Syntax Error: Expected Name, found <EOF>."),
        ("site/Other.graphql", "query Else { person(id: 1) { name } }", "called Other"),
        ("site/Other.graphql", "{ person(id: 1) { name } }", "called Other"),
        ("site/Two.graphql", "query Two { a } query Three { a }", "called Two"),
        ("portal/Someone.graphql", "query Someone { person(id: 1) { name } }", "Two frontends"),
    ],
)
def test_a_file_holds_the_one_operation_it_is_named_for(
    root: Path, path: str, text: str, words: str
) -> None:
    file = root / "operations" / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)

    with pytest.raises(BadOperation, match=words):
        read_operations(root)
    (found,) = check(SMALL, today=TODAY, root=root).broken
    assert words in found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[approval]]\nchange = "x"\n', "Approval 1 lacks why, owner, expires_on."),
        (APPROVAL.format('"soon"'), "Approval 1: write expires_on as a date, such as 2027-01-31."),
        (APPROVAL.format("2026-03-02T00:00:00Z"), "Approval 1: write expires_on as a date"),
        (APPROVAL.format("2026-03-02") + 'who = "me"\n', "Approval 1 has no place for who."),
        ("[[approval", "approvals.toml: "),
    ],
)
def test_an_approval_says_everything(root: Path, text: str, words: str) -> None:
    (root / "approvals.toml").write_text(text)

    with pytest.raises(BadApproval, match=words):
        read_approvals(root / "approvals.toml")
    (found,) = check(SMALL, today=TODAY, root=root).broken
    assert found.startswith(words)


def test_approvals_are_read_in_their_order(root: Path) -> None:
    (root / "approvals.toml").write_text(APPROVAL.format("2026-03-02"))

    assert read_approvals(root / "approvals.toml") == [
        Approval(GONE, "People asked us not to show it.", "maintainers", dt.date(2026, 3, 2))
    ]


# The command


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the command work on a copy of our contract."""
    target = tmp_path / "contract"
    shutil.copytree(ROOT, target)
    for name in ("check", "promised", "renew"):
        monkeypatch.setitem(getattr(contract, name).__kwdefaults__, "root", target)
    return target


def _contract(*arguments: Any) -> str:
    out = StringIO()
    call_command("contract", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_writes_what_is_stale_and_nothing_twice(copy: Path) -> None:
    before = (copy / "generated/types.ts").read_text()
    (copy / "generated/types.ts").unlink()

    with pytest.raises(CommandError, match=r"generated/types\.ts is out of date"):
        _contract("--check")

    assert _contract() == "generated/types.ts was written.\n"
    assert (copy / "generated/types.ts").read_text() == before
    assert _contract() == "Nothing to write: all is up to date.\n"
    assert _contract("--check") == "The contract is kept.\n"


@pytest.mark.django_db
def test_the_command_refuses_what_breaks_a_promise(copy: Path) -> None:
    promised = sdl().replace(
        "type Person implements Node {", 'type Person implements Node {\n  "Age."\n  age: Int\n'
    )
    (copy / "schema.graphql").write_text(promised)

    for arguments in ([], ["--check"]):
        with pytest.raises(CommandError, match=r"not approved: Person\.age was removed\."):
            _contract(*arguments)

    assert (copy / "schema.graphql").read_text() == promised


@pytest.mark.django_db
def test_the_command_tells_what_was_let_through_and_what_may_surprise(copy: Path) -> None:
    older = sdl().replace("enum LabelLevel {", 'enum LabelLevel {\n  "Paper"\n  PAPER\n')
    older = older.replace('  """Gold"""\n  GOLD\n\n', "")
    (copy / "old.graphql").write_text(older)
    approval = APPROVAL.replace(GONE, "PAPER was removed from enum type LabelLevel.")
    (copy / "approvals.toml").write_text(approval.format("2999-12-31"))

    told = _contract("--check", "--base", copy / "old.graphql")

    change = "PAPER was removed from enum type LabelLevel."
    assert told.splitlines() == [
        "Gone: LabelLevel.PAPER: nobody was ever counted.",
        f"Let through: {change} Approved by maintainers until 2999-12-31.",
        "Mind: GOLD was added to enum type LabelLevel.",
        "The contract is kept.",
    ]
