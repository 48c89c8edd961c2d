"""Bodies arrive whole before anything else happens, and only so many requests are worked on at once."""

import io
import socket
import threading
from typing import Any

import pytest

from cms import slow_clients
from cms.gate import Gate
from cms.slow_clients import GatedApplication, LateBodies, WholeBodies, hang_up

# Only turns a hang into a failure.
HANG_SECONDS = 30.0
Told = list[tuple[str, list[tuple[str, str]]]]


def _echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def _send(application: Any, body: bytes, *, size: int, path: str = "/cms/") -> tuple[str, bytes]:
    told: Told = []
    environ = {"PATH_INFO": path, "CONTENT_LENGTH": str(size), "wsgi.input": io.BytesIO(body)}
    found = application(environ, lambda status, headers: told.append((status, headers)))
    return told[0][0], b"".join(found)


@pytest.mark.parametrize("size", [1, 64 * 1024, 64 * 1024 + 1, 700_000])
def test_a_body_is_handed_on_as_it_was(size: int) -> None:
    body = bytes(number % 251 for number in range(size))

    assert _send(WholeBodies(_echo), body, size=size) == ("200 OK", body)


@pytest.mark.parametrize("size", [10, 300_000])
def test_a_body_that_ends_early_reaches_nobody(size: int) -> None:
    status, _body = _send(WholeBodies(_echo), b"x" * (size - 1), size=size)

    assert status == "408 Request Timeout"


def test_a_body_that_is_too_large_is_not_read() -> None:
    status, _body = _send(WholeBodies(_echo), b"", size=slow_clients.BODY_MAX_BYTES + 1)

    assert status == "413 Request Entity Too Large"


def test_the_api_says_itself_what_is_too_large() -> None:
    # What has not been read is still in the stream.
    status, body = _send(WholeBodies(_echo), b"unread", size=200_000, path="/graphql")

    assert (status, body) == ("200 OK", b"unread")


def test_only_so_many_requests_are_worked_on_at_once() -> None:
    started, go = threading.Event(), threading.Event()

    def slow(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
        started.set()
        assert go.wait(HANG_SECONDS)
        start_response("200 OK", [])
        return [b""]

    application = GatedApplication(slow)
    application.gate = Gate(1, patience_seconds=0.05)
    first = threading.Thread(target=_send, args=(application, b""), kwargs={"size": 0})
    first.start()
    assert started.wait(HANG_SECONDS)

    busy, _body = _send(application, b"", size=0)
    go.set()
    first.join()
    after, _body = _send(application, b"", size=0)
    alive, _body = _send(application, b"", size=0, path="/healthz")

    assert (busy, after, alive) == ("503 Service Unavailable", "200 OK", "200 OK")


def _pair() -> tuple[socket.socket, socket.socket, socket.socket]:
    listening = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listening.getsockname(), HANG_SECONDS)
    accepted, _address = listening.accept()
    return listening, client, accepted


def test_who_is_late_is_hung_up_on_and_what_we_opened_stays() -> None:
    listening, client, accepted = _pair()
    elsewhere = socket.create_server(("127.0.0.1", 0))
    ours = socket.create_connection(elsewhere.getsockname(), HANG_SECONDS)
    theirs, _address = elsewhere.accept()
    elsewhere.close()
    with listening, client, accepted, ours, theirs:
        hang_up({"127.0.0.1"})

        assert client.recv(1) == b""
        theirs.sendall(b"x")
        assert ours.recv(1) == b"x"


def test_others_are_not_hung_up_on() -> None:
    listening, client, accepted = _pair()
    with listening, client, accepted:
        hang_up({"192.0.2.1"})

        accepted.sendall(b"x")
        assert client.recv(1) == b"x"


def test_a_late_body_frees_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "DEADLINE_SECONDS", 0.2)
    listening, client, accepted = _pair()
    with listening, client, accepted, accepted.makefile("rb") as stream:
        client.sendall(b"a")

        found = LateBodies().read({"REMOTE_ADDR": "127.0.0.1", "wsgi.input": stream}, 10)

    assert found is None
