"""Start the receivers of the guide exactly as they are printed there, and look into their copies."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.portals.installation import ROOT, answers, free_port, running
from tests.waiting import wait_until

GUIDE = ROOT / "docs" / "portals"
PACKAGES = ("standardwebhooks@1.1.1", "typescript@5.9.3", "tsx@4.20.6", "@types/node@20.19.25")


@dataclass
class Receiver:
    """Hold how a receiver is started, and where it keeps its copy."""

    command: list[str]
    folder: Path
    port: int
    secret: str
    key: str = ""

    @property
    def hook(self) -> str:
        """Return the address of its webhook."""
        return f"http://127.0.0.1:{self.port}/hook"

    def started(self, site: str) -> AbstractContextManager[None]:
        """Run it until the end of a block."""
        return self._run(site)

    @contextmanager
    def _run(self, site: str) -> Iterator[None]:
        environment = {
            **os.environ,
            "SYNC_URL": f"{site}/sync",
            "PORTAL_KEY": self.key,
            "WEBHOOK_SECRET": self.secret,
            "COPY": str(self.folder / "copy"),
            "PORT": str(self.port),
        }
        with (self.folder / "log").open("a") as log:
            kept: dict[str, Any] = {"stdout": log, "stderr": log}
            with running(self.command, environment=environment, cwd=self.folder, **kept) as process:
                wait_until(
                    lambda: process.poll() is not None or answers(self.hook),
                    what="its first load",
                )
                assert process.poll() is None, (self.folder / "log").read_text()
                yield

    def forget(self) -> None:
        """Lose the copy, as after a disk that failed."""
        (self.folder / "copy").unlink()

    def versions(self) -> dict[str, int]:
        """Return the version of everything in the copy, by id."""
        nodes = self._of_sqlite() if self.command[0] == sys.executable else self._of_json()
        return {node["id"]: node["version"] for node in nodes}

    def _of_sqlite(self) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "copy")) as copy:
            return [json.loads(node) for (node,) in copy.execute("SELECT node FROM item")]

    def _of_json(self) -> list[Any]:
        return list(json.loads((self.folder / "copy").read_text())["items"].values())


def python_receiver(folder: Path, *, secret: str) -> Receiver:
    """Return the receiver in Python."""
    shutil.copy(GUIDE / "receiver.py", folder)
    return Receiver([sys.executable, "receiver.py"], folder, free_port(), secret)


def typescript_receiver(folder: Path, *, secret: str) -> Receiver:
    """Install what the receiver in TypeScript needs, check its types, and return it."""
    if not shutil.which("npm"):
        words = "the receiver in TypeScript needs Node 20 or later"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    shutil.copy(GUIDE / "receiver.ts", folder)
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    quiet = ["--silent", "--no-fund", "--no-audit", "--ignore-scripts"]
    _done(["npm", "install", *quiet, *PACKAGES], folder)
    strict = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext"]
    _done(["node_modules/.bin/tsc", *strict, "receiver.ts"], folder)
    command = ["node", "--import", "tsx", "receiver.ts"]
    return Receiver(command, folder, free_port(), secret)


def _done(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
