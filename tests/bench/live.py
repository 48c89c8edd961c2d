"""Measure how live updates reach many listeners: one loop against a thread for each.

    python -m tests.bench.live 1000

Figures are in docs/adr/0030-live-updates.md. Everything stays on loopback and ends by itself.
"""

import asyncio
import os
import re
import signal
import socketserver
import statistics
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from cms.syndication.live.changes import Change, EventId, Look, events_of
from cms.syndication.live.server import Limits, LiveServer

EPOCH = "0" * 32
EVERY_SECONDS = 1.0
CHANGES = 8
HOST = "127.0.0.1"


class Ticking:
    """Be a source in which one thing changes every second; its type name is the instant."""

    def __init__(self) -> None:
        self.seq = 1

    def look(self, after: EventId | None) -> Look:
        """Return a change, and say when it was made."""
        if after is not None:
            time.sleep(EVERY_SECONDS)
        self.seq += 1
        told = Change(self.seq, "thing", f"at-{time.time()}", "", "")
        return Look(EventId(EPOCH, self.seq), 0, (told,))


def serve_with_a_loop() -> None:
    """Serve as the product does."""

    async def serve() -> None:
        server = LiveServer(Ticking(), Limits(connections=20_000, look_every=0.0))
        started = asyncio.Event()
        running = asyncio.create_task(server.run(host=HOST, port=0, started=started))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
        await started.wait()
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        await running

    asyncio.run(serve())


def serve_with_threads() -> None:
    """Serve with a thread for each listener, which waits for the next event."""
    changed, told = threading.Condition(), [b""]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            while True:
                with changed:
                    changed.wait()
                    data = told[0]
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 512

        def handle_error(self, *_: object) -> None:
            return

    def tick() -> None:
        source, at = Ticking(), EventId(EPOCH, 1)
        while True:
            found = source.look(at)
            with changed:
                told[0] = b"".join(events_of(found.changes, at=found.at))
                changed.notify_all()

    server = Server((HOST, 0), Handler)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    threading.Thread(target=tick, daemon=True).start()
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


async def listen(port: int, count: int) -> list[float]:
    """Return, for each change, after how long the last of all listeners had it."""
    delays: dict[str, list[float]] = {}

    async def one() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(CHANGES + 4):
            block = await reader.readuntil(b"\n\n")
            if found := re.search(rb'"type":"at-([0-9.]+)"', block):
                delays.setdefault(found[1].decode(), []).append(time.time() - float(found[1]))
        writer.close()

    await asyncio.gather(*(one() for _ in range(count)))
    return [max(found) for found in delays.values() if len(found) == count]


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    return int(found[1]) / 1024 if found else 0.0


def measure(how: str, count: int) -> None:
    """Print what one way of serving takes for so many listeners."""
    command = [sys.executable, "-m", "tests.bench.live", how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        before = resident_mb(process.pid)
        sampled: list[float] = []
        sampler = threading.Timer(CHANGES - 2, lambda: sampled.append(resident_mb(process.pid)))
        sampler.start()
        worst = asyncio.run(listen(port, count))
        sampler.join()
        process.terminate()
    sys.stdout.write(
        f"{how}: {count} listeners, last one after {statistics.median(worst) * 1000:.0f} ms (median),"
        f" {max(worst) * 1000:.0f} ms (worst of {len(worst)});"
        f" {(sampled[0] - before) * 1024 / count:.0f} KiB each\n"
    )


def main(argument: str) -> None:
    """Serve, or measure both ways."""
    if argument == "loop":
        serve_with_a_loop()
    elif argument == "threads":
        serve_with_threads()
    else:
        for how in ("loop", "threads"):
            measure(how, int(argument))


if __name__ == "__main__":
    main(sys.argv[1])
