"""Draw how far a command is, for people who watch it."""

import sys
from typing import Any

from cms.publishing.archive.layout import Progress

WIDTH = 40


def bar(out: Any) -> Progress:
    """Return what draws a bar for each part of the work; silent where nobody watches."""

    def draw(what: str, done: int, of: int) -> None:
        if sys.stderr.isatty():
            filled = WIDTH * done // max(of, 1)
            end = "\n" if done >= of else ""
            line = f"\r{what:8} [{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{of}"
            out.write(line, ending=end)

    return draw
