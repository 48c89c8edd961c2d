"""Let the processes of one server add up their tallies, by a file each in one folder.

A scrape reaches any of them and has to be told of all. A process that ended leaves its file, because
what it has counted was answered; so the sum never falls while the server runs. docs/adr/0048-metrics.md
"""

import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from cms.api.tallies import TALLIES, Key, Tally

# A process writes every few seconds while it lives.
ALIVE_SECONDS = 15.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Sum:
    """Hold what the processes of a server have counted, all together.

    Shape: `resident_bytes` and `in_flight` are of those that live.
    """

    tallies: dict[Key, Tally] = field(default_factory=dict)
    processes: int = 0
    in_flight: int = 0
    resident_bytes: int = 0


class Board:
    """Be the place of this process among the others."""

    def __init__(self) -> None:
        self._name = ""
        self._pid = 0

    def _file(self, folder: Path) -> Path:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._name = f"{self._pid}-{uuid.uuid4().hex[:8]}.json"
        return folder / self._name

    def write(self) -> None:
        """Show the others what this process has counted; nothing without a folder."""
        if not settings.METRICS_DIR:
            return
        file = self._file(Path(settings.METRICS_DIR))
        beside = file.with_suffix(".new")
        beside.write_bytes(orjson.dumps(_own()))
        beside.replace(file)

    def sum(self) -> Sum:
        """Return what all have counted: this process as of now, the others as they last wrote."""
        total = Sum()
        _add(total, _own(), is_alive=True)
        if settings.METRICS_DIR:
            folder = Path(settings.METRICS_DIR)
            for content, age_seconds in _others(folder, but=self._file(folder)):
                _add(total, content, is_alive=age_seconds < ALIVE_SECONDS)
        return total


def _own() -> dict[str, Any]:
    rows = [[*key, asdict(tally)] for key, tally in TALLIES.copy().items()]
    return {"rows": rows, "in_flight": TALLIES.in_flight, "resident_bytes": _resident_bytes()}


def _others(folder: Path, *, but: Path) -> Iterator[tuple[dict[str, Any], float]]:
    for file in folder.glob("*.json"):
        if file != but:
            content = orjson.loads(file.read_bytes())
            yield content, time.time() - file.stat().st_mtime


def _add(total: Sum, content: dict[str, Any], *, is_alive: bool) -> None:
    for operation, code, cache, numbers in content["rows"]:
        total.tallies.setdefault((operation, code, cache), Tally()).add(Tally(**numbers))
    if is_alive:
        total.processes += 1
        total.in_flight += content["in_flight"]
        total.resident_bytes += content["resident_bytes"]


def _resident_bytes() -> int:
    """Return how much memory this process holds; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES
    except OSError:
        return 0


BOARD = Board()
