"""Switch the answer cache on for the tests that are about it."""

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import override_settings

from cms.api.cache import clock
from cms.api.cache.answers import answers
from cms.api.front import Front
from cms.publishing.reading import moments
from tests.api.cache.asking import Server
from tests.page_factories import World, make_news, make_world
from tests.publishing.published import number_changes_now


def _never(environ: Any, start_response: Any) -> Any:
    raise AssertionError("Django was asked.")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Return the front with a cache that is on and empty, and takes this transaction for committed.

    Shape: what was read of the content clock is used until the test says that a second has passed.
    """
    monkeypatch.setattr(moments, "_is_settled", lambda _context: True)
    still = SimpleNamespace(monotonic=lambda: 0.0, time=time.time)
    monkeypatch.setattr(clock, "time", still)
    with override_settings(ANSWER_CACHE_BYTES=16 * 1024 * 1024):
        yield Server(Front(_never))


@pytest.fixture
def world(db: None) -> World:
    """Return a site with one news item."""
    world = make_world()
    make_news(world.news, title="One", slug="one")
    number_changes_now()
    return world


def a_second_later() -> None:
    """Let the clock be read anew, as after a commit or a second."""
    number_changes_now()
    found = answers()
    assert found is not None
    found.clock.forget()
