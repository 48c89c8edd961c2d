"""Run a command, and leave none of its processes behind, however this program ends.

Usage: supervise.py PARENT COMMAND...

The processes of the command are ended when the command ends, when a signal asks for it, when the
terminal that shows the output is closed, and when the parent of this program is no longer PARENT (0: any
parent will do). If this program is killed, `watchdog.py` ends them. They have STOP_GRACE_SECONDS
(default 5) to end by themselves.
"""

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from watchdog import STOP_SIGNALS, end_group

WATCHDOG = Path(__file__).with_name("watchdog.py")


def note_signals() -> list[int]:
    """Return a list that receives every signal that asks for the end.

    A handler that only notes signals interrupts nothing, however many come.
    """
    received: list[int] = []
    for number in STOP_SIGNALS:
        # `nohup` starts a program with SIGHUP ignored.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: received.append(number))
    # `run` blocks SIGINT until here.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    return received


def adopt_orphans() -> None:
    """Become the parent of orphaned descendants, to wait for them when they have ended.

    Process 1 does that at once, but for some in containers. Those run Linux, which has this call.
    """
    set_child_subreaper = 36
    with suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def print_if_possible(text: str) -> None:
    """Print a text, unless standard output is closed or would make this process wait."""
    with suppress(OSError):
        if select.select([], [1], [], 0)[1]:
            os.write(1, text.encode())


def main(parent: int, command: list[str]) -> int:
    """Return the exit status of the command; 0 if a signal, the terminal or the parent ended it."""
    received = note_signals()
    adopt_orphans()
    terminals = [output for output in (1, 2) if os.isatty(output)]
    lifeline, _held_until_the_end = os.pipe()
    leader = subprocess.Popen(
        [sys.executable, "-S", str(WATCHDOG), str(lifeline), *command],
        # The terminal does not signal another session.
        start_new_session=True,
        pass_fds=[lifeline],
    )
    os.close(lifeline)
    while (
        leader.poll() is None
        and not received
        and parent in {0, os.getppid()}
        # A closed terminal signals only the first process of its session, which may be `make`.
        and all(map(os.isatty, terminals))
    ):
        time.sleep(0.1)
    is_stopped = bool(received) or leader.returncode is None
    if is_stopped:
        print_if_possible("\nStopping ...\n")
    end_group(leader.pid)
    return 0 if is_stopped else leader.returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
