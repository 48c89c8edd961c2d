"""`make run` ends as a whole, however it ends, and the next one can begin at once."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / "deploy/local"
# Takes the place of the real one. Standard error reports what happens; its end means that every process
# is gone. A process that is left behind says so after a minute, which fails the test, and ends.
MANAGE = """
import fcntl, os, signal, sqlite3, subprocess, sys
name = sys.argv[1]

def say(text):
    os.write(2, f"{{name}} {{text}}\\n".encode())

def end_late(*_):
    say("was left behind")
    os._exit(1)

def wait():
    say("is there")
    while True:
        signal.pause()

signal.signal(signal.SIGALRM, end_late)
signal.alarm(60)
exec({bodies!r}.get(name, ""))
"""
BODIES = {
    "worker": "wait()",
    "runserver": "subprocess.Popen([sys.executable, 'manage.py', 'reloaded']); wait()",
    "reloaded": "wait()",
}
ALL_THERE = {f"{name} is there" for name in BODIES}
STUBBORN = "signal.signal(signal.SIGTERM, lambda *_: say('is asked to end')); wait()"
START = "Bringing the database up to date ...\n"
OPEN = "\n  Open http://localhost:{port}  (Ctrl-C stops everything)\n\n"
STOP = "\nStopping ...\n"
Site = Path
Run = subprocess.Popen[str]
Start = Callable[..., Run]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a folder where `make run` does everything but run Django."""
    shutil.copytree(LOCAL, tmp_path / "deploy/local")
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/pyvenv.cfg").write_text(f"home = {sys.base_prefix}/bin\n")
    for name in ("python", "python3"):
        (tmp_path / ".venv/bin" / name).symlink_to(sys.executable)
    for name in ("requirements.txt", ".venv/installed-requirements.txt"):
        (tmp_path / name).write_text("nothing==1.0\n")
    return tmp_path


@pytest.fixture(scope="module")
def port() -> int:
    """Return the number of a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def start(site: Site, port: int) -> Iterator[Start]:
    """Return a function that starts `make run`, or another command, in a session of its own."""
    runs: list[Run] = []

    def start(
        *command: str,
        grace_seconds: float = 60,
        terminal: int | None = None,
        before: Callable[[], object] | None = None,
        **bodies: str,
    ) -> Run:
        def prepare() -> None:
            # The tests themselves may run under `nohup` or in the background of a shell, which have
            # SIGHUP and SIGINT ignored by all below them.
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if before is not None:
                before()

        (site / "manage.py").write_text(MANAGE.format(bodies=BODIES | bodies))
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
        environment["STOP_GRACE_SECONDS"] = str(grace_seconds)
        environment["PATH"] = f"{site / '.venv/bin'}:{environment['PATH']}"
        with (site / "stdout").open("w") as file:
            run = subprocess.Popen(
                command or ("make", "run", f"PORT={port}"),
                cwd=site,
                env=environment,
                stdin=subprocess.DEVNULL if terminal is None else terminal,
                stdout=file if terminal is None else terminal,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
                preexec_fn=prepare,
            )
        runs.append(run)
        return run

    yield start
    for run in runs:
        assert run.stderr is not None
        run.stderr.close()
        run.kill()
        run.wait()


def read_until(run: Run, *lines: str) -> list[str]:
    """Return what standard error said until all of these lines have come."""
    assert run.stderr is not None
    said: list[str] = []
    while not set(lines) <= set(said):
        line = run.stderr.readline()
        assert line, f"Ended early: {said}"
        said.append(line.rstrip("\n"))
    return said


def read_rest(run: Run) -> list[str]:
    """Wait until no process is left, and return what they still said; not what `make` says itself."""
    assert run.stderr is not None
    rest = run.stderr.read().splitlines()
    run.wait()
    return sorted(line for line in rest if not line.startswith("make: "))


def stdout(site: Site) -> str:
    return (site / "stdout").read_text()


def signal_group(run: Run, number: signal.Signals) -> None:
    """Do what a terminal does; `make` passes SIGTERM on, so the group gets that twice."""
    os.killpg(run.pid, number)


def signal_make(run: Run, number: signal.Signals) -> None:
    os.kill(run.pid, number)


@pytest.mark.parametrize(
    ("send", "number"),
    [
        (signal_group, signal.SIGINT),
        (signal_group, signal.SIGTERM),
        (signal_group, signal.SIGHUP),
        (signal_make, signal.SIGTERM),
    ],
)
def test_a_signal_ends_everything(
    site: Site,
    start: Start,
    port: int,
    send: Callable[[Run, signal.Signals], None],
    number: signal.Signals,
) -> None:
    run = start()
    read_until(run, *ALL_THERE)

    send(run, number)

    assert read_rest(run) == []
    assert run.returncode == -number
    assert stdout(site) == START + OPEN.format(port=port) + STOP


@pytest.mark.parametrize(
    ("phase", "number"),
    [
        ("migrate", signal.SIGINT),
        ("migrate", signal.SIGTERM),
        ("demo", signal.SIGHUP),
        ("worker", signal.SIGTERM),
        ("runserver", signal.SIGINT),
    ],
)
def test_a_signal_ends_every_phase_of_the_start(
    site: Site, start: Start, phase: str, number: signal.Signals
) -> None:
    run = start(**{phase: "wait()"})
    read_until(run, f"{phase} is there")

    signal_group(run, number)

    # What starts at the same time may be there already.
    assert set(read_rest(run)) <= (ALL_THERE if phase in BODIES else set())
    assert stdout(site).startswith(START)
    assert stdout(site).endswith(STOP)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_before_the_start_is_not_lost(
    site: Site, start: Start, number: signal.Signals
) -> None:
    def send_early() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, [number])
        os.kill(os.getpid(), number)

    command = (sys.executable, "deploy/local/supervise.py", "0", "sleep", "60")
    run = start(*command, before=send_early)

    assert read_rest(run) == []
    assert (run.returncode, stdout(site)) == (0, STOP)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (signal.SIGINT, signal.SIGINT),
        (signal.SIGTERM, signal.SIGTERM),
        (signal.SIGINT, signal.SIGHUP),
    ],
)
def test_a_second_signal_leaves_nothing_behind(
    site: Site, start: Start, first: signal.Signals, second: signal.Signals
) -> None:
    run = start(worker=STUBBORN, reloaded=STUBBORN, grace_seconds=0.3)
    read_until(run, *ALL_THERE)
    signal_group(run, first)
    said = read_until(run, "worker is asked to end")

    signal_group(run, second)

    assert {*said, *read_rest(run)} == {"worker is asked to end", "reloaded is asked to end"}
    assert stdout(site).count("Stopping") == 1


def test_more_signals_leave_a_child_the_time_to_finish(site: Site, start: Start) -> None:
    os.mkfifo(site / "allow")
    allow = os.open(site / "allow", os.O_RDWR)
    run = start(
        worker="signal.signal(signal.SIGTERM, lambda *_: say('is asked to end'));"
        "say('is there'); signal.pause(); open('allow').readline(); say('has finished')"
    )
    read_until(run, *ALL_THERE)
    signal_group(run, signal.SIGINT)
    read_until(run, "worker is asked to end")

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal_group(run, number)
    os.write(allow, b"now\n")

    assert read_rest(run) == ["worker has finished"]
    os.close(allow)


@pytest.mark.parametrize("killed", ["make and all it shares a terminal with", "make", "serve.py"])
def test_a_killed_parent_leaves_nothing_behind(site: Site, start: Start, killed: str) -> None:
    bodies = {"worker": f"say(os.getsid(0)); {STUBBORN}", "reloaded": STUBBORN}
    run = start(**bodies, grace_seconds=0.3)
    said = read_until(run, *ALL_THERE)

    if killed == "serve.py":
        # The command that is supervised leads the session of the children.
        [leader] = [line.split()[1] for line in said if line.split()[1].isdigit()]
        os.kill(int(leader), signal.SIGKILL)
    elif killed == "make":
        signal_make(run, signal.SIGKILL)
    else:
        signal_group(run, signal.SIGKILL)

    assert read_rest(run) == ["reloaded is asked to end", "worker is asked to end"]


@pytest.mark.parametrize("phase", ["migrate", "runserver"])
def test_a_killed_supervisor_leaves_nothing_behind(
    site: Site, start: Start, port: int, phase: str
) -> None:
    run = start("deploy/local/run", str(port), **{phase: STUBBORN}, grace_seconds=0.3)
    read_until(run, f"{phase} is there", *({"worker is there"} if phase == "runserver" else ()))

    run.kill()

    assert read_rest(run) == [f"{phase} is asked to end"]


@pytest.mark.parametrize("shell", [(), ("sh", "-c", "make run PORT=$0; exit")])
def test_a_closed_terminal_leaves_nothing_behind(
    start: Start, port: int, shell: tuple[str, ...]
) -> None:
    """The first process of the session gets the signal: `make`, which keeps it, or a shell."""
    ours, theirs = os.openpty()
    command = (*shell, str(port)) if shell else ()
    run = start(*command, terminal=theirs, before=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(theirs)
    read_until(run, *ALL_THERE)

    os.close(ours)

    assert read_rest(run) == []


def test_a_full_pipe_does_not_stop_the_end(site: Site, start: Start) -> None:
    os.mkfifo(site / "full")
    ours = os.open(site / "full", os.O_RDWR | os.O_NONBLOCK)
    theirs = os.open(site / "full", os.O_WRONLY)
    run = start(terminal=theirs)
    read_until(run, *ALL_THERE)
    with suppress(BlockingIOError):
        while os.write(ours, b"-"):
            pass

    signal_group(run, signal.SIGTERM)

    assert read_rest(run) == []
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize(
    ("ended", "name"),
    [("runserver", "runserver 127.0.0.1:{port}"), ("worker", "worker")],
)
def test_when_one_of_them_ends_the_other_does_and_it_is_named(
    site: Site, start: Start, port: int, ended: str, name: str
) -> None:
    run = start(**{ended: "sys.exit(3)"})

    rest = read_rest(run)

    report = f"Ended by itself: manage.py {name.format(port=port)}."
    assert report in rest
    assert set(rest) - {report} <= ALL_THERE
    assert (run.returncode, stdout(site)) == (2, START + OPEN.format(port=port))


def test_a_step_that_fails_is_the_last_one(site: Site, start: Start, port: int) -> None:
    run = start("deploy/local/run", str(port), demo="say('fails'); sys.exit(3)")

    assert read_rest(run) == ["demo fails"]
    assert (run.returncode, stdout(site)) == (3, START)


@pytest.mark.parametrize(("phase", "send"), [("demo", signal_group), ("worker", signal_make)])
def test_the_next_run_can_write_at_once(
    site: Site, start: Start, phase: str, send: Callable[[Run, signal.Signals], None]
) -> None:
    write = (
        "turn = open('db.turn', 'ab'); fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB);"
        "base = sqlite3.connect('db', timeout=0, isolation_level=None);"
        "base.execute('PRAGMA journal_mode=WAL'); base.execute('BEGIN IMMEDIATE');"
        "base.execute('CREATE TABLE IF NOT EXISTS t (n)'); base.execute('INSERT INTO t VALUES (1)');"
    )
    first = start(**{phase: write + STUBBORN}, grace_seconds=0.3)
    read_until(first, f"{phase} is there")
    send(first, signal.SIGKILL)
    read_rest(first)

    second = start(**{phase: write + "base.execute('COMMIT'); wait()"})
    read_until(second, f"{phase} is there")
    signal_group(second, signal.SIGINT)

    assert set(read_rest(second)) <= ALL_THERE


# Runs the supervisor, and reports each time that it has checked whether to go on.
REPORT_CHECKS = """
import os, sys
sys.path.insert(0, "deploy/local")
import supervise

getppid = os.getppid

def report():
    os.write(2, f"parent is {getppid()}\\n".encode())
    return getppid()

os.getppid = report
sys.exit(supervise.main(0, ["sleep", "60"]))
"""


def read_checks(run: Run, *, count: int) -> list[str]:
    assert run.stderr is not None
    return [run.stderr.readline().rstrip("\n") for _ in range(count)]


def test_a_parent_that_is_not_named_may_end(site: Site, start: Start) -> None:
    (site / "report_checks.py").write_text(REPORT_CHECKS)
    run = start("sh", "-c", f"{sys.executable} report_checks.py & wait")
    assert read_checks(run, count=1) == [f"parent is {run.pid}"]

    run.kill()
    run.wait()
    while (check := read_checks(run, count=1)) == [f"parent is {run.pid}"]:
        pass

    assert check[0].startswith("parent is ")
    assert read_checks(run, count=2) == check * 2
    signal_group(run, signal.SIGTERM)
    read_rest(run)
    assert stdout(site) == STOP


def test_nohup_survives_a_closed_terminal(site: Site, start: Start) -> None:
    (site / "report_checks.py").write_text(REPORT_CHECKS)
    run = start(
        sys.executable,
        "report_checks.py",
        before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    read_checks(run, count=1)

    signal_group(run, signal.SIGHUP)

    assert read_checks(run, count=4) == [f"parent is {os.getpid()}"] * 4
    signal_group(run, signal.SIGTERM)
    read_rest(run)
    assert stdout(site) == STOP
