"""A deprecation says until when it is promised; then, and when nobody asks, its member may go."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from frontend_contract import released
from frontend_contract.check import check
from frontend_contract.compare import Findings
from tests.contract.gate.small import GONE, SMALL, TODAY, WITHOUT_EMAIL, approval

EMAIL = 'email: String @deprecated(reason: "{0}")'
DAY = "2026-03-01"


def deprecated(reason: str = f"Ask by post. Removed after {DAY}.") -> str:
    return SMALL.replace("email: String", EMAIL.format(reason))


def judge(
    root: Path, sdl: str, *, promised: str, uses: Mapping[str, int] | None = None
) -> Findings:
    released.write("1.0.0", promised, root=root)

    def count(coordinates: Sequence[str]) -> Mapping[str, int]:
        return {name: uses[name] for name in coordinates if uses and name in uses}

    return check(sdl, today=TODAY, root=root, count_requests=None if uses is None else count)


@pytest.mark.parametrize(
    "reason", ["Ask by post.", "Ask by post. Removed after 2027-02-30.", "Removed after spring."]
)
def test_a_deprecation_without_a_day_fails(root: Path, reason: str) -> None:
    assert check(deprecated(reason), today=TODAY, root=root).broken == [
        "Person.email is deprecated without a day: end the reason with “Removed after 2027-03-31.”."
    ]


def test_a_deprecation_without_a_reason_fails(root: Path) -> None:
    sdl = SMALL.replace("email: String", "email: String @deprecated")

    (found,) = check(sdl, today=TODAY, root=root).broken

    assert found.startswith("Person.email is deprecated without a day")


def test_a_deprecation_with_a_day_is_kept(root: Path) -> None:
    assert check(deprecated(), today=TODAY, root=root).broken == []


def test_a_released_promise_is_not_shortened(root: Path) -> None:
    findings = judge(
        root, deprecated(), promised=deprecated("Ask by post. Removed after 2026-03-31.")
    )

    assert findings.broken == [f"Person.email is promised until 2026-03-31, not only until {DAY}."]


def test_what_was_promised_long_enough_and_nobody_asks_for_may_go(root: Path) -> None:
    findings = judge(
        root, WITHOUT_EMAIL, promised=deprecated(), uses={"Person.email": 0, "Person.name": 9}
    )

    assert findings.broken == []
    assert findings.approved == [
        f"{GONE} It was promised until {DAY}, and nobody asked within 90 days."
    ]


def test_where_the_usage_log_cannot_be_read_the_day_decides(root: Path) -> None:
    findings = judge(root, WITHOUT_EMAIL, promised=deprecated())

    assert findings.broken == []
    assert findings.approved == [f"{GONE} It was promised until {DAY}; its use is not known here."]


def test_what_is_still_asked_for_stays_after_its_day(root: Path) -> None:
    findings = judge(root, WITHOUT_EMAIL, promised=deprecated(), uses={"Person.email": 1_204})

    assert findings.broken == [
        f"Breaking, and not approved: {GONE} It was asked for 1,204 times within 90 days."
    ]


def test_what_is_still_promised_stays_although_nobody_asks(root: Path) -> None:
    promised = deprecated(f"Ask by post. Removed after {TODAY}.")

    findings = judge(root, WITHOUT_EMAIL, promised=promised, uses={})

    assert findings.broken == [f"Breaking, and not approved: {GONE} It is promised until {TODAY}."]


def test_what_was_deprecated_only_after_the_release_stays(root: Path) -> None:
    (root / "schema.graphql").write_text(deprecated())

    findings = judge(root, WITHOUT_EMAIL, promised=SMALL, uses={})

    assert findings.broken == [f"Breaking, and not approved: {GONE}"]


def test_an_approval_lets_go_what_is_still_promised(root: Path) -> None:
    (root / "approvals.toml").write_text(approval(expires_on="2026-03-02"))

    findings = judge(root, WITHOUT_EMAIL, promised=deprecated(f"Removed after {TODAY}."), uses={})

    assert findings.broken == []


REASON = f'@deprecated(reason: "Removed after {DAY}.")'


@pytest.mark.parametrize(
    ("promised", "now"),
    [
        (f"type Query {{ a(b: Int c: Int {REASON}): Int }}", "type Query { a(b: Int): Int }"),
        (
            f"type Query {{ a: E }} enum E {{ X Y {REASON} }}",
            "type Query { a: E } enum E { X }",
        ),
        (
            f"type Query {{ a(b: I): Int }} input I {{ x: Int y: Int {REASON} }}",
            "type Query { a(b: I): Int } input I { x: Int }",
        ),
        (
            f"type Query {{ a: Int b: T {REASON} }} type T {{ c: Int {REASON} }}",
            "type Query { a: Int }",
        ),
    ],
)
def test_arguments_values_input_fields_and_whole_types_may_go_likewise(
    root: Path, promised: str, now: str
) -> None:
    (root / "operations/site/Someone.graphql").unlink()

    assert judge(root, now, promised=promised, uses={}).broken == []
    assert judge(root, now, promised=promised.replace(REASON, ""), uses={}).broken != []


def test_a_type_stays_while_one_of_its_members_is_promised(root: Path) -> None:
    (root / "operations/site/Someone.graphql").unlink()
    promised = f"type Query {{ a: Int b: T {REASON} }} type T {{ c: Int {REASON} d: Int }}"

    findings = judge(root, "type Query { a: Int }", promised=promised, uses={})

    assert findings.broken == ["Breaking, and not approved: T was removed."]


def test_the_last_day_of_a_promise_is_the_latest_of_a_type(root: Path) -> None:
    (root / "operations/site/Someone.graphql").unlink()
    later = f'@deprecated(reason: "Removed after {TODAY + dt.timedelta(days=9)}.")'
    promised = f"type Query {{ a: Int b: T {REASON} }} type T {{ c: Int {REASON} d: Int {later} }}"

    findings = judge(root, "type Query { a: Int }", promised=promised, uses={})

    assert findings.broken == [
        "Breaking, and not approved: T was removed. It is promised until 2026-03-11."
    ]
