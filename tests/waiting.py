"""Wait for what another thread or process does."""

from collections.abc import Callable
from time import monotonic, sleep


def wait_until(condition: Callable[[], object], *, what: str, within_seconds: float = 60.0) -> None:
    """Return as soon as a condition is true.

    Raises: AssertionError naming `what` after `within_seconds`. This limit only turns a hang into a
            failure; no test may depend on how long the condition takes.
    """
    ends_at = monotonic() + within_seconds
    while not condition():
        if monotonic() > ends_at:
            raise AssertionError(f"{what}: not true within {within_seconds} seconds.")
        sleep(0.02)
