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


def test_who_was_sent_something_since_is_not_hung_up_on() -> None:
    listening, client, accepted = _pair()
    with listening, client, accepted:
        # The connection is younger than that.
        hang_up({"127.0.0.1"}, silent_seconds=3_600)

        accepted.sendall(b"x")
        assert client.recv(1) == b"x"


def test_of_connections_from_one_proxy_only_those_without_an_answer_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silence: dict[int, float] = {}
    monkeypatch.setattr(
        slow_clients, "_silence_seconds", lambda found: silence[found.getpeername()[1]]
    )
    listening, late, accepted_late = _pair()
    served = socket.create_connection(listening.getsockname(), HANG_SECONDS)
    accepted_served, _address = listening.accept()
    silence[late.getsockname()[1]], silence[served.getsockname()[1]] = 10.0, 8.0
    with listening, late, accepted_late, served, accepted_served:
        hang_up({"127.0.0.1"}, silent_seconds=9.0)

        assert late.recv(1) == b""
        accepted_served.sendall(b"x")
        assert served.recv(1) == b"x"


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_a_late_body_frees_its_thread(
    monkeypatch: pytest.MonkeyPatch, settings: Any, proxies: int
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    monkeypatch.setattr(slow_clients, "DEADLINE_SECONDS", 0.2)
    listening, client, accepted = _pair()
    with listening, client, accepted, accepted.makefile("rb") as stream:
        client.sendall(b"a")

        found = LateBodies().read({"REMOTE_ADDR": "127.0.0.1", "wsgi.input": stream}, 10)

    assert found is None


class _Endless:
    """Be a body of which nothing comes until it is released."""

    def __init__(self) -> None:
        self.is_read, self.go = threading.Event(), threading.Event()

    def read(self, _size: int) -> bytes:
        self.is_read.set()
        assert self.go.wait(HANG_SECONDS)
        return b""


def test_some_threads_are_kept_from_bodies(settings: Any) -> None:
    settings.BODIES_AT_ONCE = 3
    application: Any = WholeBodies(_echo)
    bodies = [_Endless() for _ in range(3)]

    def send(source: Any, *, size: int) -> str:
        told: Told = []
        environ = {"PATH_INFO": "/cms/", "CONTENT_LENGTH": str(size), "wsgi.input": source}
        list(application(environ, lambda status, headers: told.append((status, headers))))
        ((status, headers),) = told
        if status.startswith("503"):
            assert headers == [*slow_clients.REFUSED, ("Retry-After", "5")]
        return status

    threads = [threading.Thread(target=send, args=(body,), kwargs={"size": 10}) for body in bodies]
    for thread, body in zip(threads, bodies, strict=True):
        thread.start()
        assert body.is_read.wait(HANG_SECONDS)

    busy, without_body = send(io.BytesIO(b"x"), size=1), send(io.BytesIO(b""), size=0)
    for thread, body in zip(threads, bodies, strict=True):
        body.go.set()
        thread.join()

    assert (busy, without_body) == ("503 Service Unavailable", "200 OK")
    assert send(io.BytesIO(b"x"), size=1) == "200 OK"


def test_a_body_for_the_api_without_a_length_is_waited_for_outside_of_it(settings: Any) -> None:
    settings.GRAPHQL_BODY_MAX_BYTES = 10
    seen: list[Any] = []

    def read_again(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append(environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [b""]

    class Chunked:
        """Be what the server offers of a body in chunks: it ends when it ends."""

        left = b"{}" + b" " * 50

        def read(self, size: int) -> bytes:
            found, self.left = self.left[:size], self.left[size:]
            return found

    environ = {"PATH_INFO": "/graphql", "REQUEST_METHOD": "POST", "wsgi.input": Chunked()}
    application: Any = WholeBodies(read_again)
    list(application(environ, lambda _status, _headers: None))

    # One byte more than is allowed says that it is too large.
    assert seen == [b"{}" + b" " * 9]
