"""Put a load on an address with a generator in a process of its own."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.databases import ROOT
from tests.bench.http.requests import Sending

SCRIPT = Path(__file__).with_name("wrk.lua")
TIMEOUT_SECONDS = 30


class GeneratorFailed(Exception):
    """Say that the load generator did not say what it measured."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold what one round found; `bad` counts answers that were not as they should be.

    Units: milliseconds.
    """

    per_second: float
    p50: float
    p99: float
    most: float
    bad: int


def generator() -> str:
    """Return what makes the load on this machine."""
    return "wrk" if shutil.which("wrk") else "Python with plain sockets, which limits fast rows"


def put(sending: Sending, *, port: int, connections: int, seconds: float) -> Measured:
    """Send requests over so many connections for so long, each waiting for its answer.

    Raises: GeneratorFailed.
    """
    with tempfile.NamedTemporaryFile(prefix="bench-requests-") as file:
        sending.write(Path(file.name))
        # Salts are never used again, also not by the next round.
        first_salt = time.time_ns() // 100_000 % 10**10 * 100
        arguments = [file.name, str(sending.status), str(sending.least_bytes), str(first_salt)]
        command = _command(port=port, connections=connections, seconds=seconds)
        done = subprocess.run(
            [*command, *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + TIMEOUT_SECONDS,
        )
    found = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not found:
        raise GeneratorFailed(f"{done.stdout[-500:]} {done.stderr[-500:]}")
    result = json.loads(found[0].removeprefix("RESULT "))
    return Measured(
        per_second=result["requests"] * 1e6 / result["micros"],
        p50=result["p50"] / 1000,
        p99=result["p99"] / 1000,
        most=result["most"] / 1000,
        bad=result["bad"],
    )


def _command(*, port: int, connections: int, seconds: float) -> list[str]:
    whole = str(max(1, round(seconds)))
    if shutil.which("wrk"):
        options = ["-t1", f"-c{connections}", f"-d{whole}s", "--latency", "--timeout", "20s"]
        return ["wrk", *options, "-s", str(SCRIPT), f"http://127.0.0.1:{port}/", "--"]
    module = "tests.bench.http.sockets"
    return [sys.executable, "-m", module, str(port), str(connections), whole]
