"""The admin of the page rooms, as an editor meets it."""

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from cms.content.models import Term, TermScheme
from home.completeness import FORMULA
from home.models import ClusterPage, SiteSettings
from home.panels import field_anchors
from news.models import EventPage, NewsPage
from projects.models import ProjectPage
from tests.admin_forms import add_row, open_form, send_form
from tests.factories import make_organisation
from tests.page_factories import (
    World,
    make_event,
    make_menu,
    make_news,
    make_project,
    make_standard_page,
    make_world,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin", "admin@example.org", "secret"))
    return client


def test_every_page_can_be_made_and_edited(admin: Client, world: World) -> None:
    pages = [
        world.cluster,
        make_standard_page(world.cluster),
        make_project(world.projects),
        make_news(world.news),
        make_event(world.events),
    ]
    for page in pages:
        parent = page.get_parent()
        make = reverse(
            "wagtailadmin_pages:add", args=[page._meta.app_label, page._meta.model_name, parent.pk]
        )

        assert admin.get(make).status_code == 200, make
        assert open_form(admin, page)["title"] == page.title


def test_the_sidebar_leads_to_lists_that_can_be_narrowed(admin: Client, world: World) -> None:
    make_project(world.projects, title="Green project")
    make_news(world.news, title="Plain news")
    make_news(world.news, title="Call for answers", types=["NEWS", "OPEN_CALL"])
    make_event(world.events, title="Meeting")
    make_menu(world.site, [])

    home = admin.get(reverse("wagtailadmin_home")).content.decode()
    narrowed = admin.get("/admin/news/", {"types": "OPEN_CALL"}).content.decode()

    for address, text in [
        ("/admin/projects/", "Green project"),
        ("/admin/news/", "Plain news"),
        ("/admin/events/", "Meeting"),
        ("/admin/snippets/home/menu/", "Main menu"),
    ]:
        assert address in home
        assert text in admin.get(address).content.decode()
    assert "Call for answers" in narrowed
    assert "Plain news" not in narrowed
    assert "News, Open call" in narrowed


def test_lists_are_narrowed_by_dates_projects_and_partners(admin: Client, world: World) -> None:
    partner = make_organisation(name="Partner")
    project = make_project(
        world.projects, title="Ours", starts_on=dt.date(2026, 5, 1), partners={partner: "PARTNER"}
    )
    make_project(world.projects, title="Theirs", starts_on=dt.date(2020, 5, 1))
    make_news(world.news, title="Fresh", published_on=dt.date(2026, 5, 2), project=project)
    make_news(world.news, title="Stale", published_on=dt.date(2020, 5, 2))
    may = dt.datetime(2026, 5, 3, 9, 0, tzinfo=dt.UTC)
    make_event(world.events, title="Ahead", starts_at=may, ends_at=None, project=project)
    make_event(world.events, title="Past", starts_at=may.replace(year=2020), ends_at=None)

    cases: list[tuple[str, str, dict[str, Any]]] = [
        ("/admin/projects/", "Ours", {"starts_on_from": "2026-01-01"}),
        ("/admin/projects/", "Ours", {"partners__organisation": partner.pk}),
        ("/admin/news/", "Fresh", {"published_on_from": "2026-01-01"}),
        ("/admin/news/", "Stale", {"published_on_to": "2026-01-01"}),
        ("/admin/news/", "Fresh", {"project": project.pk}),
        ("/admin/events/", "Ahead", {"starts_at_from": "2026-01-01"}),
        ("/admin/events/", "Ahead", {"project": project.pk}),
    ]
    for address, kept, conditions in cases:
        listed = admin.get(address, conditions).context["object_list"]
        assert [page.title for page in listed] == [kept], (address, conditions)


def test_a_support_service_is_chosen_among_services_alone(admin: Client, world: World) -> None:
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[world.cluster.pk])).content.decode()

    select = html.partition('<select name="support_services-__prefix__-term"')[2]
    offered = re.findall(r"<option[^>]*>([^<]+)</option>", select.partition("</select>")[0])
    terms = Term.objects.filter(scheme=TermScheme.SUPPORT_SERVICE)
    assert offered[1:] == [term.label_en for term in terms]


def test_terms_of_one_name_are_told_apart_where_one_is_chosen(admin: Client) -> None:
    html = admin.get("/admin/snippets/choose/content/term/", {"q": "Other"}).json()["html"]

    for scheme in ("Support service", "International support activity"):
        assert scheme in html


def test_the_profile_shows_its_completeness_with_links_to_the_fields(
    admin: Client, world: World
) -> None:
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[world.cluster.pk])).content.decode()

    anchors = field_anchors(ClusterPage.get_edit_handler())
    missing = world.cluster.completeness.missing
    assert f"{world.cluster.completeness.score} of 100 points" in html
    assert missing
    for item in missing:
        assert f'href="#{anchors[item.panel]}"' in html
        assert f'id="{anchors[item.panel]}"' in html


def test_the_profile_shows_the_whole_formula(admin: Client, world: World) -> None:
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[world.cluster.pk])).content.decode()

    counted = html.partition("How it is counted")[2].partition("</details>")[0]
    assert re.findall(r"<li>(.+): (\d+)</li>", counted) == [
        (item.label, str(item.points)) for item in FORMULA
    ]


def test_the_composition_is_added_in_the_form(admin: Client, world: World) -> None:
    data = open_form(admin, world.cluster)
    add_row(data, "compositions", members=286, smes=280, large_companies=0, as_of="2019-05-01")

    answer = send_form(admin, world.cluster, data, publish=True)

    assert answer.status_code == 302
    row = ClusterPage.objects.get(pk=world.cluster.pk).current_composition
    assert row is not None
    assert (row.members, row.smes, row.large_companies, row.start_ups) == (286, 280, 0, None)


def test_parts_above_the_total_are_refused_at_their_field(admin: Client, world: World) -> None:
    data = open_form(admin, world.cluster)
    add_row(data, "compositions", members=10, smes=11)

    answer = send_form(admin, world.cluster, data, publish=True)

    assert answer.status_code == 200
    assert "More small and medium-sized companies than members" in answer.content.decode()


def test_a_second_coordinator_is_refused_at_its_row(admin: Client, world: World) -> None:
    page = make_project(world.projects)
    data = open_form(admin, page)
    for name in ("First", "Second"):
        organisation = make_organisation(name=name)
        add_row(data, "partners", organisation=organisation.pk, role="COORDINATOR")

    html = send_form(admin, page, data, publish=True).content.decode()

    assert "A project has one coordinator: choose another role." in html
    assert ProjectPage.objects.get().partners.count() == 0


def test_a_partner_named_twice_is_refused_at_its_row(admin: Client, world: World) -> None:
    page, organisation = make_project(world.projects), make_organisation()
    data = open_form(admin, page)
    for role in ("COORDINATOR", "PARTNER"):
        add_row(data, "partners", organisation=organisation.pk, role=role)

    html = send_form(admin, page, data, publish=True).content.decode()

    assert "This organisation is a partner already." in html


def test_a_draft_may_lack_what_publishing_needs(admin: Client, world: World) -> None:
    page = make_news(world.news, live=False)
    data = open_form(admin, page)
    data["introduction"] = ""
    data.setlist("types", [])

    saved = send_form(admin, page, data)
    refused = send_form(admin, page, data, publish=True)

    assert saved.status_code == 302
    assert refused.status_code == 200
    assert set(refused.context["form"].errors) == {"introduction", "types"}
    assert NewsPage.objects.get().live is False


def test_a_placeholder_title_is_named_when_publishing(admin: Client, world: World) -> None:
    page = make_news(
        world.news, title="Title missing", placeholder_title="Title missing", live=False
    )

    refused = send_form(admin, page, open_form(admin, page), publish=True)

    assert refused.context["form"].errors == {
        "title": ["This title only holds the place: write a real one, then publish."]
    }


def test_times_are_shown_and_read_in_the_zone_of_the_event(admin: Client, world: World) -> None:
    page = make_event(
        world.events,
        time_zone="Europe/London",
        starts_at=dt.datetime(2026, 7, 1, 9, 0, tzinfo=dt.UTC),
    )
    data = open_form(admin, page)
    shown = (data["starts_at"], data["ends_at"])
    data["starts_at"] = "2026-07-01 10:30"

    answer = send_form(admin, page, data, publish=True)

    assert shown == ("2026-07-01 10:00", "2026-07-01 12:00")
    assert answer.status_code == 302
    page = EventPage.objects.get()
    assert page.starts_at == dt.datetime(2026, 7, 1, 9, 30, tzinfo=dt.UTC)
    assert page.ends_at == dt.datetime(2026, 7, 1, 11, 0, tzinfo=dt.UTC)


def test_a_time_that_clocks_skip_is_refused_at_its_field(admin: Client, world: World) -> None:
    page = make_event(world.events)
    data = open_form(admin, page)
    data["starts_at"] = "2026-03-29 03:30"

    refused = send_form(admin, page, data, publish=True)

    assert refused.context["form"].errors == {
        "starts_at": ["Clocks in Europe/Sofia were set forward then: give a time an hour later."]
    }


def test_settings_and_menus_can_be_edited(admin: Client, world: World) -> None:
    menu = make_menu(world.site, [{"text": "News", "page": world.news.pk}])

    for address in (
        reverse("wagtailsettings:edit", args=["home", "sitesettings", world.site.pk]),
        reverse("wagtailsnippets_home_menu:edit", args=[menu.pk]),
        reverse("wagtailsnippets_home_menu:add"),
        reverse("wagtailredirects:index"),
    ):
        assert admin.get(address).status_code == 200, address
    assert SiteSettings.objects.count() == 1
