"""Start the servers that are measured, and stop them by their process ids."""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.bench.databases import ROOT

START_SECONDS = 60
STOP_SECONDS = 20
PRODUCT = "cms.wsgi:application"
NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_requests 100000000;
    types {{ application/json json; }}
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""


class NotStarted(Exception):
    """Say that a server does not answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """Hold a running server; `seconds` passed until its first answer."""

    port: int
    pid: int
    seconds: float


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def product(environment: dict[str, str], *, first: bytes) -> Iterator[Server]:
    """Serve the product with production's settings and command line, in one worker."""
    port = free_port()
    with _granian(PRODUCT, production(environment, port=port), port=port, first=first) as server:
        yield server


@contextmanager
def grapple(environment: dict[str, str], *, first: bytes) -> Iterator[Server]:
    """Serve plain grapple by the same command line."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.bench.grapple_settings"}
    application = "tests.bench.http.grapple:application"
    with _granian(application, {**environment, **settings}, first=first) as server:
        yield server


@contextmanager
def constant(
    environment: dict[str, str], answer: Path, *, module: str = "constant_wsgi"
) -> Iterator[Server]:
    """Serve a Django view that answers the same bytes whatever happens, by the same command line.

    Shape: `module` may be `least_wsgi`, which answers them without Django.
    """
    settings = {
        "DJANGO_SETTINGS_MODULE": "tests.bench.http.constant",
        "BENCH_CONSTANT": str(answer),
    }
    application = f"tests.bench.http.{module}:application"
    first = b"GET /constant HTTP/1.1"
    with _granian(application, {**environment, **settings}, first=first) as server:
        yield server


@contextmanager
def nginx(answer: Path) -> Iterator[Server | None]:
    """Serve a file by one nginx worker; None where nginx is not installed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        yield None
        return
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bench-nginx-") as name:
        folder = Path(name)
        (folder / "www").mkdir()
        shutil.copy(answer, folder / "www" / "answer.json")
        user = "user root;" if os.geteuid() == 0 else ""
        configuration = folder / "nginx.conf"
        configuration.write_text(user + NGINX.format(folder=folder, port=port), encoding="utf-8")
        command = [program, "-c", str(configuration), "-e", f"{folder}/error.log"]
        first = b"GET /answer.json HTTP/1.1"
        with _running(command, dict(os.environ), port=port, first=first) as server:
            yield server


def production(environment: dict[str, str], *, port: int) -> dict[str, str]:
    """Return the environment of a production process on loopback."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "127.0.0.1",
        "ADMIN_BASE_URL": f"http://127.0.0.1:{port}",
        "FRONTEND_BASE_URL": "https://cluster.example",
        "MEDIA_ROOT": environment["BENCH_FILES"],
        "STATIC_ROOT": f"{environment['BENCH_FILES']}/static",
        "LOG_LEVEL": "WARNING",
        # All of the load comes from one address, which asks for more than any client may.
        "GRAPHQL_RATE_PER_MINUTE": "0",
        **environment,
        "DJANGO_SETTINGS_MODULE": "cms.settings.production",
    }


def command_line(application: str) -> str:
    """Return the shell's line that `deploy/start` serves with, for an application."""
    text = (ROOT / "deploy" / "start").read_text(encoding="utf-8")
    return text[text.rindex("\nexec ") + 1 :].replace(PRODUCT, application)


@contextmanager
def _granian(
    application: str, environment: dict[str, str], *, first: bytes, port: int = 0
) -> Iterator[Server]:
    port = port or free_port()
    place = {"WEB_HOST": "127.0.0.1", "WEB_PORT": str(port), "WEB_WORKERS": "1"}
    path = f"{Path(sys.executable).parent}:{environment.get('PATH', '')}"
    static = Path(environment["BENCH_FILES"]) / "static"
    static.mkdir(exist_ok=True)
    environment = {**environment, **place, "STATIC_ROOT": str(static), "PATH": path}
    command = ["sh", "-c", command_line(application)]
    with _running(command, environment, port=port, first=first) as server:
        yield server


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], *, port: int, first: bytes
) -> Iterator[Server]:
    started = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        try:
            while not _answers(port, first):
                waited = time.perf_counter() - started
                if process.poll() is not None or waited > START_SECONDS:
                    log.seek(0)
                    raise NotStarted(f"{command[-1]}: {log.read().decode()[-2000:]}")
                time.sleep(0.02)
            yield Server(port, process.pid, time.perf_counter() - started)
        finally:
            _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    # The workers first: a server that is killed hard would leave them behind.
    workers = children(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in workers:
        if Path(f"/proc/{pid}").exists():
            os.kill(pid, signal.SIGKILL)


def _answers(port: int, first: bytes) -> bool:
    """Say whether a request, or at least its head's first line, is answered with 200."""
    line, _end, rest = first.partition(b"\r\n")
    method, path = line.decode().split(" ")[:2]
    body = rest.partition(b"\r\n\r\n")[2]
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body or None, {"Content-Type": "application/json"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(part) for part in text.split()]


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    return int(found[1]) / 1024 if found else 0.0


def worker_mb(server: Server) -> float:
    """Return the resident memory of a server's largest process."""
    return max(resident_mb(pid) for pid in (server.pid, *children(server.pid)))
