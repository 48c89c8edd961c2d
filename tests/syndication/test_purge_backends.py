"""Wagtail's front-end cache backends are told too, and what they only log is a failure."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from cms.settings import connections
from cms.settings.env import Environment
from cms.syndication import purge
from cms.syndication.deliveries import behind, fan_out
from cms.syndication.leases import lease
from cms.syndication.models import Delivery, DeliveryState
from cms.syndication.sending import attempt
from tests.page_factories import World, make_news
from tests.publishing.published import number_changes_now
from tests.syndication.receiver import Handler, Receiver, listening, status


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a cache in front."""
    with listening() as receiver:
        yield receiver


def _announce() -> None:
    number_changes_now()
    for follower in behind():
        fan_out(follower)


def _follow() -> None:
    number_changes_now()
    purge.follow()


def _work(*, now: dt.datetime | None = None) -> int:
    _announce()
    due = lease("test", limit=100, now=now or timezone.now())
    for delivery in due:
        attempt(delivery)
    return len(due)


@pytest.fixture
def varnish(world: World, receiver: Receiver, settings: Any) -> Receiver:
    """Return a cache that takes PURGE requests."""
    location = receiver.url.removesuffix("/hook")
    settings.WAGTAILFRONTENDCACHE = connections.front_caches(
        Environment({"PURGE_VARNISH_URLS": location}, is_production=False)
    )
    _follow()
    return receiver


@pytest.fixture(autouse=True)
def takes_purge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the receiver understand PURGE."""
    monkeypatch.setattr(Handler, "do_PURGE", Handler.do_GET, raising=False)


def test_wagtails_backend_is_told_the_address(varnish: Receiver, world: World) -> None:
    make_news(world.news, slug="one")

    _work()

    (request,) = varnish.requests
    assert (request.method, request.path) == ("PURGE", "/news/one/")
    assert request.headers["host"] == "main.example"
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


def test_what_wagtails_backend_only_logs_is_tried_again(varnish: Receiver, world: World) -> None:
    make_news(world.news, slug="one")
    varnish.answer(status(503))
    _work()
    failed = Delivery.objects.get()
    assert failed.state == DeliveryState.PENDING
    assert "HTTPError: 503" in failed.error

    _work(now=timezone.now() + dt.timedelta(minutes=1))

    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    assert [request.path for request in varnish.requests] == ["/news/one/"] * 2


def test_a_backend_that_hangs_holds_up_one_thread_and_is_not_called_twice(
    varnish: Receiver, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = threading.Event()

    def hang(handler: Handler) -> None:
        until.wait()
        status(200)(handler)

    varnish.answer(hang)
    make_news(world.news)
    now = timezone.now() + dt.timedelta(minutes=1)
    try:
        with monkeypatch.context() as impatient:
            impatient.setattr(purge, "BACKENDS_SECONDS", 0.1)
            _work(now=now)
            first = Delivery.objects.get().error
            _work(now=now + dt.timedelta(minutes=1))
            second = Delivery.objects.get().error
    finally:
        until.set()
    running = purge._running
    assert running is not None
    running.join(60)
    assert first == "The cache gave no answer within 0 seconds."
    assert second == "A purge of before has had no answer yet."
    assert len(varnish.requests) == 1

    _work(now=now + dt.timedelta(hours=1))

    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    assert len(varnish.requests) == 2


def test_caches_of_the_environment_become_wagtails_backends() -> None:
    texts = {
        "PURGE_VARNISH_URLS": "http://10.0.0.5:6081, http://10.0.0.6:6081",
        "PURGE_CLOUDFLARE_ZONE": "zone",
        "PURGE_CLOUDFLARE_TOKEN": "token",
    }
    backends = "wagtail.contrib.frontend_cache.backends"

    assert connections.front_caches(Environment(texts, is_production=False)) == {
        "varnish-1": {"BACKEND": f"{backends}.HTTPBackend", "LOCATION": "http://10.0.0.5:6081"},
        "varnish-2": {"BACKEND": f"{backends}.HTTPBackend", "LOCATION": "http://10.0.0.6:6081"},
        "cloudflare": {
            "BACKEND": f"{backends}.CloudflareBackend",
            "ZONEID": "zone",
            "BEARER_TOKEN": "token",
        },
    }
