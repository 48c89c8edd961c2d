"""docs/invariants.md names tests that exist, and the suite holds what it says is held."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LISTED = (ROOT / "docs/invariants.md").read_text()
SECTION = re.compile(r"^## (\d+)\. ", re.MULTILINE)
TEST = re.compile(r"^- `(tests/[\w/]+\.py)::(\w+)`$", re.MULTILINE)
OUTSIDE_THE_SUITE = {"deep", "browser", "readers", "portals", "conformance"}
NOT_HELD = "Not held yet."


def sections() -> dict[int, str]:
    """Return the text of each invariant by its number, in the order of the list."""
    _, *parts = SECTION.split(LISTED)
    return dict(zip(map(int, parts[::2]), parts[1::2], strict=True))


def markers(nodes: list[ast.expr]) -> set[str]:
    """Return the names of the pytest markers among expressions."""
    found = (re.search(r"pytest\.mark\.(\w+)", ast.unparse(node)) for node in nodes)
    return {match[1] for match in found if match}


def markers_by_test(path: str) -> dict[str, set[str]]:
    """Return the tests of a file with their markers, those of the whole file included."""
    body = ast.parse((ROOT / path).read_text()).body
    assigned = [node for node in body if isinstance(node, ast.Assign)]
    everywhere = [node.value for node in assigned if ast.unparse(node.targets[0]) == "pytestmark"]
    lists = [one.elts if isinstance(one, ast.List) else [one] for one in everywhere]
    shared = markers([mark for marks in lists for mark in marks])
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    return {one.name: shared | markers(one.decorator_list) for one in functions}


def test_the_invariants_are_numbered_without_a_gap() -> None:
    assert list(sections()) == list(range(1, 16))


@pytest.mark.parametrize("number", range(1, 16))
def test_an_invariant_names_tests_that_exist_and_run(number: int) -> None:
    text = sections()[number]
    named = TEST.findall(text)

    missing = [f"{path}::{name}" for path, name in named if name not in markers_by_test(path)]
    everyday = [
        name
        for path, name in named
        if not markers_by_test(path).get(name, set()) & OUTSIDE_THE_SUITE
    ]

    assert missing == []
    assert text.count("- `") == len(named)
    assert (NOT_HELD in text) == (named == [])
    assert bool(everyday) == bool(named)
