"""200 clients that drip headers or bodies do not delay others, and are hung up on."""

import time

import pytest

from tests.fuzz.dripping import BODY, HEADERS, dripping, ended, served
from tests.fuzz.server import Server

pytestmark = pytest.mark.deep

CLIENTS = 200
# The bar is 0.5 s for 95 of 100, on a machine that does other things as well.
P95_SECONDS = 0.5
PATIENCE_SECONDS = 20.0


@pytest.mark.parametrize("beginning", [HEADERS, BODY], ids=["headers", "bodies"])
def test_slow_clients_do_not_delay_others(server: Server, beginning: bytes) -> None:
    with dripping(server.port, count=CLIENTS, beginning=beginning) as connections:
        others = served(server.port, for_seconds=5)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (gone := ended(connections)) < CLIENTS and time.monotonic() < deadline:
            time.sleep(0.5)

    assert others.failures == 0
    assert others.quantile(0.95) < P95_SECONDS
    assert gone == CLIENTS
