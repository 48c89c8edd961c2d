"""The development server and its worker start and stop together."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Stands in for the real one: writes down who it is, then does what the test says.
MANAGE = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1] + ".pid").write_text(str(os.getpid()))
{body}
"""


def serve(folder: Path, *, body: str) -> subprocess.Popen[str]:
    (folder / "manage.py").write_text(MANAGE.format(body=body))
    return subprocess.Popen(
        [sys.executable, str(ROOT / "deploy/local/serve.py"), "8123"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def lives(file: Path) -> bool:
    try:
        os.kill(int(file.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_both_and_is_no_error(tmp_path: Path, number: signal.Signals) -> None:
    body = 'print(sys.argv[1], "is there", flush=True); time.sleep(60)'
    server = serve(tmp_path, body=body)
    assert server.stdout is not None
    said = ""
    while said.count("is there") < 2 or "Open http://localhost:8123" not in said:
        said += server.stdout.readline()

    server.send_signal(number)
    rest, errors = server.communicate(timeout=20)

    assert (server.returncode, rest.strip(), errors) == (0, "Stopping ...", "")
    assert [lives(tmp_path / f"{name}.pid") for name in ("runserver", "worker")] == [False] * 2


def test_when_one_of_them_ends_the_other_does_and_it_is_named(tmp_path: Path) -> None:
    body = "sys.exit(3) if sys.argv[1] == 'runserver' else time.sleep(60)"
    server = serve(tmp_path, body=body)

    _said, errors = server.communicate(timeout=20)

    assert (server.returncode, errors) == (
        1,
        "Ended by itself: manage.py runserver 127.0.0.1:8123.\n",
    )
    assert not lives(tmp_path / "runserver.pid")
