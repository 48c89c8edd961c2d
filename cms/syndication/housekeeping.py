"""Name what has to be looked after regularly in every installation."""

from collections.abc import Callable

from wagtail import hooks

from cms.content.healing import heal
from cms.syndication import chores, deliveries, retention

HOUR, DAY = 3_600.0, 86_400.0


def connect() -> None:
    """Register the chores of this room."""
    chores.register("old deliveries", every_seconds=HOUR, work=_forget_deliveries, is_slow=True)
    chores.register("old tombstones", every_seconds=DAY, work=_forget_tombstones, is_slow=True)
    chores.register("missing renditions", every_seconds=HOUR, work=_heal, is_slow=True)
    chores.register("lost files", every_seconds=DAY, work=_heal_thoroughly, is_slow=True)


def ask_other_rooms() -> None:
    """Register the chores of rooms that may not know this one.

    Shape: functions hooked as `register_chores` are called with `chores.register`.
    """
    for tell in hooks.get_hooks("register_chores"):
        tell(chores.register)


def _forget_deliveries(_is_enough: Callable[[], bool]) -> int:
    return deliveries.purge()


def _forget_tombstones(_is_enough: Callable[[], bool]) -> int:
    return retention.purge()


def _heal(is_enough: Callable[[], bool]) -> int:
    return heal(is_enough=is_enough)


def _heal_thoroughly(is_enough: Callable[[], bool]) -> int:
    return heal(is_thorough=True, is_enough=is_enough)
