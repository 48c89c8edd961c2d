"""Find the tests that use neither the database nor the cache; on other services they prove the same.

pytest-django refuses the database to every test that does not ask for it. The cache is refused here.
"""

from typing import Any

import pytest
from django.core.cache import caches

FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}
# A test that is skipped on SQLite has to run somewhere.
MARKS = {"django_db", "postgres", "services", "skip", "skipif"}
OPTION = "--services-only"
COUNT = "databaseless"


class CacheUsed(AssertionError):
    """Report a test that uses the cache and is left out of runs on another cache."""


def is_databaseless(item: pytest.Item) -> bool:
    """Return whether a test uses no database and no cache of the run."""
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return FIXTURES.isdisjoint(fixtures) and not any(
        mark.name in MARKS for mark in item.iter_markers()
    )


def refuse_cache(item: pytest.Item) -> None:
    """Refuse a test that is databaseless and has used the cache.

    Raises: CacheUsed
    """
    if is_databaseless(item) and caches.all(initialized_only=True):
        raise CacheUsed("This test uses the cache. Mark it with `services`, or ask for `db`.")


def leave_out(items: list[pytest.Item]) -> list[pytest.Item]:
    """Remove the databaseless tests from a list; return them."""
    left_out = [item for item in items if is_databaseless(item)]
    items[:] = [item for item in items if not is_databaseless(item)]
    return left_out


def add_option(parser: pytest.Parser) -> None:
    """Add the option that leaves databaseless tests out."""
    parser.addoption(
        OPTION, action="store_true", help="leave out tests that use neither database nor cache"
    )


def apply_option(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave databaseless tests out if that is asked for, and count them for the summary."""
    if config.getoption(OPTION):
        left_out = leave_out(items)
        config.hook.pytest_deselected(items=left_out)
        # A process of xdist sends it to the first one; without xdist there is only that one.
        output: dict[str, Any] = getattr(config, "workeroutput", vars(config))
        output[COUNT] = len(left_out)


def summary(config: pytest.Config) -> str:
    """Return the sentence that says how many tests were left out, and why; empty if none were."""
    count = vars(config).get(COUNT, 0)
    if not count:
        return ""
    return (
        f"{count} tests were left out: they use neither the database nor the cache,"
        " so `make test` proves the same by them."
    )
