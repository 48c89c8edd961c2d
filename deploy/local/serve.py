"""Run the development server and the worker side by side until one of them ends.

`supervise.py` ends what is left: this program and its children are one process group.
"""

import os
import subprocess
import sys
import time


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """Start one command of manage.py."""
    command = [sys.executable, "manage.py", *arguments]
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "DJANGO_RUNSERVER_HIDE_WARNING": "true"}
    return subprocess.Popen(command, env=environment)


def main(port: str) -> int:
    """Start both, wait until one of them ends, and name it."""
    children = [start("worker"), start("runserver", f"127.0.0.1:{port}")]
    print(f"\n  Open http://localhost:{port}  (Ctrl-C stops everything)\n", flush=True)
    while all(child.poll() is None for child in children):
        time.sleep(0.3)
    names = [" ".join(map(str, child.args[1:])) for child in children if child.poll()]
    print(f"Ended by itself: {', '.join(names) or 'the server'}.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
