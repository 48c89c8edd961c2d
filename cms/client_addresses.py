"""Say which client sent a request: its address, as far as proxies of ours vouch for it."""

import ipaddress
from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.conf import settings

UNKNOWN = "unknown"
# The client of the request that this thread works on; empty outside of requests.
CURRENT: ContextVar[str] = ContextVar("client_address", default="")


def client_address(environ: Mapping[str, Any]) -> str:
    """Return the address of the client of a WSGI request.

    Shape: each of our proxies adds the address it was called from at the right of X-Forwarded-For, so
           what stands further left is what the client says, and is not believed. IPv6 is shortened to
           its /64, which one subscriber has whole. "unknown" for what is no address.
    """
    forwarded = environ.get("HTTP_X_FORWARDED_FOR") or ""
    return forwarded_address(environ.get("REMOTE_ADDR") or "", forwarded=forwarded)


def forwarded_address(peer: str, *, forwarded: str) -> str:
    """Return the address of a client, from who connected and what X-Forwarded-For says."""
    hops = settings.TRUSTED_PROXY_COUNT
    if hops:
        parts = [part.strip() for part in forwarded.split(",")]
        if len(parts) >= hops:
            peer = parts[-hops]
    return _network(peer)


@lru_cache(maxsize=4096)
def _network(text: str) -> str:
    text = text.rpartition(":")[0] if text.count(":") == 1 else text
    try:
        address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
