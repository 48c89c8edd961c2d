"""Serve the site as it is served in production, for programs that judge it from outside."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import copy_migrated
from tests.portals.installation import answers, free_port, running
from tests.waiting import wait_until


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known where the folder is."""
    words = (
        "conformance: asks npm's graphql-http to judge a live server; run by make test-conformance"
    )
    config.addinivalue_line("markers", words)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run granian with the WSGI front on an empty database, and return its address."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "CACHE_URL": "locmem://",
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "MEDIA_ROOT": str(folder / "media"),
    }
    environment.pop("DELIVERY_DATABASE_URL", None)
    copy_migrated(folder / "site.sqlite3")
    granian = str(Path(sys.executable).parent / "granian")
    serve = [granian, "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4"]
    with (folder / "log").open("w") as log:
        command = [*serve, "cms.wsgi:application"]
        with running(command, environment=environment, stdout=log, stderr=log):
            address = f"http://127.0.0.1:{port}"
            wait_until(lambda: answers(f"{address}/healthz"), what="the start of the server")
            yield address
