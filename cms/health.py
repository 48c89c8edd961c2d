"""Tell a supervisor whether the process lives and whether it can answer.

Not ready is who cannot answer. Without a worker everything is still answered, only late news is not
announced and what is scheduled is late; so that is told, and fails only who asks to be strict.
docs/adr/0048-metrics.md
"""

import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from cms.http_methods import READING, public_methods
from cms.syndication.heartbeat import LATE_SECONDS, last_beat

OK, GONE, MISSING, LATE = "ok", "gone", "missing", "late"
SLOW, UNKNOWN = "slow", "unknown"
# However often somebody asks, the database is asked this often at the most, by each process.
KEPT_SECONDS = 1.0
# A frozen database answers nothing, and no time-out of its own ends that.
PATIENCE_SECONDS = 2.0
CLOCK = "SELECT value FROM publishing_contentclock WHERE id = 1"

Checks = dict[str, str]


@never_cache
@public_methods(*READING)
def live(request: HttpRequest) -> HttpResponse:
    """Answer ok while the process can answer at all; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@public_methods(*READING)
def ready(request: HttpRequest) -> HttpResponse:
    """Answer whether requests can be answered, one word for each check; 503 when they cannot.

    Shape: with `?strict` also 503 when no worker lives.
    """
    checks = READINESS.checks()
    needed = checks if "strict" in request.GET else {**checks, "worker": OK}
    is_ready = all(word == OK for word in needed.values())
    is_well = all(word == OK for word in checks.values())
    status = "ready" if is_well else "degraded" if is_ready else "not ready"
    return JsonResponse({"status": status, "checks": checks}, status=200 if is_ready else 503)


def look() -> Checks:
    """Ask the databases, and return one word for each check."""
    found: Checks = {}
    for name, check in CHECKS.items():
        if found.get("database", OK) != OK:
            found[name] = UNKNOWN
            continue
        try:
            found[name] = check()
        except DatabaseError:
            found[name] = GONE
    return found


def _database() -> str:
    return _word(_ask("default", "SELECT 1"))


def _delivery() -> str:
    return _word(_ask(settings.DELIVERY_DATABASE_ALIAS, "SELECT 1"))


def _migrations() -> str:
    return MISSING if MIGRATIONS.are_missing() else OK


def _clock() -> str:
    return _word(_ask(settings.DELIVERY_DATABASE_ALIAS, CLOCK))


def _worker() -> str:
    beat = last_beat()
    if beat is None:
        return MISSING
    return OK if (timezone.now() - beat).total_seconds() <= LATE_SECONDS else LATE


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "delivery": _delivery,
    "migrations": _migrations,
    "clock": _clock,
    "worker": _worker,
}


def _ask(alias: str, statement: str) -> list[tuple[object, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _word(rows: list[tuple[object, ...]]) -> str:
    return OK if rows else MISSING


class Migrations:
    """Know whether the database has every migration of this code; once it has, it stays so."""

    def __init__(self) -> None:
        self._are_applied = False

    def are_missing(self) -> bool:
        """Say whether a migration is missing; reads the files only until none is."""
        if not self._are_applied:
            executor = MigrationExecutor(connections["default"])
            targets = executor.loader.graph.leaf_nodes()
            self._are_applied = not executor.migration_plan(targets)
        return not self._are_applied


MIGRATIONS = Migrations()


class Readiness:
    """Look at the databases now and then, and never wait long for them."""

    def __init__(self, look_at: Callable[[], Checks] = look) -> None:
        self._look_at = look_at
        self._lock = threading.Lock()
        self._checks: Checks | None = None
        self._checked_at = 0.0
        self._thread: threading.Thread | None = None
        self._started_at = 0.0

    def checks(self) -> Checks:
        """Return one word for each check, about a second old at the most.

        Shape: `database` is "slow" when it has not answered within PATIENCE_SECONDS.
        """
        now = time.monotonic()
        with self._lock:
            if self._checks is not None and now - self._checked_at < KEPT_SECONDS:
                return self._checks
            if not self._may_freeze():
                return self._keep()
            if self._thread is None or not self._thread.is_alive():
                self._checks, self._started_at = None, now
                self._thread = threading.Thread(target=self._beside, name="readiness", daemon=True)
                self._thread.start()
            thread, until = self._thread, self._started_at + PATIENCE_SECONDS
        thread.join(max(until - time.monotonic(), 0.0))
        return self._checks or {**dict.fromkeys(CHECKS, UNKNOWN), "database": SLOW}

    def _may_freeze(self) -> bool:
        """Say whether a look may take for ever: over a network, not in a file with a time-out."""
        vendors = {connections[alias].vendor for alias in connections}
        return "postgresql" in vendors

    def _beside(self) -> None:
        try:
            self._keep()
        finally:
            connections.close_all()

    def _keep(self) -> Checks:
        checks = self._look_at()
        self._checks, self._checked_at = checks, time.monotonic()
        return checks


READINESS = Readiness()
