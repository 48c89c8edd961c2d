"""Connect to others: to public addresses only, for a short time, reading little."""

import ast
import gzip
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cms.syndication.outbound import OutboundFailed, OutboundRefused, get, post, refuse_address
from tests.syndication.attempt_limit import HANG_SECONDS, AttemptLimit
from tests.syndication.receiver import Receiver, endless, listening, status, unfinished

ROOT = Path(__file__).resolve().parents[2]

REFUSED = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1./",
    "https://0.0.0.0/",
    "https://0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://192.0.0.8/",
    "https://192.88.99.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:1::1]/",
    "https://[fec0::1]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25lo]/",
    "https://[fc00::1]/",
    "https://[fd12:3456::1]/",
    "https://[ff02::1]/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://a.localhost/",
    "https://printer.local/",
    "https://db.internal/",
    "https://postgres/",
    "https://①②⑦.⓪.⓪.①/",
    "https://１２７。０。０。１/",
    "https://portal.example@127.0.0.1/",
    "https://user:word@portal.example/",
    "https://@portal.example/",
    "https://portal.example\\@127.0.0.1/",
    "https://portal.example:8443/",
    "https://portal.example:22/",
    "https://portal.example:99999/",
    "http://portal.example/",
    "https://portal.example/#part",
    "https://portal.example./",
    "https://portal..example/",
    "https://-portal.example/",
    "https:///path",
    "https://",
    "https://portal .example/",
    "https://portal.example/\r\nX-Header: 1",
    "ftp://portal.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:11211/",
    "//portal.example/",
    "portal.example/hook",
    "",
]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    with listening() as found:
        yield found


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Record every attempt to connect, and let none through."""
    tried: list[Any] = []

    def connect(self: socket.socket, address: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried


def resolving(*ips: str) -> Any:
    """Answer look-ups with addresses, one after the other."""
    left = list(ips)

    def look_up(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        ip = left.pop(0) if len(left) > 1 else left[0]
        family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (ip, port))]

    return look_up


@pytest.mark.parametrize("url", REFUSED)
def test_no_connection_is_tried_to_a_refused_address(url: str, connects: list[Any]) -> None:
    with pytest.raises(OutboundRefused) as refusal:
        post(url, b"{}", {})

    assert str(refusal.value).endswith(".")
    assert refuse_address(url) == str(refusal.value)
    assert connects == []


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.example",
        "https://portal.example:443/hook?key=1",
        "https://PORTAL.example/hook",
        "https://портал.example/кука",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/",
        "https://xn--e1afmkfd.xn--p1ai/",
    ],
)
def test_public_addresses_are_not_refused(url: str) -> None:
    assert refuse_address(url) is None


@pytest.mark.parametrize(
    "ip",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "224.0.0.1", "100.64.0.9", "::1",
     "::ffff:10.0.0.1", "fe80::1", "fec0::1", "fd00::1", "64:ff9b::a00:1", "2002:a00:1::1", "ff02::1"],
)  # fmt: skip
def test_a_name_that_leads_inside_is_not_connected_to(
    ip: str, connects: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving(ip))

    with pytest.raises(OutboundRefused, match="not on the public internet"):
        post("https://portal.example/", b"{}", {})

    assert connects == []


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(
    connects: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    answers = resolving("93.184.216.34", "127.0.0.1")

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        # An address in digits stands for itself, as it does in a C library.
        fixed = host if host != "portal.example" else None
        return resolving(fixed)(host, *args) if fixed else answers(host, *args)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    with pytest.raises(OutboundFailed):
        post("https://portal.example/", b"{}", {})

    assert [address[0] for address in connects] == ["93.184.216.34"]
    assert asked.count("portal.example") == 1


def test_what_is_really_connected_to_is_checked_before_anything_is_sent(
    receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTBOUND_ALLOW_LOOPBACK = False
    settings.OUTBOUND_ALLOW_HTTP = True
    port = int(receiver.url.split(":")[2].split("/")[0])
    elsewhere = socket.create_connection(("127.0.0.1", port))
    monkeypatch.setattr(socket, "getaddrinfo", resolving("93.184.216.34"))
    monkeypatch.setattr("urllib3.util.connection.create_connection", lambda *_, **__: elsewhere)

    with pytest.raises(OutboundRefused, match="not on the public internet"):
        post("http://portal.example/", b"{}", {})

    assert elsewhere.fileno() == -1
    assert receiver.requests == []


def test_http_needs_its_setting(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_HTTP = True

    assert refuse_address("http://portal.example/") is None
    assert refuse_address("http://portal.example:8080/") == "The port must be 80: leave it out."


def test_bytes_arrive_as_given_and_the_answer_comes_back(receiver: Receiver) -> None:
    receiver.answer(status(503, b"later", retry_after="120"))

    reply = post(receiver.url, b'{"a": 1}', {"content-type": "application/json"})

    (request,) = receiver.requests
    assert (reply.status, reply.body_start, reply.retry_after) == (503, b"later", 120.0)
    assert request.body == b'{"a": 1}'
    assert request.headers["content-type"] == "application/json"
    assert "cookie" not in request.headers


def test_an_address_can_be_asked(receiver: Receiver) -> None:
    receiver.answer(status(200, b"challenge"))

    reply = get(f"{receiver.url}?hub.mode=subscribe")

    assert reply.body_start == b"challenge"
    assert receiver.requests[0].path == "/hook?hub.mode=subscribe"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(code: int, receiver: Receiver) -> None:
    receiver.answer(status(code, location=receiver.url))

    reply = post(receiver.url, b"{}", {})

    assert reply.status == code
    assert not reply.is_success
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("answer", [endless(), endless(code=302, location="http://127.0.0.1/")])
def test_no_more_than_64_kib_of_ten_gigabytes_are_read(answer: Any, receiver: Receiver) -> None:
    receiver.answer(answer)

    reply = post(receiver.url, b"{}", {})

    assert len(reply.body_start) == 64 * 1024
    assert receiver.hung_up.wait(HANG_SECONDS)


def test_a_packed_answer_is_not_unpacked(receiver: Receiver) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    receiver.answer(status(200, bomb, content_encoding="gzip"))

    reply = post(receiver.url, b"{}", {})

    assert reply.body_start == bomb[: 64 * 1024]


@pytest.mark.parametrize("in_headers", [False, True])
def test_an_answer_without_an_end_is_hung_up_on(
    in_headers: bool, receiver: Receiver, limit: AttemptLimit
) -> None:
    receiver.answer(unfinished(begun=limit.is_over, in_headers=in_headers))

    with pytest.raises(OutboundFailed, match="No whole answer came within 15 seconds"):
        post(receiver.url, b"{}", {})

    assert limit.seconds[0] == 15
    assert receiver.hung_up.wait(HANG_SECONDS)


def test_a_look_up_that_hangs_is_left_alone_and_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch, connects: list[Any], limit: AttemptLimit
) -> None:
    goes_on = threading.Event()

    def hang(*_: Any, **__: Any) -> Any:
        limit.is_over.set()
        goes_on.wait(HANG_SECONDS)
        return resolving("93.184.216.34")("", 443)

    monkeypatch.setattr(socket, "getaddrinfo", hang)

    with pytest.raises(OutboundFailed, match="No whole answer came within 15 seconds"):
        post("https://portal.example/", b"{}", {})

    goes_on.set()
    (thread,) = limit.threads
    thread.join()
    assert (limit.seconds[0], connects) == (15, [])


def test_no_proxy_of_the_environment_is_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert post(receiver.url, b"{}", {}).status == 204


def test_https_does_not_fall_back_to_plain_http(receiver: Receiver) -> None:
    with pytest.raises(OutboundFailed, match=r"certificate"):
        post(receiver.url.replace("http://", "https://"), b"{}", {})

    assert receiver.requests == []


# Modules through which a program reaches others. What merely reads addresses is not among them.
CLIENTS = {
    "aiohttp", "asyncio.streams", "ftplib", "http.client", "httplib2", "httpx", "requests",
    "requests_hardened", "smtplib", "socket", "telnetlib", "urllib.request", "urllib3", "websockets",
}  # fmt: skip
# Each with the reason.
MAY_CONNECT = {
    "cms/syndication/outbound.py": "the guarded door itself",
    "cms/slow_clients.py": "hangs up on connections of its own server",
    "cms/publishing/reading/watchdog.py": "hangs up on the database when it does not answer",
}


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, whatever way it writes that."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def reaches_out(module: str) -> bool:
    return any(module == client or module.startswith(f"{client}.") for client in CLIENTS)


def test_nothing_but_the_door_imports_a_client() -> None:
    rooms = ["cms", "frontend_contract", "home", "news", "projects", "search"]
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py")]

    found = {
        str(path.relative_to(ROOT)): sorted(filter(reaches_out, imported(path)))
        for path in files
        if any(map(reaches_out, imported(path)))
    }

    assert set(found) == set(MAY_CONNECT), found
    assert len(files) > 200
