"""Keep buckets that fill steadily: in this process, and shared in Redis."""

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

# Clients remembered by one process; the one that was away longest is forgotten first.
CLIENTS_MAX = 20_000
PAUSE_SECONDS = 5.0
TIMEOUT_SECONDS = 0.2
BURST_MINUTES = 4
# One round trip. Redis's own clock, so that machines need not agree on the time.
SCRIPT = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local rate, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = burst
if kept[1] then
    left = math.min(burst, tonumber(kept[1]) + math.max(0, now - tonumber(kept[2])) * rate)
end
local granted = 0
if left >= cost then
    granted, left = 1, left - cost
end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 1)
return {granted, tostring(left)}
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """Say how fast buckets fill, and how much they hold."""

    per_second: float
    burst: int


def rule_of_minute(requests: int) -> Rule | None:
    """Return the rule for so many requests a minute; None for 0, which is no limit.

    Shape: after a pause `BURST_MINUTES` as many may come at once.
    """
    return Rule(requests / 60, requests * BURST_MINUTES) if requests else None


@dataclass(frozen=True, slots=True)
class Taken:
    """Say whether a cost was taken, what is left, and when there will be enough."""

    is_granted: bool
    left: float
    wait_seconds: float


def _taken(granted: bool, left: float, cost: float, rule: Rule) -> Taken:
    return Taken(granted, left, 0.0 if granted else (cost - left) / rule.per_second)


class LocalBuckets:
    """Keep the buckets of one process, and what was answered or refused without taking its cost."""

    def __init__(self, *, clients_max: int = CLIENTS_MAX) -> None:
        self.clients_max = clients_max
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._owed: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        """Return how many entries are kept in all."""
        return len(self._kept) + len(self._owed)

    def is_spent(self, client: str, rule: Rule) -> bool:
        """Say whether nothing is left for a client; the quick look at every request."""
        owed, kept = self._owed.get(client, 0.0), self._kept.get(client)
        if kept is None:
            return owed >= rule.burst
        return kept[0] - owed < 1 and self._filled(client, rule) - owed < 1

    def take(self, client: str, cost: float, rule: Rule) -> Taken:
        """Take a cost, and what is owed, out of a client's bucket if there is enough left for it."""
        cost = max(cost, 1)
        with self._lock:
            left = max(0.0, self._filled(client, rule) - self._owed.pop(client, 0.0))
            granted = left >= cost
            left -= cost if granted else 0
            self._keep(client, left)
        return _taken(granted, left, cost, rule)

    def owe(self, client: str, cost: float) -> None:
        """Remember a cost until the next that is taken."""
        with self._lock:
            self._owed[client] = self._owed.pop(client, 0.0) + cost
            if len(self._owed) > self.clients_max:
                self._owed.popitem(last=False)

    def owed(self, client: str) -> float:
        """Return what a client owes."""
        return self._owed.get(client, 0.0)

    def settle(self, client: str, paid: float) -> None:
        """Forget what was paid of it."""
        with self._lock:
            rest = self._owed.pop(client, 0.0) - paid
            if rest > 0:
                self._owed[client] = rest

    def _filled(self, client: str, rule: Rule) -> float:
        left, at = self._kept.get(client, (float(rule.burst), 0.0))
        return min(float(rule.burst), left + max(0.0, time.monotonic() - at) * rule.per_second)

    def _keep(self, client: str, left: float) -> None:
        self._kept[client] = (left, time.monotonic())
        self._kept.move_to_end(client)
        if len(self._kept) > self.clients_max:
            self._kept.popitem(last=False)


class SharedBuckets:
    """Keep buckets in Redis, for every process alike; those of another `name` are others.

    After a failure Redis is left alone for PAUSE_SECONDS, so a frozen one costs one short time-out.
    """

    def __init__(self, address: str, *, name: str = "graphql") -> None:
        client: Any = redis.Redis.from_url(
            address,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._script = client.register_script(SCRIPT)
        self._prefix = f"{name}-rate:"
        self.resume_at = 0.0

    def take(self, client: str, cost: float, rule: Rule) -> Taken | None:
        """Take a cost out of a client's bucket if there is enough; None while Redis does not answer."""
        if time.monotonic() < self.resume_at:
            return None
        try:
            arguments = [rule.per_second, rule.burst, cost]
            granted, left = self._script(keys=[f"{self._prefix}{client}"], args=arguments)
        except RedisError as error:
            self.resume_at = time.monotonic() + PAUSE_SECONDS
            logger.warning("Rates are counted by this process alone: %s", type(error).__name__)
            return None
        return _taken(bool(granted), float(left), cost, rule)


class Buckets:
    """Keep buckets in Redis where there is one, and in this process while it is away."""

    def __init__(self, name: str) -> None:
        self.local = LocalBuckets()
        found = settings.CACHES["default"]
        self._shared = (
            SharedBuckets(found["LOCATION"], name=name) if "Redis" in found["BACKEND"] else None
        )

    def take(self, client: str, cost: float, rule: Rule) -> Taken:
        """Take a cost out of a client's bucket if there is enough left for it."""
        taken = self._shared.take(client, cost, rule) if self._shared else None
        return taken if taken is not None else self.local.take(client, cost, rule)
