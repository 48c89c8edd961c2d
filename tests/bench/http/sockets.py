"""Make load without wrk: plain sockets in two processes, one request at a time on each.

    python -m tests.bench.http.sockets PORT CONNECTIONS SECONDS FILE STATUS LEAST_BYTES FIRST_SALT

Prints the same line as `wrk.lua`.
"""

import json
import multiprocessing
import selectors
import socket
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.http.requests import LINE, MARK, SALT

PROCESSES = 2
# What each process adds to the first salt, so that none is sent twice.
APART = 10**8
LENGTH = b"content-length:"


class _Connection:
    """Send one request after the other over one socket."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self.received = b""

    def send(self, request: bytes) -> None:
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> tuple[int, bytes] | None:
        """Return status and body, or None while the answer is not complete."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError
        self.received += part
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end:
            return None
        found = head.lower().partition(LENGTH)[2].split(b"\r\n")[0]
        if len(body) < int(found or 0):
            return None
        return int(head.split(b" ", 2)[1]), body


def work(
    port: int, connections: int, seconds: float, asked: tuple[str, int, int, int], answers: Any
) -> None:
    """Send requests for so long, and put what was found into a queue."""
    file, status, least, salt = asked
    texts = Path(file).read_bytes().rstrip(b"\n").split(b"\n")
    requests = [text.replace(MARK.encode(), LINE.encode()) for text in texts]
    selector = selectors.DefaultSelector()
    number = bad = 0
    took: list[float] = []

    def next_request() -> bytes:
        nonlocal number
        number += 1
        text = requests[number % len(requests)]
        return text.replace(SALT.encode(), b"%012d" % (salt + number))

    for _number in range(connections):
        connection = _Connection(port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next_request())
    ends_at = time.perf_counter() + seconds
    while time.perf_counter() < ends_at:
        for key, _events in selector.select(timeout=0.5):
            connection = key.data
            answer = connection.receive()
            if answer is None:
                continue
            took.append(time.perf_counter() - connection.sent_at)
            is_right = answer[0] == status and len(answer[1]) >= least
            bad += not is_right or answer[1].startswith(b'{"errors"')
            connection.send(next_request())
    answers.put((took, bad))


def main() -> None:
    """Measure, and print one line."""
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    file, status, least, salt = sys.argv[4], *map(int, sys.argv[5:8])
    processes = min(PROCESSES, connections)
    answers: Any = multiprocessing.Queue()
    workers = [
        multiprocessing.Process(
            target=work,
            args=(
                port,
                connections // processes,
                seconds,
                (file, status, least, salt + number * APART),
                answers,
            ),
        )
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=seconds + 30) for _worker in workers]
    for worker in workers:
        worker.join()
    took = sorted(one for part, _bad in found for one in part)
    micros = [round(one * 1e6) for one in took] or [0]
    result = {
        "requests": len(took),
        "micros": round(seconds * 1e6),
        "bad": sum(bad for _took, bad in found),
        "p50": micros[len(micros) // 2],
        "p99": micros[len(micros) * 99 // 100],
        "most": micros[-1],
    }
    sys.stdout.write(f"RESULT {json.dumps(result)}\n")


if __name__ == "__main__":
    main()
