"""https through the guarded door: the name is checked against the certificate, not the address."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest

from cms.syndication.outbound import OutboundFailed, post
from tests.syndication.receiver import Handler, Receiver, status

pytestmark = pytest.mark.skipif(
    not shutil.which("openssl"), reason="needs openssl for a certificate"
)


def make_certificate(folder: Path, *, name: str) -> Path:
    """Make a certificate that nobody has signed but itself."""
    file = folder / f"{name}.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    command += ["-keyout", str(file.with_suffix(".key")), "-out", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    return file


@pytest.fixture
def serving(tmp_path: Path, settings: Any) -> Iterator[Any]:
    """Return a function that serves https as somebody; trusted or not."""
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    ended: list[Any] = []

    def serve(name: str) -> tuple[Receiver, Path]:
        file = make_certificate(tmp_path, name=name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file, file.with_suffix(".key"))
        receiver = Receiver(status(204))
        server = HTTPServer(
            ("127.0.0.1", 0), type("OwnHandler", (Handler,), {"receiver": receiver})
        )
        server.socket = context.wrap_socket(server.socket, server_side=True)
        receiver.url = f"https://localhost:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        ended.append((server, thread))
        return receiver, file

    yield serve
    for server, thread in ended:
        server.shutdown()
        thread.join()
        server.server_close()


def trust(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(file))


def test_a_trusted_certificate_of_that_name_is_accepted(
    serving: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, file = serving("localhost")
    trust(file, monkeypatch)

    assert post(receiver.url, b"{}", {}).status == 204
    assert receiver.requests[0].headers["host"].startswith("localhost:")


def test_a_trusted_certificate_of_another_name_is_not(
    serving: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, file = serving("portal.example")
    trust(file, monkeypatch)

    with pytest.raises(OutboundFailed, match="certificate"):
        post(receiver.url, b"{}", {})

    assert receiver.requests == []


def test_a_certificate_that_nobody_trusts_is_not(serving: Any) -> None:
    receiver, _ = serving("localhost")

    with pytest.raises(OutboundFailed, match="certificate"):
        post(receiver.url, b"{}", {})

    assert receiver.requests == []
