"""Measure rows in turn, round by round, so that a busy moment hits them all."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.http.load import Measured, put
from tests.bench.http.requests import Sending

# Where Linux says how long its processors have worked.
STAT = Path("/proc/stat")
# Some servers work for a while on what nobody waits for any more.
CALM_SHARE, CALM_SECONDS, LOOK_SECONDS = 0.1, 20.0, 0.1


@dataclass(frozen=True, slots=True)
class Row:
    """Name one thing that is measured: `kind` is who answers and how, `question` one of the four."""

    kind: str
    question: str
    connections: int


@dataclass(frozen=True, slots=True)
class Target:
    """Hold what is sent for a row, and to whom."""

    row: Row
    sending: Sending
    port: int


Found = dict[Row, Measured]


def both(kind: str, question: str, sending: Sending, *, port: int) -> list[Target]:
    """Return the targets of one kind of request, alone and sixteen at a time."""
    return [Target(Row(kind, question, count), sending, port) for count in (1, 16)]


def measure(
    targets: Sequence[Target], *, rounds: int, seconds: float, say: Callable[[str], None]
) -> Found:
    """Return the medians of every row; `bad` is the sum over its rounds."""
    found: dict[Row, list[Measured]] = {}
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}: {len(targets)} rows of {seconds:.0f} s")
        for target in targets:
            wait_for_calm()
            put(target.sending, port=target.port, connections=2, seconds=1)
            one = put(
                target.sending,
                port=target.port,
                connections=target.row.connections,
                seconds=seconds,
            )
            found.setdefault(target.row, []).append(one)
    return {row: median(measured) for row, measured in found.items()}


def median(measured: Sequence[Measured]) -> Measured:
    """Return the medians of several rounds, and the sum of what was not right."""
    return Measured(
        per_second=statistics.median(one.per_second for one in measured),
        p50=statistics.median(one.p50 for one in measured),
        p99=statistics.median(one.p99 for one in measured),
        most=max(one.most for one in measured),
        bad=sum(one.bad for one in measured),
    )


def wait_for_calm() -> None:
    """Wait until this machine does no more of what the row before has left; CALM_SECONDS at most."""
    if not STAT.exists():
        return
    ends_at = time.monotonic() + CALM_SECONDS
    busy, total = _ticks()
    while time.monotonic() < ends_at:
        time.sleep(LOOK_SECONDS)
        busy_before, total_before = busy, total
        busy, total = _ticks()
        if busy - busy_before <= CALM_SHARE * (total - total_before):
            return


def _ticks() -> tuple[int, int]:
    """Return for how long the processors have worked, and for how long they have been there."""
    line = STAT.read_text(encoding="ascii").split("\n", 1)[0]
    user, nice, system, idle, waiting, irq, softirq, stolen = map(int, line.split()[1:9])
    busy = user + nice + system + irq + softirq
    return busy, busy + idle + waiting + stolen
