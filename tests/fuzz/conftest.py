"""Share running servers among what is sent to them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.server import Environment, Server, demo_site, serving


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return the environment of a site with the demo content."""
    return demo_site(tmp_path_factory.mktemp("fuzz"))


@pytest.fixture(scope="session")
def server(site: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server that waits for slow clients as long as it can be told to: it is a hang then."""
    with serving(site, tmp_path_factory.mktemp("server"), deadline_seconds=60) as found:
        yield found
    _assert_no_failure(found.log)


@pytest.fixture(scope="session", params=[0, 1], ids=["no proxy", "a proxy"])
def impatient_server(
    request: pytest.FixtureRequest, site: Environment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Return a server that soon hangs up on slow clients, however many proxies are said to be there."""
    proxied = {**site, "TRUSTED_PROXY_COUNT": str(request.param)}
    with serving(proxied, tmp_path_factory.mktemp("impatient"), deadline_seconds=1) as found:
        yield found
    _assert_no_failure(found.log)


def _assert_no_failure(log: Path) -> None:
    written = log.read_text()
    assert "Internal Server Error" not in written
    assert "cms.api.errors: error" not in written
