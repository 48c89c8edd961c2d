"""A request to the admin locks what its address and its form name, before its view reads it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.content.models import Organisation
from cms.publishing import request_locks
from home.models import StandardPage
from tests.factories import make_organisation
from tests.page_factories import World, make_standard_page, translate

Locked = list[tuple[str, Any]]


@pytest.fixture
def locked(admin: Client, monkeypatch: pytest.MonkeyPatch) -> Locked:
    """Note what is locked in place of locking it."""
    found: Locked = []

    def lock_pages(pages: Any, *, trees: Any = (), parents: Any = ()) -> set[int]:
        found.append(("pages", (set(pages) - set(trees), set(trees))))
        return {*pages, *trees, *parents}

    def lock_things(model: Any, pks: Any) -> set[Any]:
        found.append((model.__name__, list(pks)))
        return set(pks)

    # What a view makes of a form without its fields is of no interest here.
    admin.raise_request_exception = False
    monkeypatch.setattr(request_locks, "lock_pages", lock_pages)
    monkeypatch.setattr(request_locks, "lock_things", lock_things)
    return found


@pytest.fixture
def page(world: World) -> StandardPage:
    return make_standard_page(world.cluster, slug="about")


@pytest.mark.parametrize("name", ["edit", "set_privacy", "lock", "unlock"])
def test_what_changes_one_page_locks_that(
    admin: Client, page: StandardPage, locked: Locked, name: str
) -> None:
    admin.post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))

    assert locked[0] == ("pages", ({page.pk}, set()))


def test_translations_that_go_along_are_locked_with_what_is_below_them(
    admin: Client, page: StandardPage, locked: Locked
) -> None:
    translation = translate(page)
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    locked.clear()

    for url in (
        f"{reverse('wagtailadmin_home')}pages/{page.pk}/unpublish/",
        f"{bulk}?id={page.pk}",
    ):
        admin.post(url, {"take_along": str(translation.pk)})
    admin.post(
        reverse("wagtailadmin_pages:set_privacy", args=[page.pk]), {"take_along": translation.pk}
    )

    both = {page.pk, translation.pk}
    assert [one for one in locked if one[0] == "pages"][:3] == [
        ("pages", (set(), both)),
        ("pages", (set(), both)),
        ("pages", (both, set())),
    ]


@pytest.mark.parametrize("name", ["delete", "unpublish", "copy", "move"])
def test_what_changes_a_tree_locks_it(
    admin: Client, page: StandardPage, locked: Locked, name: str
) -> None:
    admin.post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))

    assert locked[0] == ("pages", (set(), {page.pk}))


def test_moving_locks_where_it_leads(
    admin: Client, world: World, page: StandardPage, locked: Locked
) -> None:
    admin.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, world.news.pk]))

    assert locked[0] == ("pages", ({world.news.pk}, {page.pk}))


def test_copying_locks_where_it_leads(
    admin: Client, world: World, page: StandardPage, locked: Locked
) -> None:
    fields = {"new_title": "A", "new_slug": "a", "new_parent_page": str(world.news.pk)}

    admin.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), fields)

    assert locked[0] == ("pages", ({world.news.pk}, {page.pk}))


def test_reordering_locks_all_siblings(
    admin: Client, world: World, page: StandardPage, locked: Locked
) -> None:
    admin.post(reverse("wagtailadmin_pages:set_page_position", args=[page.pk]) + "?position=0")

    assert locked[0] == ("pages", ({page.pk}, {world.cluster.pk}))


def test_adding_locks_the_parent(admin: Client, world: World, locked: Locked) -> None:
    admin.post(reverse("wagtailadmin_pages:add", args=["home", "standardpage", world.cluster.pk]))

    assert locked[0] == ("pages", ({world.cluster.pk}, set()))


def test_a_bulk_action_locks_every_tree(
    admin: Client, world: World, page: StandardPage, locked: Locked
) -> None:
    other = make_standard_page(world.cluster)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])

    admin.post(f"{url}?id={page.pk}&id={other.pk}", {"chooser": str(world.news.pk)})

    assert locked[0] == ("pages", ({world.news.pk}, {page.pk, other.pk}))


def test_a_bulk_action_on_everything_locks_the_children_of_that_page(
    admin: Client, world: World, locked: Locked
) -> None:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])

    admin.post(f"{url}?id=all&childOf={world.news.pk}")
    admin.post(f"{url}?id=all")

    roots = set(Page.objects.filter(depth=1).values_list("pk", flat=True))
    assert locked[:2] == [("pages", (set(), {world.news.pk})), ("pages", (set(), roots))]


@pytest.mark.parametrize("name", ["edit", "unpublish", "delete"])
def test_a_snippet_is_locked(admin: Client, db: None, locked: Locked, name: str) -> None:
    organisation = make_organisation()

    admin.post(reverse(Organisation.snippet_viewset.get_url_name(name), args=[organisation.pk]))

    assert locked[0] == ("Organisation", [organisation.pk])


def test_a_bulk_action_locks_every_snippet(admin: Client, db: None, locked: Locked) -> None:
    organisations = [make_organisation(), make_organisation()]
    url = reverse("wagtail_bulk_action", args=["content", "organisation", "delete"])

    admin.post(url + "?" + "&".join(f"id={one.pk}" for one in organisations))

    assert locked[0] == ("Organisation", [one.pk for one in organisations])


def test_what_is_no_key_is_left_to_the_view(admin: Client, db: None, locked: Locked) -> None:
    organisation = make_organisation()
    url = reverse("wagtail_bulk_action", args=["content", "organisation", "delete"])

    admin.post(f"{url}?id=x&id={'9' * 30}&id={organisation.pk}")

    assert locked[0] == ("Organisation", [organisation.pk])


def test_a_key_beyond_every_number_is_not_found(admin: Client, db: None) -> None:
    url = reverse(Organisation.snippet_viewset.get_url_name("edit"), args=["9" * 30])

    assert admin.post(url).status_code == 404


def test_a_preview_waits_for_nobody(admin: Client, page: StandardPage, locked: Locked) -> None:
    admin.post(reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]))

    assert locked == []
