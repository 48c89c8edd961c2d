"""The tab "Outside" shows a draft as others will see it, and where what is public has got to."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from cms.publishing.entries import entries
from cms.publishing.models import PublishedItem
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.loads import Things
from cms.syndication.models import DeliveryState
from cms.syndication.outside import Outside
from tests.page_factories import NOON, World, make_event, make_news, make_project
from tests.syndication.portals import make_delivery, make_portal, member, row_of

pytestmark = pytest.mark.usefixtures("numbered")


def _outside(client: Client, page: Any) -> Any:
    return client.get(reverse("outside", args=[page.pk]))


def _look(client: Client, page: Any) -> Outside:
    found: Outside = _outside(client, page).context["look"]
    return found


@pytest.fixture
def editor(client: Client) -> Client:
    """Return the window of an editor."""
    client.force_login(member("Editors"))
    return client


def test_the_tab_stands_in_the_forms_of_news_events_and_projects(
    world: World, editor: Client
) -> None:
    pages = [make_news(world.news), make_event(world.events), make_project(world.projects)]

    for page in pages:
        html = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert f'data-outside="{reverse("outside", args=[page.pk])}"' in html
    new = reverse("wagtailadmin_pages:add", args=["news", "newspage", world.news.pk])
    assert "Save a draft first" in editor.get(new).content.decode()


def test_the_tab_costs_the_form_nothing(world: World, editor: Client) -> None:
    page = make_news(world.news)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    editor.get(address)
    make_portal()

    with CaptureQueriesContext(connection) as queries:
        editor.get(address)

    said = " ".join(query["sql"] for query in queries)
    tables = ("syndication_portal", "syndication_delivery", "publishing_publisheditem")
    assert [table for table in tables if table in said] == []


def test_a_draft_looks_as_it_will_once_published(world: World, editor: Client) -> None:
    page = make_news(world.news, title="Old title", licence="CC-BY-4.0", live=False)
    page.title, page.introduction = "New title", "New words."
    page.save_revision()

    with time_machine.travel(NOON, tick=False):
        look = _look(editor, page)
        page.get_latest_revision().publish()
        context = ReadContext()
        context.load([need := Things((f"page:{page.pk}",), locale="en", tail=True)])
        (published,) = entries(context.results[need], context)

    assert look.entry == published
    assert (look.entry.title, look.entry.summary) == ("New title", "New words.")


def test_looking_writes_nothing(world: World, editor: Client) -> None:
    page = make_news(world.news, live=False)
    page.save_revision()

    with CaptureQueriesContext(connection) as queries:
        _outside(editor, page)

    wrote = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert wrote == []
    assert PublishedItem.objects.filter(key=f"page:{page.pk}").count() == 0


def test_search_engines_cut_what_is_too_long(world: World, editor: Client) -> None:
    page = make_news(world.news, title="Title " * 20, slug="long", search_description="Word " * 60)

    card = _look(editor, page).search

    assert (card.host, card.trail) == ("main.example", ("news", "long"))
    assert (len(card.title), card.title[-1], card.is_title_cut) == (60, "…", True)
    assert (len(card.description), card.is_description_cut) == (158, True)


def test_search_engines_see_what_was_written_for_them(world: World, editor: Client) -> None:
    page = make_news(world.news, seo_title="For engines", search_description="In short.")

    card = _look(editor, page).search

    assert (card.title, card.description) == ("For engines", "In short.")
    assert (card.is_title_cut, card.is_description_cut) == (False, False)


@pytest.mark.parametrize(
    ("fields", "when"),
    [
        ({}, "Mon 2 Mar 2026, 14:00 – 16:00"),
        ({"ends_at": NOON}, "Mon 2 Mar 2026, 14:00"),
        ({"ends_at": NOON + dt.timedelta(days=1)}, "Mon 2 Mar 2026, 14:00 – Tue 3 Mar 2026, 14:00"),
        ({"time_zone": "America/New_York"}, "Mon 2 Mar 2026, 07:00 – 09:00"),
    ],
)
def test_an_event_stands_in_calendars_by_the_clock_of_its_place(
    world: World, editor: Client, fields: dict[str, Any], when: str
) -> None:
    page = make_event(world.events, venue_name="Hall 3", venue_city="Sofia", **fields)

    card = _look(editor, page).calendar

    assert card is not None
    assert (card.when, card.place) == (when, "Hall 3, Sofia")


@pytest.mark.parametrize(
    ("days", "when"), [(0, "Mon 2 Mar 2026"), (2, "Mon 2 Mar 2026 – Wed 4 Mar 2026")]
)
def test_an_event_of_whole_days_names_its_days(
    world: World, editor: Client, days: int, when: str
) -> None:
    page = make_event(world.events, is_all_day=True, ends_at=NOON + dt.timedelta(days=days))
    page.full_clean()
    page.save()

    card = _look(editor, page).calendar

    assert card is not None
    assert card.when == when


def test_what_is_no_event_stands_in_no_calendar(world: World, editor: Client) -> None:
    assert _look(editor, make_news(world.news)).calendar is None
    assert _look(editor, make_project(world.projects)).calendar is None


def test_what_others_may_not_take_over_is_shown_to_search_engines_alone(
    world: World, editor: Client
) -> None:
    page = make_news(world.news, syndication_allowed=False)

    html = _outside(editor, page).content.decode()

    assert "Others may not take this over" in html
    assert [name in html for name in ("outside-search", "outside-feed", "outside-portal")] == [
        True,
        False,
        False,
    ]


def test_what_cannot_be_published_says_why(world: World, editor: Client) -> None:
    page = make_event(world.events, live=False)
    page.starts_at = None
    page.save_revision(clean=False)

    html = _outside(editor, page).content.decode()

    assert "cannot be published" in html
    assert "startsAt" in html


def test_words_of_a_draft_are_text_and_nothing_else(world: World, editor: Client) -> None:
    page = make_news(world.news, title="<script>alert(1)</script>", slug="script")

    html = _outside(editor, page).content.decode()

    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_the_tab_says_which_portals_have_it(world: World, editor: Client) -> None:
    page = make_news(world.news)
    holder, failing = make_portal(name="Holder"), make_portal(name="Failing")
    make_delivery(holder, row_of(page), DeliveryState.DELIVERED)
    make_delivery(failing, row_of(page), DeliveryState.FAILED, error="The answer was 500.")

    public = _outside(editor, page).content.decode()
    page.unpublish()
    withdrawn = _outside(editor, page).content.decode()

    assert "Has the present version" in public
    assert "Could not be brought the present version" in public
    assert "The answer was 500." in public
    assert "Portals have to take it down." in withdrawn
    assert "Has not confirmed the retraction" in withdrawn


def test_a_page_that_was_never_public_is_nowhere(world: World, editor: Client) -> None:
    page = make_news(world.news, live=False)
    page.save_revision()
    make_portal()

    assert "no portal has it" in _outside(editor, page).content.decode()


# Who may look


def _author(page: Page) -> User:
    """Return somebody who may add pages below a page, and edit only those of their own."""
    group = Group.objects.create(name="Authors")
    group.permissions.add(
        *Group.objects.get(name="Editors").permissions.filter(codename="access_admin")
    )
    GroupPagePermission.objects.create(
        group=group,
        page=page,
        permission_type="add",
    )
    user = User.objects.create_user("author", "author@example.org", "x")
    user.groups.add(group)
    return user


def test_a_draft_is_shown_to_those_alone_who_may_edit_it(world: World, client: Client) -> None:
    theirs = make_news(world.news, live=False, title="A canary of somebody else")
    theirs.save_revision()
    user = _author(world.news)
    mine = make_news(world.news, live=False, title="Of my own", owner=user)
    mine.save_revision()
    client.force_login(user)

    refused, shown = _outside(client, theirs), _outside(client, mine)

    assert refused.status_code in {302, 403}
    assert "canary" not in refused.content.decode()
    assert "Of my own" in shown.content.decode()


@pytest.mark.parametrize("role", ["Portal managers", "stranger"])
def test_who_edits_no_pages_sees_no_drafts(world: World, client: Client, role: str) -> None:
    page = make_news(world.news, live=False, title="A canary")
    page.save_revision()
    client.force_login(member(role))

    response = _outside(client, page)

    assert response.status_code in {302, 403}
    assert "canary" not in response.content.decode()


def test_what_a_draft_points_at_is_shown_only_while_it_is_public(
    world: World, editor: Client
) -> None:
    project = make_project(world.projects, title="A canary of a project")
    page = make_news(world.news, project=project)
    shown = _look(editor, page).entry.details["project"]

    project.unpublish()

    assert shown is not None
    assert _look(editor, page).entry.details["project"] is None
    # The editor who chose it is told that readers will not get it.
    assert _outside(editor, page).content.decode().count("canary") == 1


def test_a_page_that_is_not_there_is_404(world: World, editor: Client) -> None:
    assert editor.get(reverse("outside", args=[999_999])).status_code == 404
