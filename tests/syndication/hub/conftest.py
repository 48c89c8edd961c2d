from collections.abc import Iterator
from typing import Any

import pytest

from cms.syndication.hub import distribution, intent
from tests.syndication.hub import site
from tests.syndication.receiver import Receiver, listening


@pytest.fixture(autouse=True)
def hub(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve test feeds, let callbacks be on this machine, and know nothing of earlier tests."""
    settings.ROOT_URLCONF = "tests.syndication.hub.site"
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    monkeypatch.setattr(distribution, "_seen", {})
    monkeypatch.setattr(site, "CLOSED", set())


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one host be asked as often as a test wants."""
    monkeypatch.setattr(intent, "HOST_PAUSE", intent.HOST_PAUSE * 0)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a callback."""
    with listening() as receiver:
        yield receiver
