"""Serve live updates in a process of their own."""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from cms.syndication.live.changes import EventId, Look, PublishedSource
from cms.syndication.live.server import Limits, LiveServer


class FreshSource(PublishedSource):
    """Read with a connection that is still good."""

    def look(self, after: EventId | None) -> Look:
        """Return what changed after a place."""
        close_old_connections()
        try:
            return super().look(after)
        finally:
            close_old_connections()


class Command(BaseCommand):
    """Tell listeners at /events what changes, until told to stop."""

    help = "Serve live updates (server-sent events) at /events."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8001, help="port to listen on (8001)")
        parser.add_argument(
            "--connections", type=int, default=1000, help="listeners at the same time (1000)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until a signal comes.

        Raises: CommandError when the address cannot be listened on.
        """
        limits = Limits(
            connections=options["connections"],
            streams=settings.EVENTS_STREAMS_PER_CLIENT,
            opened_per_minute=settings.REQUEST_RATES["EVENTS"],
        )
        try:
            asyncio.run(self._serve(limits, host=options["host"], port=options["port"]))
        except OSError as error:
            raise CommandError(f"Cannot listen: {error}") from error

    async def _serve(self, limits: Limits, *, host: str, port: int) -> None:
        server = LiveServer(FreshSource(), limits)
        loop, started = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.stop)
        running = asyncio.create_task(server.run(host=host, port=port, started=started))
        announce = asyncio.create_task(started.wait())
        await asyncio.wait({running, announce}, return_when=asyncio.FIRST_COMPLETED)
        if started.is_set():
            self.stdout.write(f"Live updates at http://{host}:{server.port}/events")
            self.stdout.flush()
        announce.cancel()
        await running
