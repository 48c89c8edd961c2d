"""A Redis cache that is never the reason for an error page."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0

Answer = TypeVar("Answer")


class TolerantRedisClient:
    """Answer "not in the cache" while Redis is slow, full or gone.

    After a failure Redis is left alone for PAUSE_SECONDS, so a frozen server costs one short
    time-out a second and not one for every look-up.
    """

    def __init__(self, servers: list[str], **options: Any) -> None:
        # Any: the stubs of Django ask for shapes of keys and times that Django does not pass.
        self._redis: Any = RedisCacheClient(servers, **options)
        self.resume_at = 0.0

    def _attempt(self, call: Callable[..., Answer], *arguments: Any, otherwise: Answer) -> Answer:
        """Return what Redis says, or ``otherwise`` when it does not answer."""
        if time.monotonic() < self.resume_at:
            return otherwise
        try:
            return call(*arguments)
        except RedisError as error:
            self.resume_at = time.monotonic() + PAUSE_SECONDS
            logger.warning("The cache does not answer: %s", type(error).__name__)
            return otherwise

    def add(self, key: str, value: object, timeout: int | None) -> bool:
        """Store a value that is not there yet; False when it was, or nothing was stored."""
        return self._attempt(self._redis.add, key, value, timeout, otherwise=False)

    def get(self, key: str, default: object = None) -> Any:
        """Return a value, or the default."""
        return self._attempt(self._redis.get, key, default, otherwise=default)

    def set(self, key: str, value: object, timeout: int | None) -> None:
        """Store a value."""
        self._attempt(self._redis.set, key, value, timeout, otherwise=None)

    def touch(self, key: str, timeout: int | None) -> bool:
        """Give a value a new end; False when it was not found."""
        return self._attempt(self._redis.touch, key, timeout, otherwise=False)

    def delete(self, key: str) -> bool:
        """Remove a value; False when it was not found."""
        return self._attempt(self._redis.delete, key, otherwise=False)

    def get_many(self, keys: Iterable[str]) -> dict[str, Any]:
        """Return the values that are there."""
        return self._attempt(self._redis.get_many, keys, otherwise={})

    def has_key(self, key: str) -> bool:
        """Return whether there is a value."""
        return self._attempt(self._redis.has_key, key, otherwise=False)

    def incr(self, key: str, delta: int) -> int:
        """Add to a number.

        Raises: ValueError when there is no such number, as a cache that was just emptied would.
        """
        found = self._attempt(self._redis.incr, key, delta, otherwise=None)
        if found is None:
            raise ValueError(f"Key {key!r} not found.")
        return int(found)

    def set_many(self, data: Mapping[str, object], timeout: int | None) -> None:
        """Store several values."""
        self._attempt(self._redis.set_many, data, timeout, otherwise=None)

    def delete_many(self, keys: Iterable[str]) -> None:
        """Remove several values."""
        self._attempt(self._redis.delete_many, keys, otherwise=None)

    def clear(self) -> bool:
        """Remove everything; False when that was not done."""
        return self._attempt(self._redis.clear, otherwise=False)


class TolerantRedisCache(RedisCache):
    """Django's Redis cache with a client that never raises because of Redis."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class: Any = TolerantRedisClient
