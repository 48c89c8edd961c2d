"""Say which addresses the product may connect to: those of the public internet, and nothing else.

`refuse_address` looks at how an address is written, `refuse_ip` at what is really connected to. Both
are asked by `outbound`, the only module that connects to anybody.

Source: RFC 6890 and its registries; `docs/adr/0027-push.md`.
"""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import idna
from django.conf import settings

URL_CHARACTERS_MAX = 2000
_PRINTABLE = re.compile(r"[^\x00-\x20\x7f\\]+")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# What a C library would read as a number, and so as an address: 127.1, 0x7f.1, 0177.0.0.1.
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
# Names that are answered inside a network, or by this machine.
_INNER_NAMES = (
    "localhost", "local", "internal", "intranet", "private", "corp", "home", "lan", "localdomain",
    "home.arpa", "in-addr.arpa", "ip6.arpa", "onion", "invalid",
)  # fmt: skip
# Python's `is_global` takes some of these for public; all of them lead, or may lead, to inner addresses.
_INNER_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # special uses
        "192.88.99.0/24",  # 6to4 relays
        "::/96",  # IPv4 in IPv6, the deprecated form
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",
        "100::/64",  # discarded
        "2001::/23",  # Teredo, ORCHID and other special uses
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fec0::/10",  # site-local
    )
)
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(ValueError):
    """Say in a sentence why an address cannot be used."""


class Address(NamedTuple):
    """Hold an address whose writing is in order; `url` is its one canonical form."""

    url: str
    host: str


def refuse_address(url: str) -> str | None:
    """Return why an address cannot be used, in a sentence, or None; looks nothing up."""
    try:
        checked_address(url)
    except AddressRefused as refusal:
        return str(refusal)
    return None


def checked_address(url: str) -> Address:
    """Return an address in its canonical form.

    Raises: AddressRefused.
    """
    if not _PRINTABLE.fullmatch(url) or len(url) > URL_CHARACTERS_MAX:
        raise AddressRefused(
            f"The address has a space, a control character or a backslash in it, or is empty, or"
            f" longer than {URL_CHARACTERS_MAX} characters."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("The address cannot be read: check host and port.") from error
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise AddressRefused("The address must not carry a user name or a password.")
    if parts.fragment:
        raise AddressRefused("The address must not have a part behind #.")
    host = _checked_host(parts.hostname or "")
    _check_port(parts, port=port, is_here=_is_loopback(host))
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != {"https": 443, "http": 80}[parts.scheme]:
        netloc += f":{port}"
    return Address(parts._replace(netloc=netloc, path=parts.path or "/").geturl(), host)


def refuse_ip(text: str) -> str | None:
    """Return why an IP address may not be connected to, in a sentence, or None."""
    try:
        ip: Ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return "What was connected to is not an IP address."
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback and settings.OUTBOUND_ALLOW_LOOPBACK:
        return None
    is_public = (
        ip.is_global
        and not ip.is_multicast
        and not ip.is_reserved
        and not ip.is_unspecified
        and not any(ip in network for network in _INNER_NETWORKS)
    )
    return (
        None if is_public else "The address leads to a machine that is not on the public internet."
    )


def _checked_host(host: str) -> str:
    """Return a host in its one form: an IP address, or a name in ASCII."""
    if not host or host.endswith("."):
        raise AddressRefused("The address needs a host name, without a dot at its end.")
    if ":" in host:
        return _checked_ip(host)
    try:
        name = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise AddressRefused("The host name is not a valid one.") from error
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _checked_ip(name)
    if name == "localhost" and settings.OUTBOUND_ALLOW_LOOPBACK:
        return name
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused("The host name is not a valid one.")
    is_inner = any(name == inner or name.endswith(f".{inner}") for inner in _INNER_NAMES)
    if is_inner or len(labels) < 2:
        raise AddressRefused("The host name is of an inner network, not of the public internet.")
    return name


def _checked_ip(text: str) -> str:
    try:
        ip: Ip = ipaddress.ip_address(text)
    except ValueError as error:
        raise AddressRefused(
            "The host is a number. Write a name, or an IP address in its usual form."
        ) from error
    if "%" in text:
        raise AddressRefused("The address must not name a network interface.")
    if refusal := refuse_ip(text):
        raise AddressRefused(refusal)
    return str(ip)


def _check_port(parts: SplitResult, *, port: int | None, is_here: bool) -> None:
    allowed = {"https": 443}
    if settings.OUTBOUND_ALLOW_HTTP or is_here:
        allowed["http"] = 80
    if parts.scheme not in allowed:
        raise AddressRefused(f"The address must start with {' or '.join(allowed)}://.")
    if port not in {None, allowed[parts.scheme]} and not is_here:
        raise AddressRefused(f"The port must be {allowed[parts.scheme]}: leave it out.")


def _is_loopback(host: str) -> bool:
    """Tell whether a host that passed is this machine, which only development and tests allow."""
    if host == "localhost":
        return True
    return (":" in host or host[-1].isdigit()) and ipaddress.ip_address(host).is_loopback
