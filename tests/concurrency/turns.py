"""Find what writes to a SQLite file without its turn: under load that ends in "database is locked"."""

import contextlib
from collections.abc import Iterator
from typing import Any

WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@contextlib.contextmanager
def out_of_turn(found: list[str]) -> Iterator[None]:
    """Note each writing statement of this process that is sent outside of a turn."""
    from django.db import connection

    from cms.publishing import turns

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITING) and not turns._held.is_mine:
            found.append(sql.strip()[:90])
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield


def everything_that_happens_by_itself() -> None:
    """Do once whatever the worker and the operator's commands do, and save a session."""
    from django.core.management import call_command

    from cms.api.usage import writing
    from cms.publishing.keeper import Keeper
    from cms.syndication import chores, housekeeping
    from cms.syndication.hub.intake import forget_requests, hub_follower
    from cms.syndication.worker import Worker

    def quiet(_text: str) -> None:
        pass

    housekeeping.ask_other_rooms()
    worker = Worker(say=quiet, complain=quiet)
    for _ in range(2):
        worker.step()
    worker.drain()
    Keeper(say=quiet, complain=quiet).step()
    for is_slow in (False, True):
        chores.Rounds(is_slow=is_slow).step(lambda: False)
    hub_follower()
    forget_requests(now=_now())
    writing.forget_old()
    for name in ("after_restore", "publish_scheduled", "republish", "reconcile"):
        call_command(name, verbosity=0, stdout=_Nowhere(), stderr=_Nowhere())
    _save_session()


def follow_and_publish(page: Any) -> None:
    """Have something to deliver; its address is refused, so that nothing is sent to anybody."""
    from cms.syndication.models import Portal
    from cms.syndication.webhooks import follow

    portal = Portal.objects.create(name="Portal", webhook_url="https://portal.invalid/hook")
    follow(portal)
    page.title = "Changed"
    page.save_revision().publish()


def _save_session() -> None:
    """Do to a session what a log-in and a log-out do."""
    from importlib import import_module

    from django.conf import settings

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["seen"] = True
    session.save()
    session.cycle_key()
    session.flush()


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


class _Nowhere:
    def write(self, *_: Any) -> None:
        """Write nothing."""

    def flush(self) -> None:
        """Do nothing."""

    def isatty(self) -> bool:
        """Return that nobody reads."""
        return False


def report_out_of_turn() -> list[str]:
    """Return the statements that were sent out of turn."""
    from tests.concurrency.actors import published_news

    found: list[str] = []
    follow_and_publish(published_news()[0])
    with out_of_turn(found):
        everything_that_happens_by_itself()
    return sorted(set(found))
