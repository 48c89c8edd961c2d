"""Hold on to database connections between requests, and give up those that broke or lie idle.

Giving a connection back after each request costs a question to the database at the next one, whether it
is still there. Here a thread keeps its connection; whether it is still there is found out by using it.

Source: ADR 0042.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import connections

IDLE_SECONDS = 30.0
SWEEP_SECONDS = 10.0
# So many connections of the pool are left for requests of threads that keep none.
SPARE = 2


@dataclass(slots=True)
class _Held:
    """Hold the connection of one thread; the lock is taken while it answers a request."""

    connection: Any
    used_at: float = 0.0
    lock: Lock = field(default_factory=Lock)


@dataclass(slots=True)
class _Shelf:
    """Hold the connections of all threads, by the identity of what Django gives each thread."""

    held: dict[int, _Held] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    swept_at: float = 0.0


_shelf = _Shelf()


@contextmanager
def connection_of_thread() -> Iterator[None]:
    """Answer one request with the connection that this thread keeps, or with one for this request."""
    connection = connections[settings.DELIVERY_DATABASE_ALIAS]
    held = _shelf.held.get(id(connection)) or _taken(connection)
    if held is None:
        try:
            yield
        finally:
            _give_back(keep=None)
        return
    with held.lock:
        try:
            yield
        finally:
            held.used_at = time.monotonic()
            _give_back(keep=connection)
    if held.used_at - _shelf.swept_at > SWEEP_SECONDS:
        sweep(now=held.used_at)


def heal() -> bool:
    """Close the connection of this thread if it broke, and say whether it is worth trying again.

    Shape: False where the database answers, or could not be reached to begin with.
    """
    connection = connections[settings.DELIVERY_DATABASE_ALIAS]
    if connection.connection is None or connection.in_atomic_block or connection.is_usable():
        return False
    connection.close()
    return True


def sweep(*, now: float) -> None:
    """Give back the connections of threads that have not used theirs for long, or have ended."""
    with _shelf.lock:
        _shelf.swept_at = now
        idle = [(key, held) for key, held in _shelf.held.items() if _is_idle(held, now)]
        for key, held in idle:
            # Who answers a request at this moment is not idle.
            if held.lock.acquire(blocking=False):
                try:
                    if _is_idle(held, now):
                        held.connection.close()
                        del _shelf.held[key]
                finally:
                    held.lock.release()


def _is_idle(held: _Held, now: float) -> bool:
    return now - held.used_at > IDLE_SECONDS


def _taken(connection: Any) -> _Held | None:
    """Let a thread keep its connection, unless the pool would have too few left for others."""
    pool = connection.settings_dict["OPTIONS"].get("pool")
    most = pool["max_size"] - SPARE if isinstance(pool, dict) else 0
    with _shelf.lock:
        if isinstance(pool, dict) and len(_shelf.held) >= most:
            return None
        # Another thread closes it when this one has ended.
        connection.inc_thread_sharing()
        held = _shelf.held[id(connection)] = _Held(connection, time.monotonic())
        return held


def _give_back(*, keep: Any) -> None:
    """Give back what else the request opened, as Django does at the end of one."""
    for connection in connections.all(initialized_only=True):
        if connection is not keep:
            connection.close_if_unusable_or_obsolete()
