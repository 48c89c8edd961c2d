"""Take the steps of a history: each in a transaction of the CMS or outside, each followed by checks."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, ClassVar

import time_machine
from django.db import transaction as database
from django.test import TestCase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from wagtail.models import Collection, Page

from cms.content.models import Image, Organisation, Person, Programme, Term
from cms.publishing import scopes
from cms.publishing.comparison import Outcome
from cms.publishing.reconcile import reconcile, sweep
from home.models import StandardPage
from tests.caching import empty_cache
from tests.factories import make_document, make_image, make_person, make_term
from tests.page_factories import (
    World,
    add,
    locale,
    make_cluster,
    make_event,
    make_news,
    make_settings,
    make_site,
    make_standard_page,
    make_world,
    root,
    translate,
)
from tests.publishing.history import Ledger
from tests.publishing.published import number_changes_now

START = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
# The code of the term that is there from the start.
TOPIC = "TOPIC"
# Which of the things there are, whatever their number.
PICK = st.integers(min_value=0, max_value=40)
TOGETHER = st.booleans()


@dataclass(frozen=True)
class Start:
    """Hold what every history begins with."""

    world: World
    attic: Page
    private: Collection
    image: Image


def make_start() -> Start:
    """Make two sites, a few pages with what they use, and a place outside of every site."""
    for model in (Term, Programme, Organisation):
        model.objects.all().delete()
    with time_machine.travel(START, tick=False):
        with scopes.transaction():
            found = _make_things()
        sweep()
    number_changes_now()
    return found


def _make_things() -> Start:
    world, image, term = make_world(), make_image(), make_term(code=TOPIC)
    make_document()
    other = make_cluster(title="Other", slug="other")
    make_settings(make_site(other, key="other", is_default=False), key="other")
    top = make_standard_page(world.cluster, slug="top", picture=image, picture_alt="A bridge")
    middle = make_standard_page(top, slug="middle")
    make_standard_page(middle, slug="leaf")
    make_news(world.news, slug="item").topics.set([term])
    make_event(world.events, slug="meeting", starts_at=START + 5 * HOUR)
    translate(top, slug="gore")
    make_person(picture=image, picture_alt="Ana")
    attic = add(root(), StandardPage(title="Attic", slug="attic", locale=locale("en")))
    private = Collection.get_first_root_node().add_child(name="Private")
    Collection.objects.get(pk=private.pk).add_child(name="Inside")
    return Start(world, attic, private, image)


class Acting(RuleBasedStateMachine):
    """Give the rules of a history its world, its clock and its checks."""

    start: ClassVar[Start]
    notes: ClassVar[Any] = Ledger
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.stack = ExitStack()
        self.now: Any = self.stack.enter_context(time_machine.travel(START, tick=False))
        self.stack.enter_context(database.atomic())
        self.stack.callback(database.set_rollback, True)
        self.stack.callback(scopes.reconcile_with, reconcile)
        scopes.reconcile_with(lambda scope: self.count(reconcile(scope)))
        self.stack.enter_context(empty_cache())
        self.ledger = self.notes(now=START)

    def teardown(self) -> None:
        """Leave the world as it was."""
        self.stack.close()

    def time(self) -> dt.datetime:
        """Return the present instant."""
        return dt.datetime.now(dt.UTC)

    def next_name(self) -> str:
        """Return a name that nothing has yet."""
        self.number += 1
        return f"n{self.number}"

    def count(self, outcome: Outcome) -> None:
        """Count what a reconcile says it has written, and number it as a commit does."""
        assert not outcome.failed, outcome.failed
        self.ledger.written += outcome.count
        number_changes_now()

    @contextmanager
    def step(self, together: bool) -> Iterator[None]:
        """Let an editor do something, at once (`together`) or piece by piece; then check."""
        Acting.steps += 1
        unit: Callable[[], AbstractContextManager[Any]] = (
            scopes.transaction if together else nullcontext
        )
        with TestCase.captureOnCommitCallbacks(execute=True), unit():
            yield
        self.check()

    def check(self) -> None:
        """Check all that must hold after a step."""
        self.ledger.check(self.time())

    def sweep(self) -> None:
        """Look at everything."""
        self.count(sweep())
        self.ledger.ticked_at = self.time()

    def page(self, pick: int, *, sections: bool = True, aliases: bool = True) -> Any:
        """Return one of the pages, never a copy that is older than the last step."""
        pages = Page.objects.filter(depth__gt=1).exclude(pk=self.start.attic.pk)
        pages = pages.filter(pk__in=[p.pk for p in pages.specific() if hasattr(p, "public_id")])
        if not sections:
            pages = pages.filter(depth__gt=2)
        if not aliases:
            pages = pages.filter(alias_of=None)
        found = list(pages.order_by("path"))
        return found[pick % len(found)].specific if found else None

    def thing(self, model: Any, pick: int) -> Any:
        """Return one of the things of a model, or None when there are none."""
        found = list(model.objects.order_by("pk"))
        return found[pick % len(found)] if found else None

    def snippet(self, pick: int) -> Any:
        """Return one of the snippets."""
        found = [*Term.objects.order_by("pk"), *Person.objects.order_by("pk")]
        return found[pick % len(found)] if found else None
