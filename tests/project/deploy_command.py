"""Find out how deploy/start calls the server, without starting it."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Takes the place of everything that deploy/start runs; the server says what it was told.
STUB = """#!/bin/sh
case "$0" in *granian) for one in "$@"; do echo "$one"; done;; esac
"""


def server_arguments(folder: Path, **environment: str) -> list[str]:
    """Return what deploy/start gives to granian."""
    for name in ("python", "granian"):
        (folder / name).write_text(STUB)
        (folder / name).chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    ended = subprocess.run(
        [ROOT / "deploy/start"],
        cwd=ROOT,
        env={"PATH": path, "METRICS_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ended.stdout.splitlines()


def option(arguments: list[str], name: str) -> int:
    """Return the number that follows an option."""
    return int(arguments[arguments.index(name) + 1])
