"""What deploy/start and the proxy's configuration promise about slow clients."""

import re
from pathlib import Path

from cms.settings.env import Environment
from cms.slow_clients import DEADLINE_SECONDS
from tests.project.deploy_command import ROOT, option, server_arguments


def test_headers_have_ten_seconds(tmp_path: Path) -> None:
    arguments = server_arguments(tmp_path)

    assert option(arguments, "--http1-header-read-timeout") == 10_000
    # HTTP/2 has no such deadline in granian, and no proxy of ours speaks it to the server.
    assert arguments[arguments.index("--http") + 1] == "1"


def test_some_threads_never_wait_for_bodies(tmp_path: Path) -> None:
    bodies = Environment({}, is_production=False).number("BODIES_AT_ONCE")

    assert option(server_arguments(tmp_path), "--blocking-threads") - bodies >= 32


def test_the_proxy_is_no_more_patient_than_the_server() -> None:
    text = (ROOT / "deploy/nginx.conf").read_text()
    seconds = dict(re.findall(r"(client_(?:header|body)_timeout) (\d+)s;", text))

    assert seconds == {
        "client_header_timeout": "10",
        "client_body_timeout": f"{DEADLINE_SECONDS:.0f}",
    }
    assert "proxy_request_buffering on;" in text
