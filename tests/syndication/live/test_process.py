"""The real command beside a real editor: who comes back misses nothing, and it ends cleanly."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.databases import copy_migrated
from tests.syndication.live.listener import Listener

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "cms.settings.test", "PYTHONUNBUFFERED": "1"}


@dataclass
class Installation:
    """Hold one database and the processes that use it."""

    environment: dict[str, str]
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a process; it is ended with the test."""
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def run(self, *command: str) -> str:
        """Run a process to its end, and return what it said."""
        process = self.start(*command)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err[-3000:]
        return out

    def live(self) -> tuple[subprocess.Popen[str], int]:
        """Start live updates, and return the process and its port."""
        process = self.start("manage.py", "live", "--port", "0", "--connections", "50")
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r":(\d+)/events", line)
        assert found, line
        return process, int(found[1])


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return a migrated SQLite file with one site."""
    tmp_path = tmp_path_factory.mktemp("live")
    url = f"sqlite:///{tmp_path}/live.sqlite3"
    copy_migrated(tmp_path / "live.sqlite3")
    environment = {**os.environ, **ENVIRONMENT, "DATABASE_URL": url, "MEDIA_ROOT": str(tmp_path)}
    made = Installation(environment)
    made.run("-m", "tests.syndication.live.editor", "world")
    yield made
    for process in made.processes:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


async def _hear(port: int, *, place: str, few: int) -> tuple[set[str], str, bool]:
    """Listen from a place until a few events have come, then drop off in the middle of the stream."""
    headers = {"Last_Event_ID": place} if place else {}
    listener = await Listener.connect(port, line="GET /events HTTP/1.1", **headers)
    assert listener.status == 200, listener.head
    heard: set[str] = set()
    try:
        for _ in range(few):
            name, at, data = await asyncio.wait_for(listener.event(), 1.5)
            assert name in {"ready", "change"}
            place = str(at)
            heard |= set(data.get("things", ()))
    except TimeoutError:
        return heard, place, True
    finally:
        listener.writer.close()
        await listener.writer.wait_closed()
    return heard, place, False


@pytest.mark.slow
def test_nothing_is_lost_between_dropping_off_and_coming_back(installation: Installation) -> None:
    process, port = installation.live()

    async def scenario() -> tuple[set[str], int]:
        heard, place, _quiet = await _hear(port, place="", few=1)
        editor = installation.start("-m", "tests.syndication.live.editor", "edit", "40")
        times, quiet = 0, False
        while not (quiet and editor.poll() is not None):
            more, place, quiet = await _hear(port, place=place, few=2)
            heard |= more
            times += 1
        return heard, times

    heard, times = asyncio.run(scenario())

    changed: dict[str, Any] = dict.fromkeys(
        installation.run("-m", "tests.syndication.live.editor", "changed").split()
    )
    assert len(changed) >= 40
    assert heard == set(changed)
    # It came back in between, however quick the editor was.
    assert times > 1
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.slow
def test_a_signal_ends_every_stream_and_the_process(installation: Installation) -> None:
    process, port = installation.live()

    async def scenario() -> list[bytes]:
        line = "GET /events HTTP/1.1"
        listeners = [await Listener.connect(port, line=line) for _ in range(20)]
        for listener in listeners:
            await listener.event()
        process.send_signal(signal.SIGTERM)
        ends = [await listener.rest() for listener in listeners]
        for listener in listeners:
            listener.writer.close()
            await listener.writer.wait_closed()
        return ends

    assert asyncio.run(scenario()) == [b""] * 20
    assert process.wait(timeout=5) == 0


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_in_a_sentence(installation: Installation) -> None:
    _process, port = installation.live()

    second = installation.start("manage.py", "live", "--port", str(port))
    _out, err = second.communicate(timeout=60)

    assert second.returncode == 1
    assert err.startswith("CommandError: Cannot listen: ")
    assert "Traceback" not in err
