"""The check says which files are stale and which operations cannot be answered."""

from pathlib import Path

import pytest

from frontend_contract.check import check, renew
from frontend_contract.compare import Findings
from frontend_contract.operations import BadOperation
from frontend_contract.operations import read as read_operations
from tests.contract.gate.small import SMALL, TODAY


def test_a_kept_contract_has_no_findings(root: Path) -> None:
    assert check(SMALL, today=TODAY, root=root) == Findings()


def test_a_stale_snapshot_and_stale_types_fail(root: Path) -> None:
    grown = SMALL.replace(
        "email: String", 'email: String\n  "The telephone number."\n  phone: String'
    )

    findings = check(grown, today=TODAY, root=root)

    assert not findings.is_kept
    assert findings == Findings(
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
