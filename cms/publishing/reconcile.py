"""Make the published rows agree with what should be public now; write only the differences.

`reconcile(scope)` is level-triggered: it compares, so running it twice changes nothing, and a missed
hook is repaired by `sweep()`, which looks at everything.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from django.db import connection
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from cms.publishing import kinds
from cms.publishing.clock import number_changes, refuse_a_copy
from cms.publishing.commits import announce_at_commit
from cms.publishing.comparison import Comparison, Outcome, Wanted
from cms.publishing.mentions import Turned, announce
from cms.publishing.models import Projection, PublishedItem
from cms.publishing.page_tree import read_tree
from cms.publishing.projections import Effort
from cms.publishing.scopes import Scope
from cms.publishing.surroundings import Surroundings
from cms.publishing.turns import own_transaction

# One reconcile at a time, from its first look to its commit: what it saw is still true when it commits.
RECONCILE_LOCK = 0x1C7C105E
# What a sweep projects in one transaction; publishing waits no longer than that takes.
BATCH = 50
ALL = Wanted(own=None)


def reconcile(scope: Scope, *, now: dt.datetime | None = None) -> Outcome:
    """Reconcile a scope; a thing named by its key that fails to project refuses the transaction.

    Raises: ProjectionFailed naming the field; PublishedCopy when the rows were imported.
    """
    return _reconcile(scope, now=now, is_strict=True)


def sweep(*, now: dt.datetime | None = None, kind: str | None = None) -> Outcome:
    """Reconcile everything, or everything of one kind.

    A thing that fails to project keeps its old document; the failure is recorded for its editor. What
    has to be projected anew follows in transactions of `BATCH` things.
    """
    wanted = dict.fromkeys([kind] if kind else kinds.all_kinds(), ALL)
    effort = Effort(left=BATCH)
    outcome = _compare(lambda: wanted, now=now, effort=effort)
    for start in range(0, len(effort.postponed), BATCH):
        outcome.add(reconcile_keys(effort.postponed[start : start + BATCH], now=now))
    return outcome


def reconcile_keys(keys: Collection[str], *, now: dt.datetime | None = None) -> Outcome:
    """Reconcile named things; a failure to project is recorded, as in a sweep."""
    return _reconcile(Scope(keys=set(keys)), now=now, is_strict=False)


def tick(*, now: dt.datetime | None = None) -> Outcome:
    """Reconcile what crosses a time boundary: expiry, embargo, computed statuses."""
    now = now or timezone.now()
    due = Projection.objects.filter(boundary_at__lte=now).values_list("key", flat=True)
    ended = PublishedItem.objects.filter(visible=True, valid_until__lte=now)
    keys = {*due, *ended.values_list("key", flat=True)}
    return reconcile_keys(keys, now=now) if keys else Outcome()


def next_boundary() -> dt.datetime | None:
    """Return the instant of the next tick, or None when nothing is waiting for one."""
    waiting = Projection.objects.filter(boundary_at__isnull=False).order_by("boundary_at")
    return waiting.values_list("boundary_at", flat=True).first()


def _reconcile(scope: Scope, *, now: dt.datetime | None, is_strict: bool) -> Outcome:
    return _compare(lambda: _wanted(scope, is_strict=is_strict), now=now, effort=Effort())


def _wanted(scope: Scope, *, is_strict: bool) -> dict[str, Wanted]:
    """Return what to look at by kind, sites and pages first."""
    own: dict[str, set[int]] = {}
    for key in scope.keys:
        kind, pk = kinds.split_key(key)
        own.setdefault(kind, set()).add(pk)
    if scope.redirected:
        pages = [row["pk"] for row in read_tree((), below=scope.redirected).asked_for()]
        redirects = Redirect.objects.filter(redirect_page__in=pages)
        own.setdefault(kinds.REDIRECT, set()).update(redirects.values_list("pk", flat=True))
    found: dict[str, Wanted] = {}
    for kind in kinds.all_kinds():
        pks = frozenset(own.get(kind, ()))
        below = frozenset(scope.trees if kind == kinds.PAGE else ())
        if pks or below or kind in scope.kinds:
            found[kind] = Wanted(
                # A site has no fingerprint: whenever it may have changed, its document is compared.
                own=None if kind == kinds.SITE and kind in scope.kinds else pks,
                places=None if kind in scope.kinds else frozenset(),
                below=below,
                strict=pks if is_strict else frozenset(),
            )
    return found


def _compare(
    wanted: Callable[[], Mapping[str, Wanted]], *, now: dt.datetime | None, effort: Effort
) -> Outcome:
    outcome, around, turned = Outcome(), Surroundings(), Turned()
    affected_files: set[str] = set()
    with own_transaction():
        lock()
        refuse_a_copy()
        now = now or timezone.now()
        # What is in a scope is looked up under the lock, or it would be old when it is used.
        asked = wanted()
        for kind in kinds.all_kinds():
            part = asked.get(kind)
            if kind in kinds.FILES:
                part = _widened(part, kind=kind, files=affected_files)
            if part is None:
                continue
            comparison = Comparison(kind, wanted=part, now=now, around=around, effort=effort)
            outcome.add(comparison.run())
            turned.keys |= comparison.turned.keys
            turned.sites |= comparison.turned.sites
            affected_files |= comparison.affected_files
        outcome.updated += announce(turned, now=now)
        if outcome.count:
            number_changes()
            announce_at_commit()
    return outcome


def _widened(part: Wanted | None, *, kind: str, files: Collection[str]) -> Wanted | None:
    """Return what to look at of a kind of file, with the files whose references may have changed."""
    pks = frozenset(pk for name, pk in map(kinds.split_key, files) if name == kind)
    if not pks:
        return part
    part = part or Wanted()
    return part if part.places is None else replace(part, places=part.places | pks)


def lock() -> None:
    """Keep every other writer of published rows waiting until this transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RECONCILE_LOCK])
