"""Share whole answers with other processes through Redis, which may be slow, empty or gone.

What is stored names its moment of the clock in its key, so nothing that is old can be found.
"""

import logging
import math
import threading
import time
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from cms.api.cache.kept import Damaged, Kept, pack, unpack
from cms.publishing.reading.moments import Moment

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 0.2
PAUSE_SECONDS = 5.0
KEPT_SECONDS_MAX = 3_600
LARGEST_BYTES = 2 * 1024 * 1024


class Breaker:
    """Leave what has failed alone for a while; then let one try it, and the others go on without."""

    def __init__(self, *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self.pause_seconds = pause_seconds
        self._lock = threading.Lock()
        self._resume_at: float | None = None

    def lets_pass(self) -> bool:
        """Say whether to try."""
        if self._resume_at is None:
            return True
        with self._lock:
            resume_at, now = self._resume_at or 0.0, time.monotonic()
            if now < resume_at:
                return False
            if resume_at:
                self._resume_at = now + self.pause_seconds
            return True

    def failed(self) -> None:
        """Note a failure."""
        with self._lock:
            self._resume_at = time.monotonic() + self.pause_seconds

    def succeeded(self) -> None:
        """Note that it works."""
        self._resume_at = None


class SharedAnswers:
    """Be the second level of the answer cache."""

    def __init__(self, url: str, *, name: str) -> None:
        self.name = name
        self.breaker = Breaker()
        self._redis: Any = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def get(self, moment: Moment, key: bytes) -> Kept | None:
        """Return an answer that some process has stored."""
        stored = self._attempt("GET", self._key(moment, key))
        if not isinstance(stored, bytes):
            return None
        try:
            return unpack(stored)
        except Damaged:
            logger.warning("An answer in the cache is damaged.")
            return None

    def put(self, moment: Moment, key: bytes, kept: Kept) -> None:
        """Store an answer for as long as its moment can last."""
        seconds = min(KEPT_SECONDS_MAX, moment.ends_at - time.time())
        if seconds > 0 and len(kept.body) <= LARGEST_BYTES:
            ends = str(math.ceil(seconds * 1000))
            self._attempt("SET", self._key(moment, key), pack(kept), "PX", ends)

    def _key(self, moment: Moment, key: bytes) -> str:
        stands = f"{moment.epoch}:{moment.value}:{moment.horizon}:{moment.ends_at}"
        return f"{self.name}:{stands}:{key.hex()}"

    def _attempt(self, *command: Any) -> Any:
        if not self.breaker.lets_pass():
            return None
        try:
            found = self._redis.execute_command(*command)
        except (RedisError, OSError) as error:
            self.breaker.failed()
            logger.warning("The shared cache does not answer: %s", type(error).__name__)
            return None
        self.breaker.succeeded()
        return found
