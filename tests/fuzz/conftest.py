"""Share one running server among what is sent to it."""

from collections.abc import Iterator

import pytest

from tests.fuzz.server import Server, serving


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of what is sent to a running server."""
    config.addinivalue_line("markers", "fuzz: sends a running server what nobody should send")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server with the demo content; in the end no failure is in its log."""
    with serving(tmp_path_factory.mktemp("fuzz")) as found:
        yield found
        log = found.log.read_text()
        assert "Internal Server Error" not in log
        assert "cms.api.errors: error" not in log
