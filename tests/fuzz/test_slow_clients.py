"""200 clients that drip headers or bodies do not keep others from being served, and are hung up on."""

import pytest

from tests.fuzz.dripping import BODY, HEADERS, drip, ended, is_answered, slow_clients
from tests.fuzz.server import Server
from tests.waiting import wait_until

pytestmark = pytest.mark.deep

CLIENTS = 200
BEGINNINGS = pytest.mark.parametrize("beginning", [HEADERS, BODY], ids=["headers", "bodies"])


@BEGINNINGS
def test_others_are_served_while_slow_clients_are_waited_for(
    server: Server, beginning: bytes
) -> None:
    with slow_clients(server.port, count=CLIENTS, beginning=beginning) as connections:
        for _ in range(20):
            drip(connections)
            assert is_answered(server.port)

        assert ended(connections) == 0


@BEGINNINGS
def test_slow_clients_are_hung_up_on_however_they_drip(
    impatient_server: Server, beginning: bytes
) -> None:
    def are_all_ended() -> bool:
        drip(connections)
        return ended(connections) == CLIENTS

    with slow_clients(impatient_server.port, count=CLIENTS, beginning=beginning) as connections:
        wait_until(are_all_ended, what="the end of all slow clients")

    wait_until(lambda: is_answered(impatient_server.port), what="an answer to another")
