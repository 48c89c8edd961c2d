"""The endpoint conforms to GraphQL over HTTP, in the judgement of the package graphql-http."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.node_packages import install, run

pytestmark = pytest.mark.conformance
HERE = Path(__file__).parent
AUDITS = 61


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the package, and return the folder."""
    return install(HERE, tmp_path_factory.mktemp("auditor"), files=["audit.js"])


def test_every_audit_of_a_server_is_passed(auditor: Path, server: str) -> None:
    command = ["node", "audit.js", f"{server}/graphql"]
    found: list[dict[str, Any]] = json.loads(run(command, folder=auditor))

    assert [audit for audit in found if audit["status"] != "ok"] == []
    assert Counter(audit["status"] for audit in found) == {"ok": AUDITS}
