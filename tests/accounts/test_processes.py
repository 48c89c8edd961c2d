"""Processes of one server share the count of failures, on both databases."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection

from tests.accounts.logging_in import NAME, PASSWORD
from tests.databases import copy_migrated, migrated_postgres
from tests.portals.installation import ROOT

pytestmark = pytest.mark.services
Environment = dict[str, str]


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Environment]:
    """Return the environment of processes that share a database, with one account in it."""
    with ExitStack() as stack:
        if connection.vendor == "postgresql":
            url = stack.enter_context(migrated_postgres(f"log_in_{os.getpid()}"))
        else:
            copy_migrated(tmp_path / "site.sqlite3")
            url = f"sqlite:///{tmp_path}/site.sqlite3"
        environment = {**os.environ, "DATABASE_URL": url, "CACHE_URL": "locmem://"}
        environment |= {
            "DJANGO_SUPERUSER_USERNAME": NAME,
            "DJANGO_SUPERUSER_EMAIL": "ani@cluster.test",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        }
        _run(environment, "manage.py", "createsuperuser", "--noinput")
        yield environment


def _run(environment: Environment, *arguments: str) -> list[str]:
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "cms.settings.test"},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return ended.stdout.split()


def _try(environment: Environment, *passwords: str) -> list[str]:
    return _run(environment, "-m", "tests.accounts.try_passwords", *passwords)


def test_processes_share_the_count(installation: Environment) -> None:
    first = _try(installation, "wrong 1", "wrong 2", "wrong 3")
    second = _try(installation, "wrong 4", "wrong 5")
    third = _try(installation, PASSWORD)
    _run(installation, "manage.py", "axes_reset_username", NAME)
    unlocked = _try(installation, PASSWORD)

    assert (first, second, third) == (["200"] * 3, ["200", "429"], ["429"])
    assert unlocked == ["in"]
