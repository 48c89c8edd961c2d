"""Give a small contract, and a copy of ours."""

import shutil
from pathlib import Path

import pytest

from frontend_contract import check as contract
from frontend_contract import released
from frontend_contract.check import ROOT, renew
from tests.contract.gate.small import SMALL, TODAY


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a contract that is kept, released as 1.0.0. Its operation asks for no e-mail address."""
    folder = tmp_path / "operations" / "site"
    folder.mkdir(parents=True)
    (folder / "Someone.graphql").write_text("query Someone { person(id: 1) { name } }\n")
    (tmp_path / "approvals.toml").write_text("")
    released.write("1.0.0", SMALL, root=tmp_path)
    renew(SMALL, today=TODAY, root=tmp_path)
    return tmp_path


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the command work on a copy of our contract, which nobody approved a change of."""
    target = tmp_path / "contract"
    shutil.copytree(ROOT, target)
    (target / "approvals.toml").write_text("")
    project = tmp_path / "pyproject.toml"
    project.write_text('[project]\nversion = "99.0.0"\n')
    for name in ("check", "promised", "renew", "release"):
        defaults = getattr(contract, name).__kwdefaults__
        monkeypatch.setitem(defaults, "root", target)
    monkeypatch.setitem(defaults, "project", project)
    return target
