"""What the admin shows of the demo content is what readers get."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker
from wagtail.fields import StreamField
from wagtail.models import Page

from home.models import Menu
from tests.demo_content import demo_content

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def content(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with demo_content(django_db_blocker):
        yield


def as_the_admin_stores_it(stream: Any) -> Any:
    """Return the raw blocks that saving a form without a change would write."""
    shown = stream.stream_block.to_python(list(stream.raw_data))
    # Block by block: what nobody looked at would be stored as it came.
    return [child.get_prep_value() for child in shown]


def test_opening_and_saving_a_page_changes_none_of_its_blocks() -> None:
    bodies = [
        (page.title, getattr(page, field.name))
        for page in Page.objects.specific()
        for field in page._meta.get_fields()
        if isinstance(field, StreamField)
    ]

    assert sum(bool(body) for _title, body in bodies) > 10
    for title, body in bodies:
        assert as_the_admin_stores_it(body) == list(body.raw_data), title


def test_opening_and_saving_a_menu_changes_none_of_its_entries() -> None:
    menus = list(Menu.objects.all())

    assert len(menus) == 4
    for menu in menus:
        before = menu.item_values
        menu.items = as_the_admin_stores_it(menu.items)
        assert menu.item_values == before, menu
