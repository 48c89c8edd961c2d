"""An editor's requests are atomic with what the public sees, and failures are told."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from cms.publishing.models import Projection, PublishedItem
from cms.publishing.reconcile import sweep
from home.models import Menu, StandardPage
from tests.admin_forms import open_form, send_form
from tests.factories import make_term
from tests.page_factories import World, make_menu, make_standard_page
from tests.publishing.published import document_of, everything, is_public, reason_of, row_of


def broken(self: Any, info: Any = None) -> Any:
    raise ValueError("the picture is cursed")


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def page(world: World) -> StandardPage:
    return make_standard_page(world.cluster, title="Before", slug="about")


def test_publishing_in_the_admin_is_public_at_once(admin: Client, page: StandardPage) -> None:
    data = open_form(admin, page)
    data["title"] = "After"

    send_form(admin, page, data, publish=True)

    assert document_of(page)["title"] == "After"


def test_a_publish_that_cannot_be_projected_is_kept_as_a_draft(
    admin: Client, page: StandardPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = open_form(admin, page)
    data["title"] = "After"
    before = everything()
    monkeypatch.setattr(StandardPage, "picture_value", broken)

    answer = send_form(admin, page, data, publish=True)

    page.refresh_from_db()
    assert (page.title, page.has_unpublished_changes) == ("Before", True)
    assert page.get_latest_revision_as_object().title == "After"
    assert everything() == before
    messages = said(answer)
    assert messages[0] == (
        "Not published, kept as a draft: StandardPage.picture cannot be published: "
        "the picture is cursed"
    )
    assert not [text for text in messages[1:] if "has been published" in text]


def test_anything_else_that_cannot_be_projected_is_undone(
    admin: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu: Any = make_menu(world.site, [])
    monkeypatch.setattr(Menu, "published_columns", lambda self: 1 / 0)
    url = reverse(menu.snippet_viewset.get_url_name("edit"), args=[menu.pk])
    data = {"site": world.site.pk, "locale": menu.locale_id, "name": "FOOTER", "items-count": "0"}

    answer = admin.post(url, data)

    menu.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"]) == (302, url)
    assert menu.name == "MAIN"
    assert said(answer) == [
        "Nothing was changed: Menu.published_columns cannot be published: division by zero"
    ]


def test_unpublishing_in_the_admin_hides_what_is_below(admin: Client, page: StandardPage) -> None:
    below = make_standard_page(page)

    admin.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))

    assert [reason_of(thing) for thing in (page, below)] == ["UNPUBLISHED"] * 2


def test_deleting_in_the_admin_leaves_tombstones(admin: Client, page: StandardPage) -> None:
    below = make_standard_page(page)
    keys = [f"page:{thing.pk}" for thing in (page, below)]

    admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))

    rows = PublishedItem.objects.filter(key__in=keys)
    assert [row.reason for row in rows] == ["DELETED"] * 2


def test_privacy_set_in_the_admin_hides(admin: Client, page: StandardPage) -> None:
    url = reverse("wagtailadmin_pages:set_privacy", args=[page.pk])

    admin.post(url, {"restriction_type": "login", "password": "", "groups": []})
    hidden = reason_of(page)
    admin.post(url, {"restriction_type": "none", "password": "", "groups": []})

    assert hidden == "RESTRICTED"
    assert is_public(page)
    assert not PageViewRestriction.objects.exists()


def test_moving_in_the_admin_changes_the_path(
    admin: Client, page: StandardPage, world: World
) -> None:
    target = make_standard_page(world.cluster, slug="target")
    url = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk])

    admin.post(url)

    row = row_of(page)
    assert row is not None
    assert row.path == "/target/about/"


def test_a_term_published_in_the_admin_is_public_at_once(admin: Client) -> None:
    term = make_term(live=False)
    url = reverse(term.snippet_viewset.get_url_name("edit"), args=[term.pk])
    data = {"scheme": term.scheme, "code": term.code, "label_en": "Cloud", "label_bg": ""}

    admin.post(url, {**data, "broader": "", "version": "", "action-publish": "1"})

    assert document_of(term)["label"] == {"en": "Cloud"}


def test_reading_the_admin_writes_nothing_public(admin: Client, page: StandardPage) -> None:
    before = everything()

    for name in ("wagtailadmin_home", "wagtailadmin_explore_root"):
        assert admin.get(reverse(name)).status_code == 200

    assert everything() == before


@pytest.fixture
def failure(page: StandardPage, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let a page fail in a sweep, and return why."""
    Page.objects.filter(pk=page.pk).update(title="After")
    with monkeypatch.context() as patch:
        patch.setattr(StandardPage, "picture_value", broken)
        (why,) = sweep().failed.values()
    return why


def test_the_report_names_what_failed_and_leads_to_it(
    admin: Client, page: StandardPage, failure: str
) -> None:
    html = admin.get("/admin/reports/not-published/").content.decode()

    assert failure in html
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in html


def test_the_first_page_of_the_admin_counts_what_failed(
    admin: Client, page: StandardPage, failure: str
) -> None:
    with_failure = admin.get("/admin/").content.decode()
    Projection.objects.update(error="")
    without = admin.get("/admin/").content.decode()

    assert "1 thing could not be published as it is." in with_failure
    assert "could not be published" not in without


def test_who_opens_what_failed_is_told(admin: Client, page: StandardPage, failure: str) -> None:
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    assert "The latest version is not public" in html


def test_the_report_is_for_those_who_may_edit_pages(client: Client, failure: str) -> None:
    client.force_login(User.objects.create_user("visitor", "v@example.org", "secret"))

    answer = client.get("/admin/reports/not-published/")

    assert answer.status_code == 302
    assert failure not in answer.content.decode()
