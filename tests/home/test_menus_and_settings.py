"""Menus and settings of a site."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from wagtail.blocks.struct_block import StructBlockValidationError

from cms.publishing.protocols import Reference
from home.models import Menu, SiteSettings
from home.models.menus import MenuItemBlock, MenuItemValue
from tests.page_factories import make_cluster, make_menu, make_site, make_world

pytestmark = pytest.mark.django_db


def _errors(value: dict[str, Any]) -> dict[str, list[str]]:
    block = MenuItemBlock()
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(block.to_python({"text": "Item", "page": None, "address": "", **value}))
    return {name: error.messages for name, error in refused.value.block_errors.items()}


def test_entries_hold_references_and_addresses_on_two_levels() -> None:
    world = make_world()
    menu = make_menu(
        world.site,
        [
            {
                "text": "News",
                "page": world.news.pk,
                "children": [{"text": "Portal", "address": "https://example.org"}],
            },
            {"text": "Search", "address": " /search "},
        ],
    )

    assert Menu.objects.get(pk=menu.pk).item_values == [
        MenuItemValue(
            "News",
            Reference("page", world.news.pk),
            None,
            [MenuItemValue("Portal", None, "https://example.org", [])],
        ),
        MenuItemValue("Search", None, "/search", []),
    ]
    assert str(menu) == "Main menu (en)"
    assert menu.published_columns().title == "Main menu"


def test_an_entry_leads_to_exactly_one_place() -> None:
    page = make_cluster()

    assert _errors({}) == {"page": ["Choose a page, or give an address below."]}
    assert _errors({"page": page.pk, "address": "/x"}) == {
        "address": ["Choose a page or give an address, not both."]
    }
    assert _errors({"address": "example"}) == {
        "address": ["Give a full address with https://, or a path with /."]
    }
    assert _errors({"address": "javascript:alert(1)"}) == {
        "address": ["Give a full address with https://, or a path with /."]
    }


def test_a_site_has_each_menu_once_per_language() -> None:
    world = make_world()
    make_menu(world.site, [])
    make_menu(world.site, [], language="bg")
    make_menu(world.site, [], name="FOOTER")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_menu(world.site, [])

    assert Menu.objects.count() == 3


def test_a_site_gets_a_key_of_its_own() -> None:
    first = make_site(make_cluster(), key="one", is_default=False)
    second = make_site(make_cluster(), key="two", is_default=False)
    first.site_name = second.site_name = "ИКТ"

    keys = [SiteSettings.objects.create(site=site).site_key for site in (first, second)]

    assert keys == ["one-example", "two-example"]


def test_a_taken_key_gets_a_number() -> None:
    first = make_site(make_cluster(), key="one", is_default=False)
    second = make_site(make_cluster(), key="two", is_default=False)
    SiteSettings.objects.create(site=first, site_key="two-example")

    assert SiteSettings.objects.create(site=second).site_key == "two-example-2"


def test_names_are_kept_by_language() -> None:
    assert SiteSettings().site_names is None
    assert SiteSettings(site_name_en="Site", site_name_bg=" ").site_names == {"en": "Site"}
    assert SiteSettings().stated_email is None
    assert SiteSettings(site_key="main").published_columns().title == "main"


def test_ids_survive_changes() -> None:
    world = make_world()
    menu = make_menu(world.site, [])
    before = (menu.public_id, world.settings.public_id)

    Menu.objects.update(name="FOOTER")
    SiteSettings.objects.update(site_key="other")

    assert (Menu.objects.get().public_id, SiteSettings.objects.get().public_id) == before
