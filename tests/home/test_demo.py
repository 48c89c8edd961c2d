"""The demo content is loaded once, whole, and never against an editor."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    ModelLogEntry,
    Page,
    PageLogEntry,
    Site,
    TaskState,
    WorkflowState,
)

from cms.content.models import Image, Organisation
from cms.publishing import reconcile
from cms.publishing.models import PublishedItem
from cms.publishing.scopes import transaction
from home.demo import lookup
from home.demo.drawings import draw
from home.demo.unfinished import UNTITLED
from home.models import Menu, SiteSettings
from news.models import NewsPage
from projects.models import ProjectPage
from tests.demo_content import LOGIN, PASSWORD, SMALL, ask, demo_content, frontend
from tests.page_factories import make_cluster

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    with demo_content(django_db_blocker) as count:
        yield count


def run() -> str:
    """Run the command again and return what it prints."""
    output = StringIO()
    call_command("demo", stdout=output)
    return output.getvalue()


def rows() -> list[Any]:
    fields = ("key", "version", "digest", "visible")
    return list(PublishedItem.objects.order_by("key").values_list(*fields))


def untitled() -> NewsPage:
    return NewsPage.objects.get(title__startswith="Title missing")


def forget_the_demo() -> None:
    ModelLogEntry.objects.all().delete()
    PageLogEntry.objects.all().delete()


def test_a_second_run_changes_nothing(loaded: int) -> None:
    before = rows()

    printed = run()

    assert loaded > 70
    assert printed == "Demo content: 0 changes\n"
    assert rows() == before


def test_the_published_rows_come_with_the_content() -> None:
    outcome = reconcile.sweep()

    assert str(outcome) == "0 changes"


def test_what_an_editor_changed_survives() -> None:
    page = lookup.page("projects/give", language="en")
    page.title, page.slug = "GIVE, corrected", "corrected"
    partner = lookup.organisation("green-tech-latvia")
    assert partner is not None
    partner.name = "Green-Tech Latvia, renamed"
    with transaction():
        page.save_revision().publish()
        partner.save()

    printed = run()

    assert printed == "Demo content: 0 changes\n"
    assert list(
        ProjectPage.objects.filter(
            translation_key=page.translation_key, locale=page.locale
        ).values_list("title", "slug")
    ) == [("GIVE, corrected", "corrected")]
    assert Organisation.objects.filter(name__startswith="Green-Tech").count() == 1


def test_what_an_editor_deleted_stays_deleted() -> None:
    with transaction():
        lookup.page("news/bowi-first-call", language="en").delete()
        lookup.page(UNTITLED, language="en").delete()
        lookup.page("events", language="bg").delete()
        Menu.objects.all().delete()

    printed = run()

    assert printed == "Demo content: 0 changes\n"
    assert lookup.page("news/bowi-first-call", language="en") is None
    assert lookup.page(UNTITLED, language="en") is None
    assert lookup.page("events", language="bg") is None
    assert not Menu.objects.exists()


def test_the_item_without_a_title_is_not_public() -> None:
    page = untitled()

    found = ask(
        """query ($path: String!) {
          route(path: $path) { status page { title } }
          news(first: 100) { nodes { title } }
          search(text: "Title missing") { nodes { page { title } } } }""",
        path=f"/news/{page.slug}/",
    )

    assert not page.live
    assert not PublishedItem.objects.filter(key=f"page:{page.pk}").exists()
    assert found["route"] == {"status": "NOT_FOUND", "page": None}
    assert len(found["news"]["nodes"]) == 7
    assert not [node for node in found["news"]["nodes"] if "missing" in node["title"]]
    hits = [node["page"]["title"] for node in found["search"]["nodes"]]
    assert hits == ["About this content"]


def test_the_item_without_a_title_cannot_be_published_until_it_has_one() -> None:
    page = untitled()

    with pytest.raises(ValidationError, match="write a real one"):
        page.get_latest_revision().publish()

    page.title = "A title that somebody knew"
    page.save_revision().publish()
    assert NewsPage.objects.get(pk=page.pk).live


def test_the_item_without_a_title_waits_as_a_task_of_the_editor() -> None:
    page = untitled()
    state = page.current_workflow_state

    assert page.owner == state.requested_by == get_user_model().objects.get(username="editor")
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert state.current_task_state.status == TaskState.STATUS_REJECTED
    assert state.current_task_state.finished_by.username == "moderator"
    assert state.current_task_state.comment.startswith("The source lists this item without a title")

    client = Client()
    assert client.login(username="editor", password=PASSWORD)
    assert page.title in client.get("/admin/").content.decode()


def test_accounts_are_made_with_their_roles_and_none_without_a_login() -> None:
    users = get_user_model().objects

    assert users.get(username=LOGIN).is_superuser
    roles = {
        name: list(users.get(username=name).groups.values_list("name", flat=True))
        for name in ("editor", "moderator")
    }
    assert roles == {"editor": ["Editors"], "moderator": ["Moderators"]}
    users.all().delete()
    with override_settings(DEMO_LOGIN="", DEMO_PASSWORD=""):
        assert run() == "Demo content: 0 changes\n"
    assert not users.exists()


def test_a_deleted_account_comes_back_because_the_start_page_promises_it() -> None:
    get_user_model().objects.get(username=LOGIN).delete()

    assert run() == "Demo content: 1 change\n"
    assert get_user_model().objects.get(username=LOGIN).check_password(PASSWORD)


def test_the_cluster_takes_the_place_of_the_welcome_page() -> None:
    site = Site.objects.get(is_default_site=True)

    assert site.root_page.title == "ICT Cluster"
    assert sorted(Page.objects.filter(depth=2).values_list("title", flat=True)) == [
        "ICT Cluster",
        "ИКТ Клъстер",
    ]
    settings = SiteSettings.for_site(site)
    assert (settings.site_key, settings.frontend_base_url) == ("ict-cluster", frontend(""))


def test_menus_settings_and_the_redirect_are_answered_in_both_languages() -> None:
    query = """query ($locale: Locale) {
      menu(name: MAIN, locale: $locale) { label url }
      footer: menu(name: FOOTER, locale: $locale) { label }
      siteSettings(locale: $locale) { siteName contactEmail socialLinks { network url } }
      route(path: "/green-ict-development") { status redirectTo isPermanent } }"""

    english, bulgarian = ask(query, locale="EN"), ask(query, locale="BG")

    assert [entry["url"] for entry in english["menu"]] == [
        frontend(path) for path in ("/", "/projects/", "/news/", "/events/")
    ]
    assert [entry["label"] for entry in bulgarian["menu"]] == [
        "Клъстерът",
        "Проекти",
        "Новини",
        "Събития",
    ]
    assert [len(answer["footer"]) for answer in (english, bulgarian)] == [2, 2]
    assert english["siteSettings"]["siteName"] == "ICT Cluster"
    assert bulgarian["siteSettings"]["siteName"] == "ИКТ Клъстер"
    assert english["route"] == {
        "status": "REDIRECT",
        "redirectTo": frontend("/projects/give/"),
        "isPermanent": True,
    }
    assert Redirect.objects.count() == 1


def test_main_pages_have_a_bulgarian_translation() -> None:
    found = ask("""{ cluster(locale: BG) { name } projects(locale: BG) { totalCount }
      news(locale: BG, filter: {types: [ACHIEVEMENT]}) { totalCount }
      events(locale: BG) { totalCount } }""")

    assert found == {
        "cluster": {"name": "ИКТ Клъстер"},
        "projects": {"totalCount": 6},
        "news": {"totalCount": 5},
        "events": {"totalCount": 2},
    }


def test_every_picture_has_its_texts_and_its_rights() -> None:
    for image in Image.objects.all():
        assert image.default_alt_en
        assert image.default_alt_bg
        assert image.credit
        assert image.licence == "CC0 1.0"
        assert image.renditions.count() == 8


def test_a_drawing_is_the_same_every_time() -> None:
    assert draw("network", size=SMALL) == draw("network", size=SMALL)


def test_links_between_pages_are_resolved_in_the_language_of_the_text() -> None:
    found = ask("""{ route(path: "/about-this-content/") { page { ... on StandardPage {
      body { ... on TextBlock { content { html } } } } } } }""")

    html = "".join(
        block["content"]["html"] for block in found["route"]["page"]["body"] if "content" in block
    )
    assert f'<a href="{frontend("/events/industry-and-digital-transformation/")}">' in html


def test_an_installation_with_content_of_its_own_is_left_alone() -> None:
    forget_the_demo()
    site = Site.objects.get(is_default_site=True)
    site.root_page = make_cluster(title="Somebody else's cluster")
    site.save()
    before = rows()

    printed = run()

    assert printed == (
        "Demo content: 0 changes, because the default site shows “Somebody else's cluster”\n"
    )
    assert rows() == before


def test_an_installation_without_a_site_is_left_alone() -> None:
    forget_the_demo()
    Site.objects.all().delete()

    assert run() == "Demo content: 0 changes, because there is no default site\n"


def test_a_site_that_was_replaced_or_deleted_later_is_no_reason_to_fail() -> None:
    site = Site.objects.get(is_default_site=True)
    site.root_page = make_cluster(title="Somebody else's cluster")
    site.save()
    replaced = run()
    site.delete()

    assert (replaced, run()) == ("Demo content: 0 changes\n", "Demo content: 0 changes\n")


def test_without_accounts_the_task_waits_without_a_name() -> None:
    PageLogEntry.objects.filter(data__demo="task").delete()
    WorkflowState.objects.all().delete()
    get_user_model().objects.all().delete()

    with override_settings(DEMO_LOGIN="", DEMO_PASSWORD=""):
        printed = run()

    assert printed == "Demo content: 1 change\n"
    assert untitled().current_workflow_state.requested_by is None
