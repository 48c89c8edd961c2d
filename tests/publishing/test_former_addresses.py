"""What is at an address where a page stood: where it is now, or that it is gone."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from cms.publishing.notices import collected_notices
from home.models import StandardPage
from tests.contract.asking import data
from tests.page_factories import World, add, locale, make_standard_page, make_world, root, translate
from tests.publishing.published import is_public, path_of

ROUTE = (
    "query($path: String!, $site: String) { route(path: $path, site: $site) { status redirectTo } }"
)


def route(path: str, *, site: str = "main") -> tuple[str, str | None]:
    answer: Any = data(ROUTE, path=path, site=site)
    return answer["route"]["status"], answer["route"]["redirectTo"]


def fresh(page: Any) -> Any:
    return type(page).objects.get(pk=page.pk)


@pytest.fixture
def branch(world: World) -> list[StandardPage]:
    """Return a page and its child."""
    top = make_standard_page(world.cluster, slug="top")
    return [top, make_standard_page(top, slug="leaf")]


def test_a_page_that_moves_to_another_site_leads_there(branch: list[StandardPage]) -> None:
    other = make_world(key="other", is_default=False)

    fresh(branch[0]).move(fresh(other.cluster), pos="last-child")

    assert route("/top/") == ("REDIRECT", "https://other.example/top/")
    assert route("/top/leaf/") == ("REDIRECT", "https://other.example/top/leaf/")
    assert route("/top/leaf/", site="other")[0] == "OK"


def test_a_translation_that_moves_to_another_site_leads_there_too(world: World) -> None:
    other = make_world(key="other", is_default=False)
    page = translate(make_standard_page(world.cluster, slug="top"))

    fresh(page).move(fresh(other.cluster_bg), pos="last-child")

    assert route(path_of(page) or "", site="other")[0] == "OK"
    assert route(path_of(page) or "") == ("REDIRECT", f"https://other.example{path_of(page)}")


def test_a_page_that_moves_and_is_hidden_is_gone(branch: list[StandardPage]) -> None:
    other = make_world(key="other", is_default=False)
    fresh(branch[0]).move(fresh(other.cluster), pos="last-child")

    fresh(branch[0]).unpublish()

    assert route("/top/") == ("GONE", None)
    assert route("/top/leaf/") == ("GONE", None)


def test_a_page_that_is_hidden_moves_and_comes_back_leads_on(branch: list[StandardPage]) -> None:
    other = make_world(key="other", is_default=False)
    fresh(branch[1]).unpublish()
    fresh(branch[1]).move(fresh(other.cluster), pos="last-child")
    while_hidden = route("/top/leaf/")

    fresh(branch[1]).save_revision().publish()

    assert while_hidden == ("GONE", None)
    assert route("/top/leaf/") == ("REDIRECT", "https://other.example/leaf/")


def test_a_page_that_moves_out_of_every_site_is_gone(branch: list[StandardPage]) -> None:
    nowhere = add(root(), StandardPage(title="Nowhere", slug="nowhere", locale=locale("en")))

    fresh(branch[0]).move(nowhere, pos="last-child")

    assert [route("/top/"), route("/top/leaf/")] == [("GONE", None)] * 2


def test_a_page_that_was_never_public_leaves_no_redirect(world: World) -> None:
    other = make_world(key="other", is_default=False)
    draft = make_standard_page(world.cluster, slug="draft", live=False)

    fresh(draft).move(fresh(other.cluster), pos="last-child")

    assert route("/draft/") == ("NOT_FOUND", None)
    assert not Redirect.objects.exists()


def test_a_redirect_from_before_to_a_page_that_was_never_public_says_nothing(world: World) -> None:
    draft = make_standard_page(world.cluster, slug="draft", live=False)
    Redirect.objects.create(
        old_path="/canary", site=world.site, redirect_page=draft, automatically_created=True
    )

    assert route("/canary/") == ("NOT_FOUND", None)


def test_a_page_that_moves_back_is_at_its_first_address(branch: list[StandardPage]) -> None:
    other = make_world(key="other", is_default=False)
    home = Site.objects.get(is_default_site=True).root_page

    fresh(branch[0]).move(fresh(other.cluster), pos="last-child")
    fresh(branch[0]).move(fresh(home), pos="last-child")

    assert route("/top/leaf/")[0] == "OK"
    assert route("/top/leaf/", site="other") == ("REDIRECT", "https://main.example/top/leaf/")


def long_page(world: World, *, characters: int) -> StandardPage:
    """Make a page whose address has so many characters before its last slash."""
    first = make_standard_page(world.cluster, slug="а" * 120)
    return make_standard_page(first, slug="б" * (characters - 122))


@pytest.mark.parametrize(("characters", "status"), [(255, "REDIRECT"), (256, "NOT_FOUND")])
def test_a_page_with_a_long_address_can_be_renamed(
    world: World, characters: int, status: str, django_capture_on_commit_callbacks: Any
) -> None:
    page = long_page(world, characters=characters)
    former = path_of(page) or ""
    assert len(former.rstrip("/")) == characters
    renamed = fresh(page)
    renamed.slug = "к-1"

    with collected_notices() as told, django_capture_on_commit_callbacks(execute=True):
        renamed.save_revision().publish()

    assert (is_public(page), (path_of(page) or "").endswith("/к-1/")) == (True, True)
    assert route(former)[0] == status
    assert [page.title in text and "255" in text for text in told] == [True] * (
        status != "REDIRECT"
    )


def test_renaming_the_page_above_leads_on_from_what_can_be_kept(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    page = long_page(world, characters=300)
    above = fresh(page.get_parent().specific)
    above.slug = "horizon"

    with collected_notices() as told, django_capture_on_commit_callbacks(execute=True):
        above.save_revision().publish()

    assert route("/" + "а" * 120 + "/") == ("REDIRECT", "https://main.example/horizon/")
    assert len(told) == 1


def test_an_editor_is_told_in_the_admin(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    page = long_page(world, characters=256)
    client = Client()
    client.force_login(User.objects.create_superuser("editor"))

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            reverse("wagtailadmin_pages:move_confirm", args=[page.pk, world.cluster.pk])
        )

    assert answer.status_code == 302
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert [text for text in said if "longer than the 255 characters" in text] != []
    assert is_public(page)
