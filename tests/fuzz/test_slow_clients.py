"""200 clients that drip headers or bodies do not keep others from being served, and are hung up on."""

from pathlib import Path

import pytest

from tests.fuzz.dripping import (
    ADMIN,
    BODY,
    CHUNKS,
    EXPECTED,
    HEADERS,
    drip,
    ended,
    is_answered,
    slow_clients,
)
from tests.fuzz.server import Environment, Server, running_application
from tests.project.deploy_command import server_arguments
from tests.waiting import wait_until

pytestmark = pytest.mark.deep

CLIENTS = 200
BEGINNINGS = pytest.mark.parametrize(
    "beginning",
    [HEADERS, BODY, CHUNKS, EXPECTED, ADMIN],
    ids=["headers", "bodies", "chunks", "expected", "forms"],
)


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


def test_headers_have_the_deadline_of_the_deployment(site: Environment, tmp_path: Path) -> None:
    arguments = server_arguments(tmp_path)
    place = arguments.index("--http1-header-read-timeout")
    options = arguments[place : place + 2]

    with running_application("cms.wsgi:application", tmp_path, *options, environment=site) as found:

        def are_all_ended() -> bool:
            drip(connections)
            return ended(connections) == CLIENTS

        with slow_clients(found.port, count=CLIENTS, beginning=HEADERS) as connections:
            assert is_answered(found.port)
            wait_until(are_all_ended, what="the end of all slow clients")
