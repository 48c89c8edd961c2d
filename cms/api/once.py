"""Read what settings say once, since reading one of Django's costs more than using it."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from django.core.signals import setting_changed

Found_co = TypeVar("Found_co", covariant=True)


class Once(Protocol[Found_co]):
    """Return what was worked out; `cache_clear` lets it be worked out anew."""

    def __call__(self) -> Found_co:
        """Return it."""

    def cache_clear(self) -> None:
        """Forget it."""


def once_for(*settings: str) -> Callable[[Callable[[], Found_co]], Once[Found_co]]:
    """Work something out once, and again when a test changes one of the settings it is made of."""

    def decorate(make: Callable[[], Found_co]) -> Once[Found_co]:
        once: Any = lru_cache(maxsize=1)(make)

        def forget(*, setting: str, **_: Any) -> None:
            if setting in settings:
                once.cache_clear()

        setting_changed.connect(forget, weak=False)
        found: Once[Found_co] = once
        return found

    return decorate
