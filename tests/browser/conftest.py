"""Give each journey a server, a small world and a Chromium in which nothing may go wrong unseen."""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.admin import Admin
from tests.browser.graphql import Graph
from tests.browser.trouble import Trouble
from tests.databases import made_from_migrated
from tests.page_factories import World, make_world

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = (1280, 800)
PASSWORD = "a long password"
# So that a hang is a failure.
HANG_MILLISECONDS = 60_000
expect.set_options(timeout=HANG_MILLISECONDS)

RESULTS = Path(__file__).parents[2] / "test-results"
FAILED = pytest.StashKey[bool]()

LogIn = Callable[..., Admin]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one Chromium for all journeys."""
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is missing: apt install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's event loop runs in the tests' own thread, and Django minds.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    chromium: Browser, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Keep SQLite in a file: in memory, all requests would share one connection.

    Chromium starts first: Django keeps one set of connections for a thread with a running event loop
    and another for the same thread without, and the database must be made with the right one.
    """
    if connection.vendor == "sqlite":
        folder = tmp_path_factory.mktemp("database")
        connection.settings_dict["TEST"]["NAME"] = str(folder / "browser.sqlite3")
    with django_db_blocker.unblock(), made_from_migrated():
        yield


@pytest.fixture
def origin(live_server: Any, settings: Any) -> str:
    """Serve the whole site, files included, at one address."""
    settings.FILES_BASE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def world(transactional_db: None, django_db_serialized_rollback: None, origin: str) -> World:
    """Make one site, on top of what the migrations made."""
    return make_world()


@pytest.fixture
def graph(origin: str) -> Graph:
    """Ask the public endpoint as a frontend does."""
    return Graph(origin)


@pytest.fixture
def trouble() -> Iterator[Trouble]:
    """Collect what went wrong in any window; a test fails over what it did not expect."""
    found = Trouble()
    yield found
    assert found.seen == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, Any]:
    """Remember that a test failed, for the picture of it."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture
def open_window(
    chromium: Browser, origin: str, trouble: Trouble, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Any]]:
    """Open browser windows of one visitor each; a size may be given as (width, height).

    Shape: windows of a test that failed are drawn into `test-results/`.
    """
    contexts: list[BrowserContext] = []

    def opened(*, size: tuple[int, int] = DESKTOP) -> BrowserContext:
        width, height = size
        context = chromium.new_context(
            base_url=origin, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        context.set_default_timeout(HANG_MILLISECONDS)
        trouble.watch(context, origin)
        contexts.append(context)
        return context

    yield opened
    for number, context in enumerate(contexts):
        if request.node.stash.get(FAILED, False):
            for page in context.pages:
                page.screenshot(path=RESULTS / f"{request.node.name}-{number}.png")
        context.close()


@pytest.fixture
def log_in(world: World, origin: str, open_window: Callable[..., Any]) -> LogIn:
    """Give an account a role and a window in which it is logged in already."""

    def logged_in(role: str = "", *, size: tuple[int, int] = DESKTOP) -> Admin:
        user = account(role)
        client = Client()
        client.force_login(user)
        window: BrowserContext = open_window(size=size)
        session = client.cookies["sessionid"].value
        window.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
        return Admin(window.new_page())

    return logged_in


def account(role: str = "") -> User:
    """Return the account of a role, made on first use; without a role, it may do everything."""
    name = role.lower().rstrip("s") or "admin"
    user, made = User.objects.get_or_create(
        username=name, defaults={"email": f"{name}@example.org", "is_superuser": not role}
    )
    if made:
        user.set_password(PASSWORD)
        user.save()
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user
