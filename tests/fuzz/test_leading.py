"""The real server lets go of an answer in the thread that had the request, which rests then."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.fuzz.server import running_application
from tests.waiting import wait_until

pytestmark = pytest.mark.deep

CLIENTS = 16
# So that a hang is a failure.
HANG_SECONDS = 60.0


def test_of_many_threads_most_rest(tmp_path: Path) -> None:
    # The server has no more threads than clients, so it depends on those that rest.
    threads = ("--blocking-threads", str(CLIENTS))
    with (
        running_application("tests.fuzz.led_app:application", tmp_path, *threads) as server,
        ThreadPoolExecutor(CLIENTS) as clients,
    ):

        def ask(_number: int) -> int:
            address = f"http://127.0.0.1:{server.port}/"
            with urlopen(address, timeout=HANG_SECONDS) as answer:
                return int(answer.read())

        wait_until(
            lambda: max(clients.map(ask, range(10 * CLIENTS))) >= 2, what="the rest of two threads"
        )
        # Whoever comes now is answered, however many rest.
        for number in range(20):
            ask(number)
