"""Listen to a server of live updates as a browser does, on loopback."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import orjson
from django.db import OperationalError

from cms.syndication.live.changes import EventId, Look
from cms.syndication.live.server import Limits, LiveServer
from tests.waiting import wait_until

EPOCH = "e" * 32
HOST = "127.0.0.1"
# So that a hang is a failure.
HANG_SECONDS = 60.0


@dataclass
class ScriptedSource:
    """Be a source whose next look a test decides; while it is away every look fails."""

    at: EventId = field(default_factory=lambda: EventId(EPOCH, 10))
    looks: list[Look | Exception] = field(default_factory=list)
    is_away: bool = False
    failures: int = 0

    def look(self, after: EventId | None) -> Look:
        """Return the next look, or that nothing is new."""
        if self.is_away:
            self.failures += 1
            raise OperationalError
        if not self.looks:
            return Look(self.at, 0)
        found = self.looks.pop(0)
        if isinstance(found, Exception):
            raise found
        self.at = found.at
        return found


class Running:
    """Run a server for the length of a test."""

    def __init__(self, source: Any, **limits: Any) -> None:
        quick = {"look_every": 0.01, "heartbeat_every": 3_600.0, "trouble_pause": 0.01}
        self.server = LiveServer(source, Limits(**{**quick, **limits}))
        self._listeners: list[Listener] = []

    async def __aenter__(self) -> Self:
        started = asyncio.Event()
        self._task = asyncio.create_task(self.server.run(host=HOST, port=0, started=started))
        await started.wait()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.server.stop()
        await self._task
        for listener in self._listeners:
            listener.writer.close()
        await asyncio.gather(
            *(listener.writer.wait_closed() for listener in self._listeners),
            return_exceptions=True,
        )

    async def listen(self, line: str = "GET /events HTTP/1.1", **headers: str) -> "Listener":
        """Send a request and read the head of the answer."""
        listener = await Listener.connect(self.server.port, line=line, **headers)
        self._listeners.append(listener)
        return listener


async def until(condition: Callable[[], object], *, what: str) -> None:
    """Wait for something while the server goes on."""
    await asyncio.to_thread(wait_until, condition, what=what, within_seconds=HANG_SECONDS)


class Listener:
    """Be one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.head = ""

    @classmethod
    async def connect(cls, port: int, *, line: str, **headers: str) -> "Listener":
        """Send a request; header names are written with underscores."""
        listener = cls(*await asyncio.open_connection(HOST, port, limit=1024 * 1024))
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        request = "\r\n".join([line, f"Host: {HOST}", *lines, "", ""])
        listener.writer.write(request.encode())
        head = await asyncio.wait_for(listener.reader.readuntil(b"\r\n\r\n"), HANG_SECONDS)
        listener.head = head.decode()
        return listener

    @property
    def status(self) -> int:
        """Return the status of the answer."""
        return int(self.head.split(" ")[1])

    async def block(self) -> dict[str, str]:
        """Return the fields of the next block; a comment is under the empty name."""
        raw = await asyncio.wait_for(self.reader.readuntil(b"\n\n"), HANG_SECONDS)
        lines = (line.partition(":") for line in raw.decode().strip("\n").split("\n"))
        return {name: value.strip() for name, _colon, value in lines}

    async def event(self) -> tuple[str, EventId, Any]:
        """Return name, place and data of the next event."""
        while "event" not in (found := await self.block()):
            pass
        return found["event"], EventId.read(found["id"]), orjson.loads(found["data"])

    async def rest(self) -> bytes:
        """Return everything until the other side ends."""
        return await asyncio.wait_for(self.reader.read(), HANG_SECONDS)
