"""Collect what has to be looked at, and reconcile it once, before the commit.

    with transaction():
        page.save_revision().publish()

Hooks and signals only name scopes. Outside a `transaction()` a named scope is reconciled at once, in
a transaction of its own.
"""

import logging
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import transaction as database

from cms.publishing.conflicts import repeat_on_conflict
from cms.publishing.turns import own_transaction

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(slots=True)
class Scope:
    """Name what has to be looked at.

    Shape: `keys` are things whose own rows may have changed. Of the rest only place and visibility
           may have: `trees` are page rows, of that page and everything below it; `kinds` are all
           things of a kind. `redirected` are page rows: of the redirects that lead to that page or
           below it.
    """

    keys: set[str] = field(default_factory=set)
    trees: set[int] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    redirected: set[int] = field(default_factory=set)

    def add(self, other: "Scope") -> None:
        """Widen this scope by another."""
        self.keys |= other.keys
        self.trees |= other.trees
        self.kinds |= other.kinds
        self.redirected |= other.redirected

    def __bool__(self) -> bool:
        return bool(self.keys or self.trees or self.kinds or self.redirected)


_collecting: ContextVar[Scope | None] = ContextVar("publishing_scope", default=None)
_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("publishing_memory", default=None)
_afterwards: ContextVar[list[Callable[[], object]] | None] = ContextVar(
    "publishing_afterwards", default=None
)
_suspended: ContextVar[bool] = ContextVar("publishing_suspended", default=False)
_reconcile: list[Callable[[Scope], object]] = []


def reconcile_with(function: Callable[[Scope], object]) -> None:
    """Set what reconciles a collected scope; the publishing app does so when it is ready."""
    _reconcile[:] = [function]


@contextmanager
def transaction() -> Iterator[Scope]:
    """Make a change of content atomic with its public rows and the clock.

    Shape: nested uses join the outermost one, which reconciles last, before its commit.
    Raises: whatever reconciling raises, for instance ProjectionFailed; nothing is committed then.
    """
    outer = _collecting.get()
    if outer is not None:
        yield outer
        return
    scope, afterwards = Scope(), list[Callable[[], object]]()
    with own_transaction():
        token, memory = _collecting.set(scope), _memory.set({})
        later = _afterwards.set(afterwards)
        try:
            yield scope
        finally:
            _collecting.reset(token)
            _memory.reset(memory)
            _afterwards.reset(later)
        if scope:
            _run(scope)
    for function in afterwards:
        try:
            function()
        except Exception:
            # The change is committed, so nobody may be told that it failed.
            logger.exception("what follows a committed change failed")


def in_transaction(
    work: Callable[[], Result], *, may_repeat: Callable[[], bool] = lambda: True
) -> Result:
    """Do work in a `transaction()`; after a deadlock or another conflict, do it again.

    Shape: inside another `transaction()` the work is a part of that, which alone can be repeated.
           `may_repeat` says, after an attempt, whether the work can be done a second time.
    Raises: whatever the work raises, and the database's error once it was tried often enough.
    """
    if _collecting.get() is not None:
        return work()
    committed: list[bool] = []

    def once() -> Result:
        with transaction():
            database.on_commit(lambda: committed.append(True))
            return work()

    # What fails after the commit must not do the work a second time.
    return repeat_on_conflict(once, may_repeat=lambda: not committed and may_repeat())


def call_afterwards(function: Callable[[], object]) -> None:
    """Call a function once the running `transaction()` is committed; at once when there is none."""
    afterwards = _afterwards.get()
    if afterwards is None:
        function()
    else:
        afterwards.append(function)


def look_at(scope: Scope) -> None:
    """Have a scope reconciled: with the running transaction, or at once when there is none."""
    if _suspended.get() or not scope:
        return
    collecting = _collecting.get()
    if collecting is not None:
        collecting.add(scope)
        if scope.kinds:
            (_memory.get() or {}).clear()
        return
    repeat_on_conflict(lambda: _run_alone(scope))


def remembered(key: Hashable, make: Callable[[], Any]) -> Any:
    """Make a value once per `transaction()`; it is made anew when whole kinds may have changed."""
    memory = _memory.get()
    if memory is None:
        return make()
    if key not in memory:
        memory[key] = make()
    return memory[key]


def _run_alone(scope: Scope) -> None:
    with own_transaction():
        _run(scope)


def _run(scope: Scope) -> None:
    for function in _reconcile:
        function(scope)


@contextmanager
def suspended() -> Iterator[None]:
    """Ignore named scopes, for bulk loads that end in a sweep and for tests of the sweep."""
    token = _suspended.set(True)
    try:
        yield
    finally:
        _suspended.reset(token)
