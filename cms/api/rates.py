"""Bound what one client may ask for in a while, by cost.

Each client has a bucket of nodes that fills steadily. What is executed takes its cost out of it, what a
cache answers takes one. Processes share the buckets in Redis, where there is one; while it is away each
process counts by itself, so that nobody is let through unlimited and nobody sees an error.
"""

import hashlib
import math
from functools import cache, lru_cache

from django.conf import settings

from cms.api.errors import Code, Refused
from cms.api.exchange import Asked
from cms.client_addresses import client_address
from cms.rate_buckets import LocalBuckets, Rule, SharedBuckets, Taken

HIT_COST = 1
# A refusal says nothing of what it cost us: up to 100 ms.
REFUSED_COST = 1_000
# As nobody's cost is smaller: a client cannot ask for nothing without end.
COST_MIN = 1


def client_of(asked: Asked, *, is_known: bool) -> str:
    """Return whose bucket a request counts against: its key's once that holds, else its address's.

    Shape: opaque and of fixed length; empty while nothing is counted. Addresses of IPv6 count by /64,
           which one subscriber has whole.
    """
    if not settings.GRAPHQL_RATE_PER_MINUTE:
        return ""
    return _digest(f"key {asked.header('authorization')}" if is_known else address_of(asked))


@lru_cache(maxsize=4096)
def _digest(name: str) -> str:
    return hashlib.blake2b(name.encode(), digest_size=12).hexdigest()


def address_of(asked: Asked) -> str:
    """Return the address of a client, as far as proxies of ours vouch for it."""
    return client_address(asked.environ)


def admit(client: str) -> None:
    """Let a request in unless its client has used up what this process alone knows of.

    Raises: Refused, with the time to wait.
    """
    rule = _rule()
    if rule and client and _local().is_spent(client, rule):
        _refuse_without(_local().take(client, 0, rule), rule)


def take(client: str, cost: int) -> None:
    """Take the cost of what is about to be executed out of a client's bucket.

    Raises: Refused, with the time to wait, when there is not enough in it.
    """
    rule = _rule()
    if not rule or not client:
        return
    local, shared = _local(), _shared()
    owed = local.owed(client)
    wanted = min(max(cost, COST_MIN) + owed, rule.burst)
    taken = shared.take(client, wanted, rule) if shared else None
    if taken is None:
        taken = local.take(client, min(max(cost, COST_MIN), rule.burst), rule)
    elif taken.is_granted and owed:
        local.settle(client, owed)
    _refuse_without(taken, rule)


def note(client: str, cost: int) -> None:
    """Count what was answered or refused without being executed; asks nobody and refuses nothing.

    Shape: it is taken from the bucket with what is executed next.
    """
    if client:
        _local().owe(client, cost)


def _rule() -> Rule | None:
    return _rule_of(settings.GRAPHQL_RATE_PER_MINUTE, settings.GRAPHQL_RATE_BURST)


@lru_cache(maxsize=1)
def _rule_of(per_minute: int, burst: int) -> Rule | None:
    return Rule(per_minute / 60, burst) if per_minute else None


@cache
def _local() -> LocalBuckets:
    return LocalBuckets()


@cache
def _shared() -> SharedBuckets | None:
    found = settings.CACHES["default"]
    return SharedBuckets(found["LOCATION"]) if "Redis" in found["BACKEND"] else None


def _refuse_without(taken: Taken, rule: Rule) -> None:
    if taken.is_granted:
        return
    wait = max(1, math.ceil(taken.wait_seconds))
    window = math.ceil(rule.burst / rule.per_second)
    raise Refused(
        Code.RATE_LIMITED,
        f"You have asked for too much in a short time. Try again in {wait} seconds, or ask for less:"
        " what an operation costs is told for `extensions: {cost: true}`.",
        status=429,
        headers=(
            ("Retry-After", str(wait)),
            ("RateLimit-Policy", f'"cost";q={rule.burst};w={window}'),
            ("RateLimit", f'"cost";r={max(0, int(taken.left))};t={wait}'),
        ),
    )
