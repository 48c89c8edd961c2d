"""The real server lets go of an answer in the thread that had the request, which rests then."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.fuzz.server import running_application

pytestmark = pytest.mark.deep

CLIENTS = 16
SECONDS = 20.0


def test_of_many_threads_most_rest(tmp_path: Path) -> None:
    with running_application("tests.fuzz.led_app:application", tmp_path) as server:

        def ask(_number: int) -> int:
            with urlopen(f"http://127.0.0.1:{server.port}/", timeout=10) as answer:
                return int(answer.read())

        most, ends_at = 0, time.monotonic() + SECONDS
        with ThreadPoolExecutor(CLIENTS) as clients:
            while most < 2 and time.monotonic() < ends_at:
                most = max(most, *clients.map(ask, range(10 * CLIENTS)))
        started = time.monotonic()
        # Whoever comes now is answered, however many rest.
        for number in range(20):
            ask(number)

    assert most >= 2
    assert time.monotonic() - started < 2.0
