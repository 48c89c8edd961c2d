"""The locked requirements satisfy pyproject.toml and say nothing about any machine."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = {
    "requirements.txt": [],
    "requirements-dev.txt": ["dev"],
    "deploy/requirements-s3.txt": ["s3"],
    "deploy/requirements-otel.txt": ["otel"],
    ".ci/requirements-wagtail-8.txt": ["dev"],
}
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z0-9, -]+\])?==([^\s;]+)( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def lines(name: str) -> list[str]:
    return (ROOT / name).read_text(encoding="utf-8").splitlines()


def pins(name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in lines(name):
        if match := PIN.match(line):
            found.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return found


@pytest.mark.parametrize("name", EXTRAS)
def test_a_lock_holds_only_pins_and_hashes(name: str) -> None:
    head, *body = lines(name)

    assert head == "# Locked by `make lock` from pyproject.toml. Change it there."
    assert [line for line in body if not PIN.match(line) and not HASH.match(line)] == []


@pytest.mark.parametrize("name", EXTRAS)
def test_a_lock_satisfies_every_direct_dependency(name: str) -> None:
    locked = pins(name)
    wanted = [*PROJECT["dependencies"]]
    for extra in EXTRAS[name]:
        wanted += PROJECT["optional-dependencies"][extra]

    unmet = [
        text
        for text in wanted
        for need in [Requirement(text)]
        for version in locked.get(canonicalize_name(need.name), {"0"})
        if version not in need.specifier
    ]

    assert unmet == []


def test_the_tools_lock_has_the_same_versions_as_the_runtime() -> None:
    runtime, tools = pins("requirements.txt"), pins("requirements-dev.txt")

    assert {name: tools.get(name) for name in runtime} == runtime


def test_the_two_series_of_wagtail_are_locked() -> None:
    assert pins("requirements.txt")["wagtail"] == {"7.4.4"}
    assert pins(".ci/requirements-wagtail-8.txt")["wagtail"] == {"8.0.1"}
