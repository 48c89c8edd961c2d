"""Hold the connections of listeners and tell all of them what one look at the clock finds.

One process, one loop, one thread that reads the database: a listener costs memory, never a query.
Choice and figures: docs/adr/0030-live-updates.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import Error

from cms.client_addresses import forwarded_address
from cms.rate_buckets import LocalBuckets, rule_of_minute
from cms.syndication.live.changes import (
    BATCH,
    BadEventId,
    EventId,
    Look,
    Memory,
    Source,
    event,
    events_of,
)
from cms.syndication.live.listening import (
    HEAD_MAX_BYTES,
    HEALTH,
    STREAM,
    Answered,
    plain,
    read_request,
)

logger = logging.getLogger(__name__)

HEARTBEAT = b":\n\n"
RETRY_MS = (2_000, 6_000)
# For those that are only being refused, and for who asks about health.
SPARE_CONNECTIONS = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Hold how much the server takes on.

    Units: seconds; `lag_bytes` is what may wait for one listener before it is dropped.
    """

    connections: int = 1_000
    # Of one client; 0 is no limit.
    streams: int = 0
    opened_per_minute: int = 0
    look_every: float = 0.3
    heartbeat_every: float = 15.0
    # After that a listener is asked to come again, so that no half-dead connection stays for ever.
    lifetime: float = 3_600.0
    lag_bytes: int = 64 * 1024
    trouble_pause: float = 1.0
    stale_after: float = 15.0
    first_look_within: float = 10.0


class LiveServer:
    """Serve live updates until it is told to stop."""

    def __init__(self, source: Source, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        # With the address of the client.
        self.listeners: dict[asyncio.StreamWriter, str] = {}
        self._buckets = LocalBuckets()
        self.port = 0
        self._source = source
        self._memory: Memory | None = None
        self._open = 0
        self._looked_at = 0.0
        self._known = asyncio.Event()
        self._stop = asyncio.Event()
        # One thread, so one connection to the database.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")

    async def run(self, *, host: str, port: int, started: asyncio.Event | None = None) -> None:
        """Listen until `stop` is called, then end every stream.

        Raises: OSError when the address cannot be listened on.
        """
        server = await asyncio.start_server(
            self._connected, host, port, limit=HEAD_MAX_BYTES, backlog=512
        )
        self.port = server.sockets[0].getsockname()[1]
        tasks = [asyncio.create_task(work()) for work in (self._look, self._beat)]
        if started is not None:
            started.set()
        try:
            await self._stop.wait()
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._end_all()
            self._reader.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """Ask the server to end."""
        self._stop.set()

    # Looking

    async def _look(self) -> None:
        in_trouble = False
        while True:
            at = self._memory.at if self._memory else None
            pause = self.limits.look_every
            try:
                found = await asyncio.get_running_loop().run_in_executor(
                    self._reader, self._source.look, at
                )
                self._take(found)
                if len(found.changes) == BATCH:
                    pause = 0.0
                self._looked_at = time.monotonic()
                if in_trouble:
                    logger.info("the database answers again")
                in_trouble = False
            except Error as error:
                # Listeners stay: they are told what they missed when the database is back.
                if not in_trouble:
                    logger.warning("the database does not answer: %s", type(error).__name__)
                in_trouble, pause = True, self.limits.trouble_pause
            await asyncio.sleep(pause)

    def _take(self, found: Look) -> None:
        memory = self._memory
        if memory is None:
            self._memory = Memory(found)
            self._known.set()
        elif found.at.epoch != memory.at.epoch or found.at.position < memory.at.position:
            # The database was restored: nothing that listeners know can be relied on.
            self._memory = Memory(Look(found.at, found.at.position))
            self._tell(event("reset", {}, at=found.at))
        elif found.at != memory.at:
            memory.add(found)
            self._tell(b"".join(events_of(found.changes, at=found.at)))

    def _tell(self, data: bytes) -> None:
        for writer in list(self.listeners):
            self._send(writer, data)

    def _send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if writer.transport.get_write_buffer_size() > self.limits.lag_bytes:
            logger.info("a listener that does not read was dropped")
            self.listeners.pop(writer, None)
            writer.transport.abort()
        else:
            writer.write(data)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.limits.heartbeat_every)
            self._tell(HEARTBEAT)

    # Listening

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            # A client that leaves in the middle of anything is nothing to report.
            with contextlib.suppress(ConnectionError, EOFError):
                await self._serve(reader, writer)
        finally:
            self._open -= 1
            self.listeners.pop(writer, None)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # Who is refused is still read, or the refusal might be lost on its way; but not for ever.
            if self._open > 2 * self.limits.connections + SPARE_CONNECTIONS:
                writer.transport.abort()
                return
            request = await read_request(reader)
            if request.path == HEALTH:
                raise Answered(self._health())
            if len(self.listeners) >= self.limits.connections:
                text = "Too many are listening; come again later."
                raise Answered(plain(503, text, headers="Retry-After: 30\r\n"))
            await self._first_look()
            peer = str((writer.get_extra_info("peername") or ("",))[0])
            client = forwarded_address(peer, forwarded=request.forwarded_for)
            self._check_client(client)
            opening = self._opening(request.last_event_id)
        except Answered as answer:
            writer.write(answer.answer)
            await writer.drain()
            return
        # Nothing is awaited between what was missed and becoming a listener, so no change is lost.
        writer.write(STREAM + opening)
        self.listeners[writer] = client
        lifetime = self.limits.lifetime * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(lifetime):
                while await reader.read(1024):
                    pass  # A listener has nothing more to say; the end of its side ends the stream.

    def _check_client(self, client: str) -> None:
        """Do nothing when a client may have one more stream.

        Raises: Answered.
        """
        mine = sum(1 for other in self.listeners.values() if other == client)
        if self.limits.streams and mine >= self.limits.streams:
            text = "You hold as many streams as one client may; close one first."
            raise Answered(plain(429, text, headers="Retry-After: 30\r\n"))
        rule = rule_of_minute(self.limits.opened_per_minute)
        taken = self._buckets.take(client, 1, rule) if rule else None
        if taken and not taken.is_granted:
            text = "You have opened too many streams in a short time."
            wait = max(1, math.ceil(taken.wait_seconds))
            raise Answered(plain(429, text, headers=f"Retry-After: {wait}\r\n"))

    async def _first_look(self) -> None:
        # A browser that is turned away once does not come again by itself, so it had better wait.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.limits.first_look_within):
                await self._known.wait()

    def _opening(self, last_event_id: str) -> bytes:
        """Return how a stream begins: how soon to come again, and what was missed.

        Raises: Answered when nothing is known yet, or the id is not one of ours.
        """
        memory = self._memory
        if memory is None:
            text = "The database has not answered yet; come again."
            raise Answered(plain(503, text, headers="Retry-After: 2\r\n"))
        retry = b"retry: %d\n\n" % random.randint(*RETRY_MS)  # noqa: S311 - no secret
        if not last_event_id:
            return retry + event("ready", {}, at=memory.at)
        try:
            missed = memory.after(EventId.read(last_event_id))
        except BadEventId:
            text = "Last-Event-ID is not the id of an event of this stream."
            raise Answered(plain(400, text)) from None
        if missed is None:
            return retry + event("reset", {}, at=memory.at)
        return retry + b"".join(events_of(missed, at=memory.at))

    def _health(self) -> bytes:
        if time.monotonic() - self._looked_at > self.limits.stale_after or self._memory is None:
            return plain(503, "The database does not answer.")
        return plain(200, "ok")

    async def _end_all(self) -> None:
        """End every stream; listeners come again by themselves."""
        for writer in list(self.listeners):
            writer.close()
        self.listeners.clear()
        # One turn of the loop hands over what is still waiting to be sent.
        await asyncio.sleep(0.05)
