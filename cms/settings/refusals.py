"""Say why a value of the environment is unsafe in production, or None when it is not."""

from collections.abc import Callable
from urllib.parse import urlsplit

DEVELOPMENT_KEY = "development-only-key-that-production-refuses-to-start-with"
LOG_FORMATS = ("line", "json")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def refuse_weak_key(value: str) -> str | None:
    """Return why a signing key is unsafe, or None."""
    if value == DEVELOPMENT_KEY:
        return "is the key of development; make your own"
    if len(value) < 50 or len(set(value)) < 10:
        return "is too easy to guess; use at least 50 random characters"
    return None


def refuse_weak_former_keys(value: tuple[str, ...]) -> str | None:
    """Return why former keys are unsafe, or None; what they signed is still accepted."""
    if any(refuse_weak_key(key) for key in value):
        return "holds a key that is too easy to guess, or the key of development; take it out"
    return None


def refuse_open_hosts(value: tuple[str, ...]) -> str | None:
    """Return why a list of host names is unsafe, or None."""
    if "*" in value:
        return "must list host names; * would accept any Host header"
    return None


def refuse_plain_http(value: str) -> str | None:
    """Return why a public address is unsafe, or None; this machine is allowed for a rehearsal."""
    try:
        scheme, host = urlsplit(value).scheme, urlsplit(value).hostname
    except ValueError:
        scheme, host = "", None
    is_fit = bool(host) and (scheme == "https" or (scheme == "http" and host in _THIS_MACHINE))
    return None if is_fit or not value else "must start with https:// and name a host"


def refuse_plain_origins(value: tuple[str, ...]) -> str | None:
    """Return why a list of origins is unsafe, or None."""
    return "must list origins that start with https://" if any(map(_is_plain, value)) else None


def _is_plain(origin: str) -> bool:
    return refuse_plain_http(origin) is not None or "//*/" in f"{origin}/"


def refuse_loopback(value: bool) -> str | None:
    """Return why calling this machine itself is unsafe, or None."""
    return "is for development alone; leave it out" if value else None


def refuse_outside(lowest: int, highest: int | None = None) -> Callable[[int], str | None]:
    """Return a judge of numbers: both ends are allowed."""

    def refuse(value: int) -> str | None:
        if lowest <= value and (highest is None or value <= highest):
            return None
        return f"must be {lowest} or more" if highest is None else f"must be {lowest} to {highest}"

    return refuse


def refuse_unknown_level(value: str) -> str | None:
    """Return why a level of the log does not exist, or None."""
    return None if value in LOG_LEVELS else f"must be one of {', '.join(LOG_LEVELS)}"


def refuse_unknown_format(value: str) -> str | None:
    """Return why a format of the log does not exist, or None."""
    return None if value in LOG_FORMATS else f"must be one of {', '.join(LOG_FORMATS)}"


def refuse_short_token(value: str) -> str | None:
    """Return why a token is too easy to guess, or None; none at all lets nobody in."""
    return "is too easy to guess; use at least 20 characters" if 0 < len(value) < 20 else None
