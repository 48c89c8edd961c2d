"""The endpoint conforms to GraphQL over HTTP, in the judgement of the package graphql-http."""

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.conformance
HERE = Path(__file__).parent
AUDITS = 61


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the package in its locked version, and return the folder."""
    if not shutil.which("npm"):
        words = "the audits need Node 20 or later"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    folder = tmp_path_factory.mktemp("auditor")
    for name in ("package.json", "package-lock.json", "audit.js"):
        shutil.copy(HERE / name, folder)
    _output(["npm", "ci", "--silent", "--no-fund", "--no-audit", "--ignore-scripts"], folder)
    return folder


def _output(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
    return done.stdout


def test_every_audit_of_a_server_is_passed(auditor: Path, server: str) -> None:
    found: list[dict[str, Any]] = json.loads(
        _output(["node", "audit.js", f"{server}/graphql"], auditor)
    )

    assert [audit for audit in found if audit["status"] != "ok"] == []
    assert Counter(audit["status"] for audit in found) == {"ok": AUDITS}
