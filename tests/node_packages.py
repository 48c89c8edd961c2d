"""Install packages of Node's in their locked versions, for tests that run them."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

INSTALL = ("npm", "ci", "--silent", "--no-fund", "--no-audit", "--ignore-scripts")
# Only turns a hang into a failure.
HANG_SECONDS = 300


def install(source: Path, folder: Path, *, files: Sequence[str]) -> Path:
    """Copy files of a folder into another one, install the packages that they name, and return it.

    Shape: a machine without Node skips the test; in CI that is a failure.
    """
    if not shutil.which("npm"):
        words = "these tests need Node 20 or later"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    for name in ("package.json", "package-lock.json", *files):
        shutil.copy(source / name, folder)
    run(INSTALL, folder=folder)
    return folder


def run(command: Sequence[str], *, folder: Path) -> str:
    """Return what a command prints, which must succeed."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=HANG_SECONDS, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
    return done.stdout
