"""Tell whoever in this process remembers public things that some have changed and are committed.

It is a courtesy: other processes commit too, so whoever remembers reads the content clock all the same.
"""

from collections.abc import Callable

from django.db import transaction

_told: dict[str, Callable[[], object]] = {}


def on_change(name: str, tell: Callable[[], object]) -> None:
    """Have a function called after each commit that changed public rows; one for each name."""
    _told[name] = tell


def announce_at_commit() -> None:
    """Call them once this transaction is committed."""
    transaction.on_commit(_announce, robust=True)


def _announce() -> None:
    for tell in list(_told.values()):
        tell()
