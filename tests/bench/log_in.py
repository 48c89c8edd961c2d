"""Measure what others get while strangers send passwords.

`python -m tests.bench.log_in` serves the demo content on SQLite with granian, two processes as
deploy/start does. 40 connections post wrong passwords to `/admin/login/` one after the other: first
none, then all from one address, then each time from another. Meanwhile one client for each address asks
for feeds, sync, a file and `/readyz`. Writes a Markdown table.
"""

import http.client
import ipaddress
import itertools
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import orjson

from tests.fuzz.server import demo_site, running_application

STRANGERS = 40
SECONDS = float(os.environ.get("SECONDS", "15"))
QUESTION = orjson.dumps(
    {"query": "{news(first: 50) {nodes {picture {image {rendition(preset: CARD) {url}}}}}}"}
)
HEAD = (
    "| address | requests | failed | median ms | p95 ms | slowest ms |\n|---|--:|--:|--:|--:|--:|\n"
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAUSE_SECONDS = 0.02
PATHS = ("/readyz", "/sync", "/feeds/news.rss", "/calendar.ics", "/sitemap.xml")
FIRST = ipaddress.ip_address("10.0.0.0")
_addresses = itertools.count(1)


def ask(
    connection: http.client.HTTPConnection,
    path: str,
    *,
    body: str | bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, bytes]:
    """Return the status and the body of an answer."""
    connection.request("GET" if body is None else "POST", path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read()


def token_of(connection: http.client.HTTPConnection) -> str:
    """Return a CSRF token, which is both cookie and field."""
    connection.request("GET", "/admin/login/", headers={"X-Forwarded-For": "192.0.2.200"})
    answer = connection.getresponse()
    answer.read()
    return (answer.getheader("Set-Cookie") or "").partition("csrftoken=")[2].partition(";")[0]


def connect(port: int) -> http.client.HTTPConnection:
    """Return a connection; a hang is a failure."""
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def stranger(port: int, stop: threading.Event, seen: Counter[int], *, is_one: bool) -> None:
    """Send wrong passwords until told to stop; count how they are answered."""
    with closing(connect(port)) as connection:
        token = token_of(connection)
        while not stop.is_set():
            number = next(_addresses)
            address = (
                "192.0.2.1"
                if is_one
                else f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            )
            form = {"username": f"name {number}", "password": "wrong", "csrfmiddlewaretoken": token}
            headers = {**FORM, "Cookie": f"csrftoken={token}", "X-Forwarded-For": address}
            status, _body = ask(connection, "/admin/login/", body=urlencode(form), headers=headers)
            seen[status] += 1
            if status == 429:
                # What one client can send beyond that is a matter of bandwidth.
                stop.wait(PAUSE_SECONDS)


@contextmanager
def strangers(port: int, count: int, *, is_one: bool) -> Iterator[Counter[int]]:
    """Let so many strangers try, and return how they were answered so far."""
    stop, seen = threading.Event(), Counter[int]()
    threads = [
        threading.Thread(target=stranger, args=(port, stop, seen), kwargs={"is_one": is_one})
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def measure(port: int, path: str, found: dict[str, tuple[list[float], int]]) -> None:
    """Ask for one address again and again; keep how long each took, and how many failed."""
    times, failed, ends_at = [], 0, time.perf_counter() + SECONDS
    with closing(connect(port)) as connection:
        while (began := time.perf_counter()) < ends_at:
            status, _body = ask(connection, path)
            times.append(1000 * (time.perf_counter() - began))
            failed += status not in {200, 304}
            time.sleep(PAUSE_SECONDS)
    found[path] = (sorted(times), failed)


def run(port: int, paths: list[str], *, title: str, count: int, is_one: bool) -> None:
    """Measure every address at the same time, and print a table."""
    found: dict[str, tuple[list[float], int]] = {}
    with strangers(port, count, is_one=is_one) as seen:
        threads = [threading.Thread(target=measure, args=(port, path, found)) for path in paths]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    write = sys.stdout.write
    write(f"\n{title}; answers to log-ins: {dict(sorted(seen.items()))}\n\n{HEAD}")
    for path in paths:
        times, failed = found[path]
        middle, high = times[len(times) // 2], times[int(len(times) * 0.95)]
        name = "/files/…" if path.startswith("/files/") else path
        numbers = f"{middle:.0f} | {high:.0f} | {times[-1]:.0f}"
        write(f"| {name} | {len(times)} | {failed} | {numbers} |\n")
    sys.stdout.flush()


def main() -> None:
    """Serve, measure, print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = demo_site(folder) | {
            "DJANGO_SETTINGS_MODULE": "tests.bench.log_in_settings",
            "TRUSTED_PROXY_COUNT": "1",
        }
        workers = ("--workers", "2")
        with running_application("cms.wsgi:application", folder, *workers, environment=site) as it:
            headers = {"Content-Type": "application/json"}
            with closing(connect(it.port)) as connection:
                _status, body = ask(connection, "/graphql", body=QUESTION, headers=headers)
            pictures = [node["picture"] for node in orjson.loads(body)["data"]["news"]["nodes"]]
            url = next(picture for picture in pictures if picture)["image"]["rendition"]["url"]
            paths = [*PATHS, urlsplit(url).path]
            run(it.port, paths, title="Nobody logs in", count=0, is_one=True)
            run(it.port, paths, title="40 from one address", count=STRANGERS, is_one=True)
            run(it.port, paths, title="40, always new addresses", count=STRANGERS, is_one=False)


if __name__ == "__main__":
    main()
