"""Give the tests of syndication a small site, and an instant that stands still to those that ask."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection

from tests.page_factories import World, make_world
from tests.syndication.attempt_limit import AttemptLimit, limited_by_hand

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at `NOW`; a test may move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(db: None) -> World:
    """Return the default site."""
    return make_world()


@pytest.fixture
def numbered(db: None) -> None:
    """Number each change at once; PostgreSQL waits for a commit, which a test never reaches."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> AttemptLimit:
    """Let a test end the time that attempts have."""
    return limited_by_hand(monkeypatch)
