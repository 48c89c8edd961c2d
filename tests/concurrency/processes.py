"""Fork processes from one that has Django ready, hear what they do, and tell them what to do.

A child reports each event as one byte on a pipe, in the order in which they happen; so a race is driven
by what has happened, and a kill falls after a number of events. Orders go to a child as bytes, too.
"""

import contextlib
import ctypes
import json
import os
import select
import signal
from collections import Counter
from collections.abc import Callable
from typing import Any

# So that a hang is a failure; nothing else is judged by it.
HANG_SECONDS = 120.0
STATEMENT, GO = b".", b"g"
_PR_SET_PDEATHSIG = 1
# In a child: where it reports, and where its orders come from.
_own: dict[str, int] = {}


class Child:
    """Hold a child process, and the pipes to it and from it."""

    def __init__(self, pid: int, *, result: int, events: int, orders: int) -> None:
        self.pid = pid
        self._result = result
        self._events = events
        self._orders = orders
        self._seen: Counter[int] = Counter()

    def wait_for(self, event: bytes, *, times: int = 1) -> bool:
        """Wait until the child has reported an event so many times more; False when it ended before.

        Raises: AssertionError when it reports nothing for a long time.
        """
        while times > 0:
            found = self._read(times, within_seconds=HANG_SECONDS)
            assert found is not None, f"a process did not report {event!r}"
            if not found:
                return False
            times -= found.count(event)
        return True

    def count(self, event: bytes) -> int:
        """Return how many times the child has reported an event until now."""
        while self._read(65_536, within_seconds=0):
            pass
        return self._seen[event[0]]

    def line(self) -> str:
        """Return the words that the child reports before anything else."""
        found = b""
        while not found.endswith(b"\n"):
            read = self._read(1, within_seconds=HANG_SECONDS)
            assert read, "a process ended without a word"
            found += read
        return found.decode().strip()

    def tell(self, order: bytes = GO) -> None:
        """Give the child an order."""
        os.write(self._orders, order)

    def has_ended(self) -> bool:
        """Say whether the child has nothing more to do than to hand over its result."""
        return bool(select.select([self._result], [], [], 0)[0])

    def collect(self) -> Any:
        """Wait for the end of the child, and return the result of its work."""
        with os.fdopen(os.dup(self._result), "rb") as pipe:
            result = json.loads(pipe.read() or b"null")
        self._bury()
        return result

    def signal(self, number: signal.Signals) -> None:
        """Send the child a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the child, however far it has come."""
        self.signal(signal.SIGKILL)
        self._bury()

    def _bury(self) -> None:
        os.waitpid(self.pid, 0)
        for pipe in (self._result, self._events, self._orders):
            os.close(pipe)

    def _read(self, size: int, *, within_seconds: float) -> bytes | None:
        """Return what was reported, nothing at the end of the child, None when the time is over."""
        if not select.select([self._events], [], [], within_seconds)[0]:
            return None
        found = os.read(self._events, size)
        self._seen.update(found)
        return found


def forked(work: Callable[[], Any]) -> Child:
    """Run work in a child process, which ends with its parent, however that ends."""
    _close_connections()
    result, result_into = os.pipe()
    events, events_into = os.pipe()
    orders, orders_into = os.pipe()
    pid = os.fork()
    if pid:
        for pipe in (result_into, events_into, orders):
            os.close(pipe)
        return Child(pid, result=result, events=events, orders=orders_into)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.set_blocking(events_into, False)
    _own.update(events=events_into, orders=orders)
    try:
        found = work()
    except BaseException as error:  # noqa: BLE001 - whatever it was, the parent has to hear of it
        found = {"error": f"{type(error).__name__}: {error}"}
    written = memoryview(json.dumps(found).encode())
    while written:
        written = written[os.write(result_into, written) :]
    os._exit(0)


def collected(children: list[Child]) -> list[Any]:
    """Wait for children and return their results."""
    return [child.collect() for child in children]


def _close_connections() -> None:
    """Close what a child must not share with its parent, the pool included."""
    from django.db import connections

    for connection in connections.all():
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


# In a child


def report(event: bytes) -> None:
    """Report an event to the parent; nobody waits when it does not listen."""
    with contextlib.suppress(BlockingIOError):
        os.write(_own["events"], event)


def report_statements() -> None:
    """Report each SQL statement of this process right before it is sent, from all its threads."""
    from django.db import connections
    from django.db.backends.signals import connection_created

    def reporting(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        report(STATEMENT)
        return execute(sql, params, many, context)

    def install(connection: Any, **_: Any) -> None:
        if reporting not in connection.execute_wrappers:
            connection.execute_wrappers.append(reporting)

    connection_created.connect(install, weak=False)
    for connection in connections.all(initialized_only=True):
        install(connection)


def next_order() -> bytes:
    """Wait for an order of the parent."""
    return os.read(_own["orders"], 1)


def has_orders(*, within_seconds: float = 0.0) -> bool:
    """Say whether the parent has given an order; it stays to be read."""
    return bool(select.select([_own["orders"]], [], [], within_seconds)[0])
