"""The content clock: one number per change, without gaps, in the order of commits."""

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from cms.publishing.apps import _make_clock
from cms.publishing.clock import read_clock
from cms.publishing.models import ContentClock, PublishedItem
from cms.publishing.scopes import transaction
from home.models import StandardPage
from tests.factories import make_term
from tests.page_factories import World, make_standard_page, translate
from tests.publishing.published import changed_keys, clock, row_of


def test_each_change_takes_the_next_number(world: World) -> None:
    before = clock()

    with transaction():
        pages = [make_standard_page(world.cluster) for _ in range(3)]

    after = clock()
    rows = [row_of(page) for page in pages]
    assert after == before + 3
    assert {row.seq for row in rows if row} == {before + 1, before + 2, before + 3}


def test_a_change_takes_a_number_after_all_before_it(world: World) -> None:
    first, second = make_term(), make_term()
    before = clock()

    second.save()
    first.label_en = "Changed"
    first.save()
    clock()
    second.label_en = "Changed"
    second.save()

    assert changed_keys(after=before) == [f"term:{first.pk}", f"term:{second.pk}"]


def test_no_number_is_used_twice(world: World) -> None:
    clock()

    numbers = [number or 0 for number in PublishedItem.objects.values_list("seq", flat=True)]

    assert 0 not in numbers
    assert len(numbers) == len(set(numbers))
    assert max(numbers) == clock()


def test_what_changes_nothing_takes_no_number(world: World) -> None:
    term = make_term()
    before = clock()

    term.save()

    assert clock() == before


def test_a_lost_clock_is_started_again_under_another_epoch(db: None) -> None:
    epoch = read_clock().epoch
    ContentClock.objects.all().delete()

    _make_clock(apps=apps)
    _make_clock(apps=apps)

    assert ContentClock.objects.count() == 1
    assert read_clock().epoch != epoch


def test_before_its_table_exists_no_clock_is_made(db: None) -> None:
    class Empty:
        def get_model(self, *args: str) -> Any:
            raise LookupError

    _make_clock(apps=Empty())

    assert ContentClock.objects.count() == 1


def test_a_translation_made_anew_at_once_leaves_no_gap(world: World) -> None:
    page = make_standard_page(world.cluster)
    first = translate(page)
    before = clock()

    with transaction():
        StandardPage.objects.get(pk=first.pk).delete()
        second = translate(StandardPage.objects.get(pk=page.pk))

    changed = changed_keys(after=before)
    assert f"page:{second.pk}" in changed
    assert clock() == before + len(changed)


@pytest.mark.postgres
def test_the_migrations_can_be_taken_back(db: None) -> None:
    # On PostgreSQL this happens inside the test's own transaction.
    table = "publishing_publisheditem"

    call_command("migrate", "publishing", "zero", verbosity=0)
    without = connection.introspection.table_names()
    call_command("migrate", "publishing", verbosity=0)

    assert table not in without
    assert table in connection.introspection.table_names()
    assert read_clock().value == 0
