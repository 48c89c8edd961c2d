"""Hold one change open between its reconcile and its commit, while another one is made.

Each of the two looks right to itself: a child that is published while its parent goes. Only who looks
again after the other's commit can see that the child must go as well.
"""

from collections.abc import Callable
from typing import Any

from tests.concurrency.processes import Child, forked, next_order, report
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
    wait_for_meeting(other)
    holding.tell()
    return [holding.collect(), other.collect()]


def wait_for_meeting(other: Child) -> None:
    """Wait until a change has ended, or waits for another one in the database."""
    wait_until(
        lambda: other.has_ended() or _is_anybody_waiting(), what="the meeting of two changes"
    )


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


def make_shared_document() -> tuple[list[Any], str]:
    """Return two pages that offer one document, and the key of that."""
    from tests.factories import make_document
    from tests.page_factories import make_page_with_files

    document = make_document()
    pages = [make_page_with_files(document, slug=f"shares-{number}") for number in range(2)]
    return pages, f"document:{document.pk}"


def last_references() -> dict[str, Any]:
    """Take down the two pages that refer to one document, each while the other one is still there.

    Neither is the last one to itself, and they have no row in common: only the lock of the reconcile
    lets the second one see that the first is gone.
    """
    pages, document = make_shared_document()
    return _left(meet(*(unpublish_page(page.pk) for page in pages)), document)


def _left(results: list[Any], key: str) -> dict[str, Any]:
    from cms.publishing.models import PublishedItem
    from tests.concurrency.agreement import verdict

    row = PublishedItem.objects.filter(key=key, visible=True).first()
    return {"results": results, "visible": row is not None, **verdict()}


def skews() -> list[dict[str, Any]]:
    """Let each pair of changes meet in both orders; return what was found after each."""
    found = []
    for hide in (unpublish_page, restrict_page):
        for is_hidden_first in (False, True):
            parent, child = make_branch()
            changes = [publish_page(child.pk), hide(parent.pk)]
            first, second = reversed(changes) if is_hidden_first else changes
            results = meet(first, second)
            found.append(_left(results, f"page:{child.pk}"))
    return found
