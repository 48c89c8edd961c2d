"""Wagtail's own links lead to the frontends, since nothing here serves pages."""

from typing import Any

from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Site

from cms.publishing.scopes import transaction
from home.models import StandardPage
from tests.page_factories import World, add, locale, make_standard_page, make_world, root


def test_a_page_has_its_address_on_the_frontend(world: World) -> None:
    page = make_standard_page(world.cluster, slug="about")

    assert page.get_url_parts() == (world.site.pk, "https://main.example", "/about/")
    assert page.full_url == "https://main.example/about/"
    assert page.url == "https://main.example/about/"
    assert page.get_url(RequestFactory().get("/")) == "https://main.example/about/"
    assert page.get_site() == world.site


def test_a_translation_has_the_prefix_of_its_language(world: World) -> None:
    page = make_standard_page(world.cluster_bg, slug="za-nas")

    assert page.full_url == "https://main.example/bg/za-nas/"
    assert world.cluster_bg.full_url == "https://main.example/bg/"


def test_each_site_has_its_own_frontend(world: World) -> None:
    other = make_world(key="other", is_default=False, frontend_base_url="https://other.example/")

    assert other.news.full_url == "https://other.example/news/"
    assert world.news.full_url == "https://main.example/news/"


def test_a_site_without_settings_has_the_common_frontend(world: World, settings: Any) -> None:
    world.settings.delete()
    settings.FRONTEND_BASE_URL = "https://cluster.test"

    assert world.news.full_url == "https://cluster.test/news/"


def test_a_page_outside_every_site_has_no_address(world: World) -> None:
    page = add(root(), StandardPage(title="Nowhere", slug="nowhere", locale=locale("en")))

    assert (page.get_url_parts(), page.url, page.get_site()) == (None, None, None)


def test_the_innermost_site_decides(world: World) -> None:
    inner = make_standard_page(world.cluster, slug="inner")
    page = make_standard_page(inner, slug="page")
    site = Site.objects.create(hostname="inner.example", root_page=inner)

    assert page.get_url_parts() == (site.pk, "https://cluster.test", "/page/")


def test_addresses_of_many_pages_cost_no_statements_in_one_transaction(world: World) -> None:
    pages = [make_standard_page(world.cluster) for _ in range(5)]
    with transaction():
        assert pages[0].full_url
        with CaptureQueriesContext(connection) as queries:
            addresses = [page.full_url for page in pages]

    assert len(set(addresses)) == 5
    assert len(queries) == 0


def test_a_changed_frontend_shows_within_the_same_transaction(world: World) -> None:
    with transaction():
        before = world.news.full_url
        world.settings.frontend_base_url = "https://new.example"
        world.settings.save()
        after = world.news.full_url

    assert (before, after) == ("https://main.example/news/", "https://new.example/news/")


def test_view_live_leads_to_the_frontend(admin: Client, world: World) -> None:
    page = make_standard_page(world.cluster, slug="about")

    html = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    assert 'href="https://main.example/about/"' in html
