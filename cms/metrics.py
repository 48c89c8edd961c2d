"""Tell Prometheus how the installation does, where the settings let it ask."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder

from cms import health
from cms.api.board import BOARD
from cms.api.families import families
from cms.http_methods import READING, public_methods
from cms.syndication.heartbeat import last_beat
from cms.syndication.queue import QueueState, queue_state

# However often somebody asks, the database is asked this often at the most, by each process.
KEPT_SECONDS = 5.0
LOOPBACK = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Stored:
    """Hold what the database knows; `queue` is None while it cannot be asked."""

    queue: QueueState | None
    beat_seconds: float | None


class StoredState:
    """Remember for a moment what the database has said."""

    def __init__(self) -> None:
        self._stored: Stored | None = None
        self._until = 0.0

    def read(self) -> Stored:
        """Return what the database knows, not older than KEPT_SECONDS."""
        if self._stored is None or time.monotonic() >= self._until:
            self._stored = _ask()
            self._until = time.monotonic() + KEPT_SECONDS
        return self._stored

    def forget(self) -> None:
        """Ask anew the next time."""
        self._stored = None


def _ask() -> Stored:
    # A frozen database is found out beside the request, and is asked nothing more.
    if health.READINESS.checks()["database"] != health.OK:
        return Stored(None, None)
    now = timezone.now()
    try:
        beat = last_beat()
        seconds = None if beat is None else max((now - beat).total_seconds(), 0.0)
        return Stored(queue_state(now=now), seconds)
    except DatabaseError:
        return Stored(None, None)


STORED = StoredState()


class Metrics:
    """Be what prometheus_client collects from."""

    def collect(self) -> Iterator[Metric]:
        """Yield every metric there is."""
        yield from families(BOARD.sum())
        yield from _of_the_installation(STORED.read())


def _of_the_installation(stored: Stored) -> Iterator[Metric]:
    queue = stored.queue
    yield GaugeMetricFamily("cms_database_up", "Whether the database answers.", float(bool(queue)))
    if queue is None:
        return
    yield GaugeMetricFamily("cms_content_clock", "Changes published so far.", queue.clock)
    deliveries = GaugeMetricFamily(
        "cms_deliveries", "Deliveries that are kept, by how they stand.", labels=["state"]
    )
    deliveries.add_metric(["pending"], queue.pending)
    deliveries.add_metric(["failed"], queue.failed)
    yield deliveries
    yield GaugeMetricFamily(
        "cms_delivery_lag_changes", "Changes that the last follower is behind by.", queue.lag
    )
    yield GaugeMetricFamily(
        "cms_delivery_waiting_seconds", "Age of the oldest pending delivery.", queue.waiting_seconds
    )
    if stored.beat_seconds is not None:
        yield GaugeMetricFamily(
            "cms_worker_beat_seconds",
            "Time since a worker last said it lives.",
            stored.beat_seconds,
        )


REGISTRY = CollectorRegistry(auto_describe=False)
# Not described when it is registered: that would ask the database at import.
REGISTRY.register(Metrics())


@never_cache
@public_methods(*READING)
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the metrics to whom the settings let ask; to everybody else there is nothing here."""
    if not _may_ask(request):
        return HttpResponse(status=404)
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(REGISTRY), content_type=content_type)


def _may_ask(request: HttpRequest) -> bool:
    sent = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    if token and secrets.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        return True
    # A proxy on this machine passes strangers on from here; it says so, and then they stay out.
    is_direct = "HTTP_X_FORWARDED_FOR" not in request.META
    is_here = is_direct and request.META.get("REMOTE_ADDR") in LOOPBACK
    return bool(settings.METRICS_ON_LOOPBACK) and is_here
