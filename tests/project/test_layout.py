"""The top level is the one that was agreed on, and no module grows past its limit."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AGREED = {
    *("manage.py", "cms", "home", "projects", "news", "search", "frontend_contract", "tests"),
    *("docs", "deploy", "requirements.txt", "requirements-dev.txt", "pyproject.toml", "Makefile"),
    *("README.md", "CHANGELOG.md", "LICENSE", ".env.example", ".gitignore", ".ci"),
}


def test_the_top_level_is_the_agreed_one() -> None:
    command = ["git", "ls-files"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    found = {name.split("/")[0] for name in ended.stdout.splitlines()}

    assert found == AGREED


def test_no_module_is_too_long() -> None:
    command = [sys.executable, ".ci/file_lengths.py"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout
