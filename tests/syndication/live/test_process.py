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

import pytest

from tests.databases import copy_migrated
from tests.syndication.live.listener import HANG_SECONDS, Listener

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "cms.settings.test", "PYTHONUNBUFFERED": "1"}
# How often the editor does something, and what.
TURNS, NEWS_PER_TURN = 4, 5


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
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def run(self, *command: str) -> str:
        """Run a process to its end, and return what it said."""
        return self.finish(self.start(*command))

    def finish(self, process: subprocess.Popen[str]) -> str:
        """Wait for a process that gets nothing more to read, and return what it said."""
        out, err = process.communicate(timeout=2 * HANG_SECONDS)
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
        process.communicate(timeout=HANG_SECONDS)


async def _hear(port: int, *, place: str) -> tuple[set[str], str]:
    """Listen from a place until an event has come, then drop off in the middle of the stream."""
    headers = {"Last_Event_ID": place} if place else {}
    listener = await Listener.connect(port, line="GET /events HTTP/1.1", **headers)
    assert listener.status == 200, listener.head
    try:
        name, at, data = await listener.event()
    finally:
        listener.writer.close()
        await listener.writer.wait_closed()
    assert name in {"ready", "change"}
    return set(data.get("things", ())), str(at)


@pytest.mark.slow
def test_nothing_is_lost_between_dropping_off_and_coming_back(installation: Installation) -> None:
    process, port = installation.live()
    edit = ("-m", "tests.syndication.live.editor", "edit", str(NEWS_PER_TURN))
    editor = installation.start(*edit)

    async def scenario() -> tuple[set[str], set[str]]:
        heard, place = await _hear(port, place="")
        assert editor.stdin is not None
        for _ in range(TURNS):
            editor.stdin.write("\n")
            editor.stdin.flush()
            # While the editor goes on, one event is waited for; the others come when nobody listens.
            more, place = await _hear(port, place=place)
            heard |= more
        await asyncio.to_thread(installation.finish, editor)
        changed = set(installation.run("-m", "tests.syndication.live.editor", "changed").split())
        while not heard >= changed:
            more, place = await _hear(port, place=place)
            heard |= more
        return heard, changed

    heard, changed = asyncio.run(scenario())

    assert len(changed) >= TURNS * NEWS_PER_TURN
    assert heard == changed
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=HANG_SECONDS)
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
    assert process.wait(timeout=HANG_SECONDS) == 0


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_in_a_sentence(installation: Installation) -> None:
    _process, port = installation.live()

    second = installation.start("manage.py", "live", "--port", str(port))
    _out, err = second.communicate(timeout=HANG_SECONDS)

    assert second.returncode == 1
    assert err.startswith("CommandError: Cannot listen: ")
    assert "Traceback" not in err
