"""Compute few hashes of passwords at once, and let other requests go first.

A hash takes half a second of a processor on purpose. So each process computes only
`PASSWORDS_AT_ONCE`, one for each client, in threads of low priority; whoever comes beyond that is
refused at once and does not wait.

Source: docs/adr/0071-password-hashing.md.
"""

import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import (
    PBKDF2PasswordHasher,
    PBKDF2SHA1PasswordHasher,
    ScryptPasswordHasher,
)

from cms.client_addresses import CURRENT
from cms.gate import Busy

# Of 19; what is left over is enough for hashes, and requests notice nothing.
NICENESS = 15


class HashingBusy(Busy):
    """Say that as many hashes are computed as may be; nothing is wrong with the password."""

    def __str__(self) -> str:
        return (
            "Other passwords are being checked at the moment. Nothing was changed; go back and try "
            "again in a few seconds."
        )


class HashingPlaces:
    """Hold the clients for which this process computes a hash at the moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: list[str] = []

    def is_full(self, client: str) -> bool:
        """Say whether a client would be refused.

        Shape: a client without a name, as in a command, is refused only for want of places.
        """
        clients = self._clients
        # Whoever computes a hash holds one of the places in which requests are worked on.
        most = min(settings.PASSWORDS_AT_ONCE, max(1, settings.REQUESTS_AT_ONCE - 1))
        return len(clients) >= most or (client != "" and client in clients)

    @contextmanager
    def taken(self, client: str) -> Iterator[None]:
        """Take a place for as long as the context lasts.

        Raises: HashingBusy, at once, when there is none for this client.
        """
        with self._lock:
            if self.is_full(client):
                raise HashingBusy
            self._clients.append(client)
        try:
            yield
        finally:
            with self._lock:
                self._clients.remove(client)


PLACES = HashingPlaces()


class _Bounded:
    """Let a password hasher of Django compute a hash when there is a place for it."""

    def encode(self, *arguments: Any, **named: Any) -> str:
        """Return the hash of a password.

        Raises: HashingBusy.
        """
        compute: Any = super().encode  # type: ignore[misc]
        with PLACES.taken(CURRENT.get()):
            encoded: str = _threads(os.getpid()).submit(compute, *arguments, **named).result()
            return encoded


class BoundedPBKDF2PasswordHasher(_Bounded, PBKDF2PasswordHasher):
    """Compute the hashes of new passwords."""


class BoundedPBKDF2SHA1PasswordHasher(_Bounded, PBKDF2SHA1PasswordHasher):
    """Check hashes that another installation has made."""


class BoundedScryptPasswordHasher(_Bounded, ScryptPasswordHasher):
    """Check hashes that another installation has made."""


@cache
def _threads(_process: int) -> ThreadPoolExecutor:
    """Return the threads of a process; a fork has none of its parent's."""
    return ThreadPoolExecutor(thread_name_prefix="hashing", initializer=_lower_priority)


def _lower_priority() -> None:
    # Linux gives each thread a priority of its own; elsewhere this would slow down the process.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
