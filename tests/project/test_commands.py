"""The commands people are told to type exist, and say a sentence when they cannot work."""

import re
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+):", text, re.MULTILINE))


def make_run(port: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "deploy/local/run", port]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_make_command_in_the_documents_exists() -> None:
    documents = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        name
        for document in documents
        for code in re.findall(r"`+([^`]+)`+", document.read_text(encoding="utf-8"))
        for name in re.findall(r"\bmake ([a-z][a-z0-9-]*)", code)
    }

    assert named - targets() == set()
    assert {"run", "test"} <= named


def test_every_target_explains_itself() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    explained = set(re.findall(r"^([a-z0-9-]+):.*## \S", text, re.MULTILINE))

    assert targets() - explained == {"tools"}


def test_a_used_port_gets_a_sentence_before_anything_else() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        ended = make_run(str(port))

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        f"Port {port} is already in use, perhaps by an earlier run. "
        f"Stop that program, or use another port: make run PORT={port + 1}\n"
    )


def test_a_port_that_is_no_port_gets_a_sentence() -> None:
    ended = make_run("web")

    assert ended.returncode == 1
    assert ended.stderr == (
        "PORT=web is not a port. Use a number from 1024 to 65535: make run PORT=8123\n"
    )


def test_a_missing_python_gets_a_sentence(tmp_path: Path) -> None:
    script = "source deploy/local/python.sh; find_python"
    for name in ("cat", "bash"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")

    ended = subprocess.run(
        ["/bin/bash", "-c", script],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("This project needs Python 3.11 or newer")


def executable(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)


def prepare(folder: Path) -> subprocess.CompletedProcess[str]:
    """Prepare an environment in a folder, which has programs of its own in `bin`."""
    lock = folder / "requirements.txt"
    lock.write_text("nothing==1.0\n")
    return subprocess.run(
        ["bash", "deploy/local/prepare", str(lock), str(folder / "venv")],
        cwd=ROOT,
        env={"PATH": f"{folder / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_download_that_breaks_off_gets_a_sentence_and_is_tried_again(tmp_path: Path) -> None:
    executable(tmp_path / "bin" / "python3")
    python = tmp_path / "venv" / "bin" / "python"
    executable(python, '[ "$3" = --version ] || { echo "connection reset" >&2; exit 2; }')

    broken = prepare(tmp_path)
    executable(python)
    mended, again = prepare(tmp_path), prepare(tmp_path)

    assert broken.returncode == 1
    assert broken.stderr.startswith("connection reset\n")
    assert "could not be installed; the lines above say which one and why" in broken.stderr
    assert "run the same command again, and it continues" in broken.stderr
    assert (mended.returncode, mended.stderr) == (0, "")
    assert mended.stdout.startswith("Installing the locked packages")
    # The second run has nothing to do.
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_a_python_that_makes_no_environment_gets_a_sentence(tmp_path: Path) -> None:
    executable(
        tmp_path / "bin" / "python3",
        'case "$2" in "import ensurepip"*) exit 1;; *print*) echo 3.12;; esac',
    )

    ended = prepare(tmp_path)

    assert ended.returncode == 1
    assert "cannot make a virtual environment" in ended.stderr
    assert "sudo apt install python3.12-venv" in ended.stderr
    assert not (tmp_path / "venv").exists()


def test_an_old_python_is_passed_over(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    new = tmp_path / "python3.12"
    new.write_text("#!/bin/sh\nexit 0\n")
    for file in (old, new):
        file.chmod(0o755)

    ended = subprocess.run(
        ["/bin/bash", "-c", "source deploy/local/python.sh; find_python"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.strip() == str(new)
