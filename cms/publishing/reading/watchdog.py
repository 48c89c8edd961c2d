"""Stop statements that outlast their deadline, from a thread of their own.

Watching costs a statement two entries in a table and no round trip. At its deadline the database is
asked to stop it; one that does not even answer that, as a frozen server, is hung up on.

Source: PostgreSQL's `statement_timeout` is the same for everybody on a connection, knows nothing of the
time spent before the statement, and a frozen server does not keep it.
"""

import contextlib
import logging
import os
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.1
# How long a database may take to agree, before the connection is cut.
GRACE_SECONDS = 0.5


@dataclass(slots=True, eq=False)
class Watched:
    """Hold one running statement: on which connection, and what had to be done about it."""

    connection: Any
    ends_at: float
    was_stopped: bool = False
    was_cut: bool = False


_running: set[Watched] = set()
_lock = threading.Lock()
_wake = threading.Event()
_owner = 0


def watch(connection: object, *, until: float) -> Watched:
    """Watch a statement that is about to run on a connection of Django's.

    Units: `until` is `time.monotonic()`, seconds.
    """
    watched = Watched(connection, until)
    with _lock:
        _running.add(watched)
        if _owner != os.getpid():
            _start()
    if not _wake.is_set():
        _wake.set()
    return watched


def release(watched: Watched) -> None:
    """Stop watching; a statement that is over is never disturbed."""
    with _lock:
        _running.discard(watched)


def retire(watched: Watched) -> None:
    """Close the connection of a statement that was stopped: the request to stop may arrive late."""
    connection = watched.connection
    if connection.vendor == "postgresql" and connection.connection is not None:
        # First the connection itself, so that the pool throws it away.
        connection.connection.close()
        if not connection.in_atomic_block:
            connection.close()


def _start() -> None:
    """Start the thread of this process; a fork has none of its parent's."""
    global _owner  # noqa: PLW0603 - the process has one watchdog
    _owner = os.getpid()
    threading.Thread(target=_guard, name="deadlines", daemon=True).start()


def _guard() -> None:
    while True:
        _wake.wait()
        with _lock:
            if not _running:
                _wake.clear()
                continue
            now = time.monotonic()
            late = [watched for watched in _running if watched.ends_at < now]
            for watched in late:
                _stop(watched, late_seconds=now - watched.ends_at)
        time.sleep(TICK_SECONDS)


def _stop(watched: Watched, *, late_seconds: float) -> None:
    """Do what is due: ask first, cut after a while. The lock is held, so it still runs."""
    try:
        if not watched.was_stopped:
            watched.was_stopped = True
            _ask(watched.connection)
        elif late_seconds > GRACE_SECONDS and not watched.was_cut:
            watched.was_cut = True
            _cut(watched.connection)
    except Exception as error:  # noqa: BLE001 - the others are still to be watched
        logger.warning("A late statement could not be stopped: %s", type(error).__name__)


def _ask(connection: Any) -> None:
    """Ask the database to stop the statement; nobody waits for its answer."""
    raw = connection.connection
    if raw is None:
        return
    if connection.vendor == "sqlite":
        raw.interrupt()
        return
    # Sending it opens a connection, which a frozen server keeps waiting.
    cancel = threading.Thread(target=_cancel, args=(raw,), name="cancel", daemon=True)
    cancel.start()


def _cancel(raw: Any) -> None:
    with contextlib.suppress(Exception):
        raw.cancel_safe(timeout=GRACE_SECONDS)


def _cut(connection: Any) -> None:
    """Hang up on a database that does not answer, so that who waits for it is told."""
    if connection.vendor != "postgresql" or connection.connection is None:
        return
    duplicate = socket.socket(fileno=os.dup(connection.connection.pgconn.socket))
    with contextlib.closing(duplicate):
        duplicate.shutdown(socket.SHUT_RDWR)
