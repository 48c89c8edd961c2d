"""Hold one change open between its reconcile and its commit, while another one is made.

Each of the two looks right to itself: a child that is published while its parent goes. Only who looks
again after the other's commit can see that the child must go as well.
"""

import time
from collections.abc import Callable
from typing import Any

HELD_SECONDS = 1.0
HEAD_START_SECONDS = 0.4


def held_open(change: Callable[[], None]) -> Callable[[], str]:
    """Return work that makes a change and keeps it uncommitted for a while after its reconcile."""

    def work() -> str:
        from cms.publishing import scopes

        (reconcile,) = scopes._reconcile

        def and_wait(scope: Any) -> None:
            reconcile(scope)
            time.sleep(HELD_SECONDS)

        scopes.reconcile_with(and_wait)
        change()
        return "done"

    return work


def at_once(change: Callable[[], None]) -> Callable[[], str]:
    """Return work that makes a change while the other one is held open."""

    def work() -> str:
        time.sleep(HEAD_START_SECONDS)
        change()
        return "done"

    return work


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
    from tests.concurrency.actors import collected, forked, verdict

    found = []
    for hide in (unpublish_page, restrict_page):
        for is_hidden_first in (False, True):
            parent, child = make_branch()
            changes = [publish_page(child.pk), hide(parent.pk)]
            first, second = reversed(changes) if is_hidden_first else changes
            results = collected([forked(held_open(first)), forked(at_once(second))])
            row = PublishedItem.objects.filter(key=f"page:{child.pk}", visible=True).first()
            found.append({"results": results, "visible": row is not None, **verdict()})
    return found
