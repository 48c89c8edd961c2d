"""Name what has to be looked after regularly in every installation."""

from collections.abc import Callable

from cms.content.healing import heal
from cms.syndication import chores, deliveries, retention

HOUR, DAY = 3_600.0, 86_400.0


def connect() -> None:
    """Register the chores of this room."""
    chores.register("old deliveries", every_seconds=HOUR, work=_forget_deliveries, is_slow=True)
    chores.register("old tombstones", every_seconds=DAY, work=_forget_tombstones, is_slow=True)
    chores.register("missing renditions", every_seconds=HOUR, work=_heal, is_slow=True)
    chores.register("lost files", every_seconds=DAY, work=_heal_thoroughly, is_slow=True)


def _forget_deliveries(_is_enough: Callable[[], bool]) -> int:
    return deliveries.purge()


def _forget_tombstones(_is_enough: Callable[[], bool]) -> int:
    return retention.purge()


def _heal(is_enough: Callable[[], bool]) -> int:
    return heal(is_enough=is_enough)


def _heal_thoroughly(is_enough: Callable[[], bool]) -> int:
    return heal(is_thorough=True, is_enough=is_enough)
