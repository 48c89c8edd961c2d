"""Wait in a test for something that another thread or process does."""

import time
from collections.abc import Callable

POLL_SECONDS = 0.02


def wait_until(condition: Callable[[], object], *, what: str, within_seconds: float = 60.0) -> None:
    """Call a condition again and again until it is true.

    Units: `within_seconds` only turns a hang into a failure; no test judges by it.
    Raises: AssertionError, which names `what`, when the condition is still false then.
    """
    ends_at = time.monotonic() + within_seconds
    while not condition():
        if time.monotonic() > ends_at:
            raise AssertionError(f"{what} did not happen within {within_seconds:.0f} seconds")
        time.sleep(POLL_SECONDS)
