"""What is at an address depends on the language that is asked for, if one is."""

import pytest
from wagtail.contrib.redirects.models import Redirect

from cms.publishing.scopes import transaction
from tests.contract.asking import data
from tests.page_factories import World, make_news, make_world, translate

pytestmark = pytest.mark.django_db

ROUTE = """query($path: String!, $locale: Locale) {
  route(path: $path, locale: $locale) { status redirectTo page { path } } }"""
NOTHING = ("NOT_FOUND", None)


@pytest.fixture
def world() -> World:
    """Return a site with one news in English and Bulgarian, and redirects to it in both."""
    world = make_world()
    news = make_news(world.news, title="One", slug="one")
    translate(world.news)
    bulgarian = translate(news, slug="edno")
    with transaction():
        for path, page in (("/old", news), ("/bg/old", bulgarian)):
            Redirect.objects.create(old_path=path, redirect_page=page, site=world.site)
    return world


def route(path: str, locale: str | None = None) -> tuple[str, str | None]:
    found = data(ROUTE, path=path, locale=locale)["route"]
    return found["status"], found["redirectTo"] or (found["page"] or {}).get("path")


EXPECTED = {
    ("/news/one/", None): ("OK", "/news/one/"),
    ("/news/one/", "EN"): ("OK", "/news/one/"),
    ("/news/one/", "BG"): NOTHING,
    ("/bg/news/edno/", None): ("OK", "/bg/news/edno/"),
    ("/bg/news/edno/", "BG"): ("OK", "/bg/news/edno/"),
    ("/news/edno", "BG"): ("OK", "/bg/news/edno/"),
    ("/bg/news/edno/", "EN"): NOTHING,
    ("/bg/", "EN"): NOTHING,
    ("/bg", "BG"): ("OK", "/bg/"),
    ("/", "BG"): ("OK", "/bg/"),
    ("/", "EN"): ("OK", "/"),
    ("/old", None): ("REDIRECT", "https://main.example/news/one/"),
    ("/old", "EN"): ("REDIRECT", "https://main.example/news/one/"),
    ("/old", "BG"): ("REDIRECT", "https://main.example/bg/news/edno/"),
    ("/bg/old", "BG"): ("REDIRECT", "https://main.example/bg/news/edno/"),
    ("/bg/old", "EN"): NOTHING,
}


def test_a_path_of_another_language_is_not_found(world: World) -> None:
    assert {asked: route(*asked) for asked in EXPECTED} == EXPECTED


def test_what_is_gone_is_gone_in_its_own_language_only(world: World) -> None:
    world.cluster_bg.unpublish()

    found = {locale: route("/bg/", locale)[0] for locale in (None, "BG", "EN")}

    assert found == {None: "GONE", "BG": "GONE", "EN": "NOT_FOUND"}
    assert route("/bg/old", "EN") == NOTHING


def test_a_page_is_of_its_own_language_whatever_its_address_looks_like(world: World) -> None:
    make_news(world.news, title="Bulgaria", slug="bg")

    assert route("/news/bg/", "EN") == ("OK", "/news/bg/")
    assert route("/news/bg/", "BG") == NOTHING
