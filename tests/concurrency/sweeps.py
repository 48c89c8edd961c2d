"""Kill the sweep that follows an upgrade, and look at what the public sees while it runs and afterwards.

After an upgrade every document has to be projected anew, in many transactions. Meanwhile some things are
hidden already, some were hidden behind the back of the CMS, and everything else is public.
"""

import random
from dataclasses import dataclass, field
from typing import Any

from tests.concurrency.agreement import verdict
from tests.concurrency.processes import STATEMENT, forked, report_statements

SMALL_BATCH = 3
# What is hidden when a sweep begins, and what the sweep has to hide: every third page is one of these.
HIDDEN_EARLIER, HIDDEN_SILENTLY, PUBLIC = 0, 1, 2


@dataclass
class Expected:
    """Hold what the public may see, and what it must see, by key."""

    hidden: set[str] = field(default_factory=set)
    silently_hidden: set[str] = field(default_factory=set)
    public: set[str] = field(default_factory=set)


def make_things() -> Expected:
    """Make pages of each fate, each with a document of its own that goes where its page goes."""
    from cms.publishing.scopes import suspended
    from tests.factories import make_document
    from tests.page_factories import make_page_with_files

    expected = Expected()
    for number in range(12):
        document = make_document()
        page = make_page_with_files(document, slug=f"swept-{number}")
        keys = {f"page:{page.pk}", f"document:{document.pk}"}
        if number % 3 == HIDDEN_EARLIER:
            page.unpublish()
            expected.hidden |= keys
        elif number % 3 == HIDDEN_SILENTLY:
            with suspended():
                _hide(page, by=number % 2)
            expected.silently_hidden |= keys
        else:
            expected.public |= keys
    return expected


def _hide(page: Any, *, by: int) -> None:
    from wagtail.models import Page, PageViewRestriction

    if by:
        Page.objects.filter(pk=page.pk).update(live=False)
    else:
        PageViewRestriction.objects.create(page=page, restriction_type="login")


def upgrade(number: int) -> None:
    """Let every document be one of an older version, of other words."""
    from django.db.models import Value
    from django.db.models.functions import Concat
    from wagtail.models import Page

    from cms.publishing.models import Projection
    from cms.publishing.turns import own_transaction

    with own_transaction():
        Page.objects.filter(depth__gt=2).update(title=Concat(Value(f"{number} "), "slug"))
        Projection.objects.update(schema_digest="of before")


def sweeping() -> str:
    """Sweep in many small transactions, and report each statement."""
    from cms.publishing import reconcile

    reconcile.BATCH = SMALL_BATCH
    report_statements()
    return str(reconcile.sweep())


def kills(times: int, *, seed: int) -> dict[str, Any]:
    """Kill sweeps after random numbers of statements; return what was wrong, and what is left."""
    expected, chance = make_things(), random.Random(seed)
    upgrade(0)
    whole = forked(sweeping)
    problems: list[str] = []
    statements = killed = 0
    while whole.wait_for(STATEMENT):
        statements += 1
        problems += problems_of(expected, f"after statement {statements} of a whole sweep")
    whole.collect()
    # It has hidden what was hidden silently: that stays so.
    expected.hidden |= expected.silently_hidden
    problems += problems_of(expected, "after a whole sweep")
    for number in range(1, times + 1):
        upgrade(number)
        child = forked(sweeping)
        goes_on = child.wait_for(STATEMENT, times=chance.randint(1, statements))
        problems += problems_of(expected, f"sweep {number} while it runs")
        if goes_on:
            child.kill()
            killed += 1
        else:
            child.collect()
        problems += problems_of(expected, f"sweep {number} after its end")
    forked(sweeping).collect()
    problems += problems_of(expected, "in the end")
    return {"seed": seed, "killed": killed, "problems": problems[:20], **verdict()}


def problems_of(expected: Expected, when: str) -> list[str]:
    """Return what is shown and must not be, and what is lost, as one read of the public rows tells."""
    from cms.publishing.models import PublishedItem

    rows = PublishedItem.objects.filter(visible=True)
    shown = {key: (title, head) for key, title, head in rows.values_list("key", "title", "head")}
    found = [f"{when}: {key} is shown" for key in sorted(expected.hidden & shown.keys())]
    found += [f"{when}: {key} is lost" for key in sorted(expected.public - shown.keys())]
    # A document is of one version, never half of one.
    found += [
        f"{when}: {key} is of two versions"
        for key, (title, head) in sorted(shown.items())
        if key in expected.public and key.startswith("page:") and title not in head
    ]
    return found
