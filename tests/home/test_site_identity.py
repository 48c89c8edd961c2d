"""The settings of a site say where it is, in which languages, and how it shows itself."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from wagtail.models import Collection, CollectionViewRestriction

from home.models import SiteSettings
from tests.content.graphql.both_ways import told_both_ways
from tests.contract.asking import data
from tests.factories import make_image
from tests.page_factories import World, make_menu, make_world
from tests.publishing.published import is_public

pytestmark = pytest.mark.django_db

PLACE = """query($site: String, $locale: Locale) { siteSettings(site: $site, locale: $locale) {
  baseUrl locale defaultLocale locales timeZone } }"""
LOOKS = """query($locale: Locale) { siteSettings(locale: $locale) { address
  logo { alt isDecorative image { id } } openGraphImage { alt isDecorative image { id } } } }"""


@pytest.fixture
def world() -> World:
    """Return a site without pages in its lists."""
    return make_world()


def _change(world: World, **fields: Any) -> None:
    settings = SiteSettings.objects.get(pk=world.settings.pk)
    for name, value in fields.items():
        setattr(settings, name, value)
    settings.full_clean()
    settings.save()


def _looks(locale: str = "EN") -> Any:
    return told_both_ways(LOOKS, locale=locale)["siteSettings"]


def test_settings_say_where_and_in_which_languages_a_site_is(world: World) -> None:
    assert told_both_ways(PLACE, locale="BG")["siteSettings"] == {
        "baseUrl": "https://main.example",
        "locale": "BG",
        "defaultLocale": "EN",
        "locales": ["EN", "BG"],
        "timeZone": "Europe/Sofia",
    }
    with override_settings(TIME_ZONE="Europe/Paris"):
        assert data(PLACE)["siteSettings"]["timeZone"] == "Europe/Paris"


def test_a_language_counts_while_its_home_page_is_public(world: World) -> None:
    make_menu(world.site, [], language="bg")
    world.cluster_bg.unpublish()
    without_page = data(PLACE)["siteSettings"]["locales"]
    world.cluster_bg.save_revision().publish()
    with_page = data(PLACE)["siteSettings"]["locales"]

    _change(world, public_languages=["en"])

    assert [without_page, with_page] == [["EN"], ["EN", "BG"]]
    assert data(PLACE)["siteSettings"]["locales"] == ["EN"]


def test_pictures_of_a_site_have_a_text_in_each_language(world: World) -> None:
    assert _looks() == {"address": None, "logo": None, "openGraphImage": None}
    logo, shared = make_image(), make_image()

    _change(
        world,
        logo=logo,
        logo_alt_bg="Знак",
        open_graph_image=shared,
        open_graph_image_alt_en="A bridge",
        address_en="1 Street\nSofia",
        address_bg="ул. 1",
    )

    of_logo = {"isDecorative": False, "image": {"id": logo.public_id}}
    of_shared = {"isDecorative": False, "image": {"id": shared.public_id}}
    assert _looks() == {
        "address": "1 Street\nSofia",
        # The name of the site.
        "logo": {"alt": "Site main", **of_logo},
        "openGraphImage": {"alt": "A bridge", **of_shared},
    }
    assert _looks("BG") == {
        "address": "ул. 1",
        "logo": {"alt": "Знак", **of_logo},
        "openGraphImage": {"alt": "A bridge", **of_shared},
    }


def test_pictures_of_a_site_are_public_while_its_settings_refer_to_them(world: World) -> None:
    logo = make_image()
    before = is_public(logo)

    _change(world, logo=logo)
    while_chosen = is_public(logo)
    _change(world, is_public=False)
    of_hidden_site = is_public(logo)
    _change(world, is_public=True, logo=None)

    assert [before, while_chosen, of_hidden_site] == [False, True, False]
    assert not is_public(logo)


def test_a_picture_that_is_not_public_is_none(world: World) -> None:
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")

    _change(world, logo=make_image(collection=private))

    assert _looks()["logo"] is None


def test_a_picture_needs_a_text(world: World) -> None:
    _change(world, site_name_en="")

    with pytest.raises(ValidationError) as refused:
        _change(world, logo=make_image(), open_graph_image=make_image())

    assert set(refused.value.message_dict) == {"logo_alt_en", "open_graph_image_alt_en"}
    SiteSettings.objects.filter(pk=world.settings.pk).update(logo=make_image())
    world.settings.refresh_from_db()
    world.settings.save()
    looks = _looks()["logo"]
    assert (looks["alt"], looks["isDecorative"]) == ("", True)
