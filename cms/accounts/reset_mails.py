"""Send links for new passwords from a thread of their own.

Looking for an account and talking to the mail server take time, which would tell strangers whether
there is an account. What waits is lost when the process ends; the person then asks again.

Source: docs/adr/0072-links-for-new-passwords.md.
"""

import hashlib
import logging
import os
import queue
import threading
from collections.abc import Callable
from functools import cached_property

from django.db import connections
from django.utils import translation

from cms.rate_buckets import Buckets, Rule

logger = logging.getLogger(__name__)

WAITING_MAX = 100
# Nobody's mailbox is filled by strangers: three at once, then one in ten minutes.
RULE = Rule(per_second=1 / 600, burst=3)


class ResetMails:
    """Do one piece of work after the other; more than `WAITING_MAX` are not kept."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[tuple[str, Callable[[], object]]] = queue.Queue(WAITING_MAX)
        self._lock = threading.Lock()
        self._owner = 0

    @cached_property
    def _buckets(self) -> Buckets:
        return Buckets("reset-mail")

    def put(self, address: str, send: Callable[[], object]) -> None:
        """Have a link sent to an address, unless it had several lately; never waits, never raises."""
        name = hashlib.blake2b(address.casefold().encode(), digest_size=12).hexdigest()
        if not self._buckets.take(name, 1, RULE).is_granted:
            logger.warning("a link for a new password was not sent: too many to one address")
            return
        try:
            self._waiting.put_nowait((translation.get_language() or "", send))
        except queue.Full:
            logger.warning("a link for a new password was not sent: too many are waiting")
            return
        self._start()

    def step(self) -> None:
        """Wait for the next link that is wanted, and send it."""
        language, send = self._waiting.get()
        try:
            with translation.override(language or None):
                send()
        except Exception:
            logger.exception("a link for a new password was not sent")
        finally:
            connections.close_all()

    def _start(self) -> None:
        with self._lock:
            if self._owner == os.getpid():
                return
            self._owner = os.getpid()
            threading.Thread(target=self._run, name="reset mails", daemon=True).start()

    def _run(self) -> None:
        while True:
            self.step()


MAILS = ResetMails()
