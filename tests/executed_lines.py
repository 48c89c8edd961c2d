"""Count work instead of timing it: the same on every machine, however busy."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

# A call that executes more is stopped: it may never end. A second of work, about.
STOP_AFTER_LINES = 20_000_000


def count_executed_lines(function: Callable[[], object]) -> int:
    """Return how many lines of Python a call executes in this thread, each pass of a loop included.

    Shape: work inside of C code, as a regular expression, is not counted.
    Raises: pytest's Failed after STOP_AFTER_LINES.
    """
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        if event == "line":
            count += 1
            if count > STOP_AFTER_LINES:
                pytest.fail(f"The call executes more than {STOP_AFTER_LINES} lines.")
        return trace

    # A run for coverage has a trace function too, which goes on afterwards.
    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(previous)
    return count
