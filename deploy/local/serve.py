"""Run the development server and the worker side by side until Ctrl-C stops both."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

GRACE_SECONDS = 5


class Stopped(Exception):
    """Say that somebody asked for the end."""


def stop(_signal: int, _frame: FrameType | None) -> None:
    """Turn a signal into the end of the waiting."""
    raise Stopped


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """Start one command of manage.py in a process group of its own."""
    command = [sys.executable, "manage.py", *arguments]
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "DJANGO_RUNSERVER_HIDE_WARNING": "true"}
    return subprocess.Popen(command, env=environment, start_new_session=True)


def end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask every process group to end, and end the ones that do not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for child in children:
            if child.poll() is None:
                os.killpg(child.pid, number)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and any(child.poll() is None for child in children):
            time.sleep(0.05)


def main(port: str) -> int:
    """Serve until a signal comes, or until one of the two ends by itself."""
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    children: list[subprocess.Popen[bytes]] = []
    status = 0
    try:
        children.append(start("worker"))
        children.append(start("runserver", f"127.0.0.1:{port}"))
        print(f"\n  Open http://localhost:{port}  (Ctrl-C stops everything)\n", flush=True)
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        names = [" ".join(map(str, child.args[1:])) for child in children if child.poll()]
        print(f"Ended by itself: {', '.join(names) or 'the server'}.", file=sys.stderr)
        status = 1
    except Stopped:
        print("\nStopping ...", flush=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end(children)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
