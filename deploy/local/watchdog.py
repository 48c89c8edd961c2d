"""Become a command whose process group is ended when the supervisor is gone.

Usage: watchdog.py LIFELINE COMMAND...

LIFELINE is the read end of a pipe. Only `supervise.py` holds the write end, so reading returns when that
process ends, also after SIGKILL. This works on macOS too and covers grandchildren; Linux's
PR_SET_PDEATHSIG does neither.
"""

import os
import signal
import sys
import time
from contextlib import suppress

GRACE_SECONDS = float(os.environ.get("STOP_GRACE_SECONDS", "5"))
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_group(group: int) -> None:
    """Ask every process of a group to end, and kill those that have not after the grace period."""
    for number, seconds in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, 1)):
        try:
            os.killpg(group, number)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                time.sleep(0.02)
                with suppress(ChildProcessError):
                    # A process that has ended belongs to its group until its parent waits for it.
                    while os.waitpid(-group, os.WNOHANG)[0]:
                        pass
                os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            # The group is empty; macOS says so with PermissionError while ended processes are in it.
            return


def main(lifeline: int, command: list[str]) -> None:
    """Start the watchdog in a session of its own, then replace this process with the command."""
    group = os.getpid()
    # No signal may end the watchdog before its session is another one.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    if os.fork() == 0:
        os.setsid()
        os.read(lifeline, 1)
        end_group(group)
        os._exit(0)
    os.close(lifeline)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
