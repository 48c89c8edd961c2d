"""Hold one change open between its reconcile and its commit, while another one is made.

Each of the two looks right to itself: a child that is published while its parent goes. Only who looks
again after the other's commit can see that the child must go as well.
"""

from collections.abc import Callable
from typing import Any

from tests.concurrency.processes import forked, next_order, report
from tests.waiting import wait_until

RECONCILED = b"r"
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def held_open(change: Callable[[], None]) -> Callable[[], str]:
    """Return work that makes a change and commits it, once reconciled, when it is told to."""

    def work() -> str:
        from cms.publishing import scopes

        (reconcile,) = scopes._reconcile

        def and_wait(scope: Any) -> None:
            reconcile(scope)
            report(RECONCILED)
            next_order()

        scopes.reconcile_with(and_wait)
        change()
        return "done"

    return work


def at_once(change: Callable[[], None]) -> Callable[[], str]:
    """Return work that makes a change."""

    def work() -> str:
        change()
        return "done"

    return work


def meet(first: Callable[[], None], second: Callable[[], None]) -> list[Any]:
    """Make the second change while the first is held open; return how both ended.

    Shape: the first is committed as soon as the second waits for it in the database, or has ended.
    """
    holding = forked(held_open(first))
    assert holding.wait_for(RECONCILED), holding.collect()
    other = forked(at_once(second))
    wait_until(
        lambda: other.has_ended() or _is_anybody_waiting(), what="the meeting of two changes"
    )
    holding.tell()
    return [holding.collect(), other.collect()]


def _is_anybody_waiting() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


def make_branch() -> tuple[Any, Any]:
    """Return a page that is public, and a draft below it."""
    from home.models import ClusterPage
    from tests.page_factories import make_standard_page

    parent = make_standard_page(ClusterPage.objects.filter(locale__language_code="en").get())
    return parent, make_standard_page(parent, live=False)


def publish_page(pk: int) -> Callable[[], None]:
    """Return a change that publishes a page."""

    def change() -> None:
        from home.models import StandardPage

        StandardPage.objects.get(pk=pk).save_revision().publish()

    return change


def unpublish_page(pk: int) -> Callable[[], None]:
    """Return a change that takes a page down."""

    def change() -> None:
        from home.models import StandardPage

        StandardPage.objects.get(pk=pk).unpublish()

    return change


def restrict_page(pk: int) -> Callable[[], None]:
    """Return a change that makes a page private."""

    def change() -> None:
        from wagtail.models import PageViewRestriction

        PageViewRestriction.objects.create(page_id=pk, restriction_type="login")

    return change


def skews() -> list[dict[str, Any]]:
    """Let each pair of changes meet in both orders; return what was found after each."""
    from cms.publishing.models import PublishedItem
    from tests.concurrency.agreement import verdict

    found = []
    for hide in (unpublish_page, restrict_page):
        for is_hidden_first in (False, True):
            parent, child = make_branch()
            changes = [publish_page(child.pk), hide(parent.pk)]
            first, second = reversed(changes) if is_hidden_first else changes
            results = meet(first, second)
            row = PublishedItem.objects.filter(key=f"page:{child.pk}", visible=True).first()
            found.append({"results": results, "visible": row is not None, **verdict()})
    return found
