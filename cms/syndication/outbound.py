"""Connect to others: the only module of the product that does, and only to the public internet.

    reply = post("https://portal.example/hook", body, {"content-type": "application/json"})

A name is looked up once, and the address that came of it is checked, connected to, and checked again on
the open connection, so that a name that changes its mind leads nowhere. No redirect is followed, no
proxy and no cookie used, nothing unpacked, and no more read than a little; after 15 seconds it ends
whatever the other side does.

Source: `docs/adr/0027-push.md`.
"""

import datetime as dt
import logging
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3
from django.conf import settings
from django.utils import timezone
from requests_hardened import Config, HTTPSession  # type: ignore[import-untyped]
from requests_hardened.ip_filter import InvalidIPAddress  # type: ignore[import-untyped]
from requests_hardened.ip_filter_adapter import IPFilterAdapter  # type: ignore[import-untyped]

from cms.syndication.public_addresses import (
    AddressRefused,
    checked_address,
    refuse_address,
    refuse_ip,
)

__all__ = ["OutboundFailed", "OutboundRefused", "Reply", "get", "post", "refuse_address", "request"]

TOTAL_SECONDS = 15.0
CONNECT_SECONDS = 5.0
READ_BYTES_MAX = 64 * 1024
USER_AGENT = "ICT-Cluster-CMS"

# The filter logs a line for each refusal; what comes of it is kept with the delivery.
logging.getLogger("requests_hardened").setLevel(logging.ERROR)


class OutboundRefused(Exception):
    """Say why an address may not be connected to; nothing was sent."""


class OutboundFailed(Exception):
    """Say why no answer came; the request may have arrived all the same."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Hold what the other side answered.

    Shape: `body_start` is at most 64 KiB, as sent, never unpacked.
    Units: `retry_after` is in seconds, None where the answer names none.
    """

    status: int
    body_start: bytes = b""
    retry_after: float | None = None

    @property
    def is_success(self) -> bool:
        """Tell whether the other side took it; a redirect is no success."""
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    """Send bytes to an address and return the answer.

    Raises: OutboundRefused, OutboundFailed.
    """
    return request("POST", url, body=body, headers=headers)


def get(url: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Ask an address and return the answer.

    Raises: OutboundRefused, OutboundFailed.
    """
    return request("GET", url, body=None, headers=headers or {})


def request(method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> Reply:
    """Make one request of at most 15 seconds and return the answer.

    Raises: OutboundRefused, OutboundFailed.
    """
    try:
        address = checked_address(url)
    except AddressRefused as refusal:
        raise OutboundRefused(str(refusal)) from refusal
    limit = _Limit()
    found: list[Reply | Exception] = []

    def exchange() -> None:
        try:
            found.append(_exchange(method, address.url, body=body, headers=headers, limit=limit))
        except Exception as error:  # noqa: BLE001 - raised again below, by who waits for it
            found.append(error)

    # A thread of its own, because nothing else ends a look-up of a name in time.
    thread = threading.Thread(target=exchange, name="outbound", daemon=True)
    thread.start()
    thread.join(TOTAL_SECONDS)
    if limit.end():
        thread.join(1)
        raise OutboundFailed(f"No whole answer came within {TOTAL_SECONDS:.0f} seconds.")
    thread.join()
    (result,) = found
    if isinstance(result, Exception):
        raise _in_words(result) from result
    return result


class _Limit:
    """End a request when its time is over, wherever it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_done = False
        self._is_over = False

    def watch(self, connected: socket.socket) -> None:
        """Remember a connection; it is closed at once when the time is over already."""
        with self._lock:
            # A second handle on the same connection: TLS takes the first one away.
            self._socket = connected.dup()
            if self._is_over:
                self._cut()

    def is_over(self) -> bool:
        """Tell whether nobody waits any more."""
        return self._is_over

    def done(self) -> None:
        """Say that the request has ended by itself."""
        with self._lock:
            self._is_done = True
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def end(self) -> bool:
        """End the request; return whether that was needed."""
        with self._lock:
            if self._is_done:
                return False
            self._is_over = True
            self._cut()
            return True

    def _cut(self) -> None:
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                # The other side was quicker.
                return


def _exchange(
    method: str, url: str, *, body: bytes | None, headers: Mapping[str, str], limit: _Limit
) -> Reply:
    try:
        with (
            _Session(limit) as session,
            session.request(
                method,
                url,
                data=body,
                headers={"Accept-Encoding": "identity", **headers},
                stream=True,
            ) as response,
        ):
            start = response.raw.read(READ_BYTES_MAX, decode_content=False)
            wait = _seconds(response.headers.get("Retry-After"))
            return Reply(response.status_code, start, wait)
    finally:
        limit.done()


class _Session(HTTPSession):
    """Make one request: no proxy of the environment, no redirect, one guarded connection."""

    def __init__(self, limit: _Limit) -> None:
        super().__init__(
            Config(
                ip_filter_enable=False,
                ip_filter_allow_loopback_ips=False,
                never_redirect=True,
                default_timeout=(CONNECT_SECONDS, TOTAL_SECONDS),
                user_agent_override=USER_AGENT,
            )
        )
        self.trust_env = False
        for scheme in ("http", "https"):
            self.mount(f"{scheme}://", _Adapter(limit, scheme=scheme))

    def get_redirect_target(self, resp: Any) -> None:
        """Return nothing: even a redirect that is not followed would be read to its end."""
        return


class _Adapter(IPFilterAdapter):
    """Look a name up once, and connect only to an address that passes."""

    def __init__(self, limit: _Limit, *, scheme: str) -> None:
        self._limit = limit
        super().__init__(scheme == "https", allow_loopback=settings.OUTBOUND_ALLOW_LOOPBACK)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools whose connections are looked at."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool(urllib3.HTTPConnectionPool, limit=self._limit),
            "https": _pool(urllib3.HTTPSConnectionPool, limit=self._limit),
        }

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        """Look the name up and check what it leads to."""
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        _check(str(host["host"]).strip("[]"))
        return host, pool


def _pool(base: Any, *, limit: _Limit) -> Any:
    """Return a kind of pool whose connections are checked when open, and ended in time."""

    class Connection(base.ConnectionCls):
        def _new_conn(self) -> socket.socket:
            if limit.is_over():
                raise TimeoutError
            connected: socket.socket = super()._new_conn()
            try:
                _check(connected.getpeername()[0])
            except OutboundRefused:
                connected.close()
                raise
            limit.watch(connected)
            return connected

    return type("Pool", (base,), {"ConnectionCls": Connection})


def _check(ip: str) -> None:
    if refusal := refuse_ip(ip):
        raise OutboundRefused(refusal)


def _seconds(text: str | None) -> float | None:
    """Return how long a `Retry-After` asks to wait, given in seconds or as a date."""
    if not text:
        return None
    if text.strip().isdecimal():
        return float(text[:12])
    try:
        instant = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    aware = instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    return max(0.0, (aware - timezone.now()).total_seconds())


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (requests.exceptions.SSLError, "The certificate of the other side was not accepted."),
    (ssl.SSLError, "The certificate of the other side was not accepted."),
    (requests.exceptions.Timeout, "The other side did not answer in time."),
    (requests.exceptions.ConnectionError, "No connection could be made."),
    (urllib3.exceptions.HTTPError, "The answer broke off or was not HTTP."),
)


def _in_words(error: Exception) -> Exception:
    """Return an error that says what happened in a sentence, without addresses or secrets."""
    if isinstance(error, OutboundRefused):
        return error
    if isinstance(error, InvalidIPAddress):
        return OutboundRefused("The address leads to a machine that is not on the public internet.")
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return OutboundFailed(words)
    return OutboundFailed(f"The request failed ({type(error).__name__}).")
