"""What every test can rely on: no network, files of its own, and an honest reason for a skip."""

import gc
import os
import socket
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.test.utils import override_settings

from cms.api.places import places
from cms.publishing.reading.totals import TOTALS
from tests import databaseless, remembered_pictures
from tests.caching import empty_cache
from tests.databases import made_from_migrated

# `make test` tries the same few examples in every run; `make deep` many others, and prints its seed.
# Neither is judged by time.
ALWAYS: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [hypothesis.HealthCheck.too_slow],
}
FEW = hypothesis.settings(max_examples=30, derandomize=True, **ALWAYS)
MANY = hypothesis.settings(max_examples=int(os.environ.get("EXAMPLES", "5000")), **ALWAYS)
hypothesis.settings.register_profile("few", FEW)
hypothesis.settings.register_profile("many", MANY)
hypothesis.settings.load_profile("few")
LOOPBACK = {"127.0.0.1", "::1", "localhost", ""}


class NetworkUsed(AssertionError):
    """Say that a test tried to leave this machine."""


def refuse_foreign(host: object) -> None:
    """Raise NetworkUsed for any host but this machine."""
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if name not in LOOPBACK:
        raise NetworkUsed(f"A test tried to reach {name}.")


def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than there are cores: a tenth of the tests wait for other processes."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else 3


@pytest.fixture(scope="session", autouse=True)
def network_off() -> Iterator[None]:
    """Let sockets reach this machine only."""
    patch = pytest.MonkeyPatch()
    connect = socket.socket.connect
    look_up = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            refuse_foreign(address[0])
        connect(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse_foreign(host)
        return look_up(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """Copy the test databases from one that is migrated, instead of migrating each of them."""
    with django_db_blocker.unblock(), made_from_migrated():
        yield


@pytest.fixture(scope="session", autouse=True)
def own_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give this run a media folder of its own."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="session", autouse=True)
def pictures_of_this_worker() -> Iterator[None]:
    """Decode each picture once."""
    with pytest.MonkeyPatch.context() as patch:
        remembered_pictures.install(patch)
        yield


@pytest.fixture
def fresh_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode every picture of a test in a child process."""
    for user in remembered_pictures.USERS:
        monkeypatch.setattr(user, "opened", remembered_pictures.OPENED)


@pytest.fixture(scope="session", autouse=True)
def cache_of_this_worker() -> Iterator[None]:
    """Give what lives longer than a test a cache that no other worker has."""
    with empty_cache():
        yield


@pytest.fixture(autouse=True)
def cache_of_this_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give each test an empty cache; refuse it to those that a run on another cache leaves out."""
    with empty_cache():
        yield
        databaseless.refuse_cache(request.node)


@pytest.fixture(autouse=True)
def places_of_this_test() -> Iterator[None]:
    """Close what threads of a test held open: nobody drops a database that is in use."""
    yield
    if places.cache_info().currsize:
        places().close()


@pytest.fixture(autouse=True)
def totals_of_this_test() -> Iterator[None]:
    """Let each test count for itself: all databases of a run begin with the same clock."""
    yield
    TOTALS.forget()


# Making a page asks for its content type, which is remembered until a test empties the database.
ROOMS_OF_PAGES = ("tests/home/", "tests/news/", "tests/projects/")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--services-only`."""
    databaseless.add_option(parser)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let tests of pages ask the database, and skip what needs PostgreSQL where there is none.

    What needs PostgreSQL needs the tests' own database there, at least as one to copy.
    """
    for item in items:
        asks = item.nodeid.startswith(ROOMS_OF_PAGES) or "postgres" in item.keywords
        if asks and "django_db" not in item.keywords:
            item.add_marker(pytest.mark.django_db)
    databaseless.apply_option(config, items)
    if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        return
    reason = pytest.mark.skip(reason="needs PostgreSQL: make test-postgres")
    for item in items:
        if "postgres" in item.keywords:
            item.add_marker(reason)


def pytest_collection_finish() -> None:
    """Keep what was imported and collected out of every later garbage collection."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a process of xdist has counted; all of them collect the same tests."""
    vars(node.config)[databaseless.COUNT] = getattr(node, "workeroutput", {}).get(
        databaseless.COUNT, 0
    )


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print how many tests were left out."""
    if text := databaseless.summary(config):
        terminalreporter.write_line(text)
