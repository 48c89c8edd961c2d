"""A draft always saves what was typed; contradictions are refused at their field when publishing."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.models import ClusterPage
from news.models import EventPage, NewsPage
from projects.models import ProjectPage
from tests.admin_forms import add_row, open_form, send_form
from tests.factories import make_organisation
from tests.page_factories import (
    World,
    locale,
    make_event,
    make_news,
    make_project,
    make_world,
    translate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin", "a@example.org", "x"))
    return client


def latest(page: Any) -> Any:
    return type(page).objects.get(pk=page.pk).get_latest_revision_as_object()


def cluster_of(world: World) -> ClusterPage:
    return ClusterPage.objects.get(pk=world.cluster.pk)


def news_of(world: World) -> NewsPage:
    return make_news(world.news, types=["OPEN_CALL"])


def event_of(world: World) -> EventPage:
    return make_event(world.events)


def project_of(world: World) -> ProjectPage:
    return make_project(world.projects)


# --- Times of the schedule ---------------------------------------------------------------------


def expired_news(world: World) -> NewsPage:
    page = make_news(world.news)
    NewsPage.objects.filter(pk=page.pk).update(
        expire_at=timezone.now() - dt.timedelta(minutes=1), live=False, expired=True
    )
    return NewsPage.objects.get(pk=page.pk)


def test_a_draft_saves_after_its_expiry_and_keeps_the_time(admin: Client, world: World) -> None:
    page = expired_news(world)

    answer = send_form(admin, page, open_form(admin, page))

    assert answer.status_code == 302
    written = page.expire_at.replace(second=0, microsecond=0)
    assert latest(page).expire_at.replace(second=0, microsecond=0) == written


def test_publishing_after_the_expiry_says_what_to_do(admin: Client, world: World) -> None:
    page = expired_news(world)

    answer = send_form(admin, page, open_form(admin, page), publish=True)

    assert answer.status_code == 200
    assert answer.context["form"].errors == {
        "expire_at": ["This time has passed. Remove it or give a later one, then publish."]
    }
    assert not NewsPage.objects.get(pk=page.pk).live


def test_approving_after_the_expiry_is_refused_too(world: World) -> None:
    revision = expired_news(world).save_revision()

    with pytest.raises(ValidationError) as refusal:
        revision.publish()

    assert list(refusal.value.message_dict) == ["expire_at"]


def test_a_draft_may_expire_before_it_goes_live(admin: Client, world: World) -> None:
    page = make_news(world.news)
    data = open_form(admin, page)
    data["go_live_at"], data["expire_at"] = "2099-02-01 10:00", "2099-01-01 10:00"

    saved = send_form(admin, page, data)
    refused = send_form(admin, page, data, publish=True)

    assert saved.status_code == 302
    assert latest(page).go_live_at > latest(page).expire_at
    assert refused.context["form"].errors == {
        "expire_at": ["Give a time after the go-live time, or change that one."]
    }


# --- Fields that contradict each other ---------------------------------------------------------

CONTRADICTIONS: list[Any] = [
    (
        news_of,
        {"call_opens_at": "2030-02-01 10:00", "call_closes_at": "2030-01-01 10:00"},
        "call_closes_at",
    ),
    (news_of, {"budget": "10", "maximum_grant": "11"}, "maximum_grant"),
    (news_of, {"budget": "-10"}, "budget"),
    (news_of, {"correction_note": "Another day."}, "corrected_at"),
    (news_of, {"attribution_url": "https://not an address"}, "attribution_url"),
    (event_of, {"starts_at": "2030-02-01 10:00", "ends_at": "2030-01-01 10:00"}, "ends_at"),
    (event_of, {"starts_at": "2030-03-31 03:30", "ends_at": ""}, "starts_at"),
    (project_of, {"starts_on": "2030-02-01", "ends_on": "2030-01-01"}, "ends_on"),
    (
        project_of,
        {"starts_on": "2030-01-01", "ends_on": "2030-12-31", "duration_months": "3"},
        "duration_months",
    ),
    (project_of, {"duration_months": "999"}, "duration_months"),
    (project_of, {"minimum_age": "30", "maximum_age": "20"}, "maximum_age"),
    (cluster_of, {"country": "BG", "region_code": "RO11"}, "region_code"),
    (cluster_of, {"region_code": "north"}, "region_code"),
]


@pytest.mark.parametrize(("make", "typed", "field"), CONTRADICTIONS)
def test_a_draft_keeps_a_contradiction_and_publishing_names_it(
    admin: Client, world: World, make: Any, typed: dict[str, str], field: str
) -> None:
    page = make(world)
    data = open_form(admin, page)
    for name, value in typed.items():
        data[name] = value

    saved = send_form(admin, page, data)
    refused = send_form(admin, page, data, publish=True)

    assert saved.status_code == 302
    shown = open_form(admin, page)
    kept = {name: value for name, value in typed.items() if "03:30" not in value}
    assert {name: str(shown[name]).strip() for name in kept} == kept
    assert refused.status_code == 200
    assert list(refused.context["form"].errors) == [field]
    # A draft holds a time that clocks skip as the one an hour later, which contradicts nothing.
    if kept == typed:
        with pytest.raises(ValidationError) as refusal:
            type(page).objects.get(pk=page.pk).get_latest_revision().publish()
        assert list(refusal.value.message_dict) == [field]


def test_what_no_database_can_hold_is_refused_in_a_draft(admin: Client, world: World) -> None:
    page = project_of(world)
    data = open_form(admin, page)
    data["duration_months"], data["acronym"], data["starts_on"] = "99999", "a" * 61, "soon"

    answer = send_form(admin, page, data)

    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"duration_months", "acronym", "starts_on"}


def test_a_taken_address_is_refused_in_a_draft(admin: Client, world: World) -> None:
    make_news(world.news, slug="taken")
    page = make_news(world.news)
    data = open_form(admin, page)
    data["slug"] = "taken"

    answer = send_form(admin, page, data)

    assert list(answer.context["form"].errors) == ["slug"]


def test_autosave_keeps_a_contradiction(admin: Client, world: World) -> None:
    page = event_of(world)
    data = open_form(admin, page)
    data["starts_at"], data["ends_at"] = "2030-02-01 10:00", "2030-01-01 10:00"

    answer = admin.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        data,
        headers={"accept": "application/json"},
    )

    assert (answer.status_code, answer.json()["success"]) == (200, True)
    assert latest(page).ends_at < latest(page).starts_at


def test_submitting_a_contradiction_is_refused(admin: Client, world: World) -> None:
    page = event_of(world)
    data = open_form(admin, page)
    data["starts_at"], data["ends_at"] = "2030-02-01 10:00", "2030-01-01 10:00"
    data["action-submit"] = "1"

    answer = admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)

    assert list(answer.context["form"].errors) == ["ends_at"]


# --- Rows --------------------------------------------------------------------------------------


def with_row(data: QueryDict, relation: str, **values: Any) -> QueryDict:
    add_row(data, relation, **values)
    return data


ROWS: list[Any] = [
    (project_of, "partners", {"organisation": "", "role": "PARTNER"}, "organisation"),
    (project_of, "partners", {"organisation": "", "role": "COORDINATOR"}, "organisation"),
    (project_of, "results", {"quantity": "3", "text": ""}, "text"),
    (project_of, "documents", {"document": ""}, "document"),
    (event_of, "organisers", {"organisation": ""}, "organisation"),
    (cluster_of, "management_team", {"person": ""}, "person"),
    (cluster_of, "support_services", {"term": "", "other_text": "Advice"}, "term"),
    (cluster_of, "compositions", {"members": "10", "smes": "11"}, "smes"),
    (
        cluster_of,
        "labels",
        {"level": "GOLD", "awarded_on": "2030-02-01", "valid_until": "2030-01-01"},
        "valid_until",
    ),
]


# Rows are stored alike whatever relation they are of, and otherwise while the page is not live.
CASES = [*((*row, True) for row in ROWS), (*ROWS[0], False), (*ROWS[-1], False)]


@pytest.mark.parametrize(("make", "relation", "typed", "field", "is_live"), CASES)
def test_a_draft_keeps_an_incomplete_row_and_publishing_names_it(
    admin: Client,
    world: World,
    make: Any,
    relation: str,
    typed: dict[str, str],
    field: str,
    is_live: bool,
) -> None:
    page = make(world)
    type(page).objects.filter(pk=page.pk).update(live=is_live)
    data = with_row(open_form(admin, page), relation, **typed)

    saved = send_form(admin, page, data)
    shown = open_form(admin, page)
    refused = send_form(admin, page, shown, publish=True)

    assert saved.status_code == 302
    assert {name: shown[f"{relation}-0-{name}"] for name in typed} == typed
    assert refused.status_code == 200
    (errors,) = refused.context["form"].formsets[relation].errors
    assert list(errors) == [field]
    with pytest.raises(ValidationError) as refusal:
        type(page).objects.get(pk=page.pk).get_latest_revision().publish()
    assert list(refusal.value.message_dict) == [relation]


def test_a_new_page_is_saved_with_an_empty_row(admin: Client, world: World) -> None:
    model = ["projects", "projectpage", world.projects.pk]
    address = reverse("wagtailadmin_pages:add", args=model)
    page = make_project(world.projects)
    data = with_row(open_form(admin, page), "partners", organisation="", role="PARTNER")
    data["slug"], data["title"] = "new", "New"

    answer = admin.post(address, data)

    made = ProjectPage.objects.get(slug="new")
    assert (answer.status_code, made.partners.count()) == (302, 0)
    assert [row.organisation_id for row in latest(made).partners.all()] == [None]


def test_an_incomplete_row_is_compared_copied_translated_and_reverted_to(
    admin: Client, world: World
) -> None:
    page = project_of(world)
    first = page.save_revision()
    row = {"organisation": "", "role": "COORDINATOR"}
    send_form(admin, page, with_row(open_form(admin, page), "partners", **row))
    second = ProjectPage.objects.get(pk=page.pk).latest_revision
    translate(world.projects)
    addresses = [
        reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first.pk, second.pk]),
        reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, second.pk]),
        reverse("outside", args=[page.pk]),
    ]

    answers = [admin.get(address).status_code for address in addresses]
    copy = page.specific_class.objects.get(pk=page.pk).copy(update_attrs={"slug": "copy"})
    translation = ProjectPage.objects.get(pk=page.pk).copy_for_translation(locale("bg"))

    assert answers == [200, 200, 200]
    assert [made.partners.count() for made in (copy, translation)] == [0, 0]
    assert [row.role for row in latest(copy).partners.all()] == ["COORDINATOR"]


def test_a_draft_survives_the_deletion_of_what_it_refers_to(admin: Client, world: World) -> None:
    page, organisation = project_of(world), make_organisation()
    row = {"organisation": organisation.pk, "role": "COORDINATOR"}
    send_form(admin, page, with_row(open_form(admin, page), "partners", **row))
    organisation.delete()

    shown = open_form(admin, page)

    assert (shown["partners-0-organisation"], shown["partners-0-role"]) == ("", "COORDINATOR")
    with pytest.raises(ValidationError) as refusal:
        ProjectPage.objects.get(pk=page.pk).get_latest_revision().publish()
    assert refusal.value.message_dict == {
        "partners": ["Row 1: Organisation: This field is required."]
    }


def test_a_row_that_is_completed_later_is_published(admin: Client, world: World) -> None:
    page = project_of(world)
    data = with_row(open_form(admin, page), "partners", organisation="", role="PARTNER")
    send_form(admin, page, data)
    organisation = make_organisation()
    data = open_form(admin, page)
    data["partners-0-organisation"] = str(organisation.pk)

    send_form(admin, page, data, publish=True)

    rows = ProjectPage.objects.get(pk=page.pk).partners.all()
    assert [row.organisation for row in rows] == [organisation]


def test_a_draft_may_name_a_partner_twice_and_two_coordinators(admin: Client, world: World) -> None:
    page = project_of(world)
    organisation = str(make_organisation().pk)
    data = open_form(admin, page)
    for _number in range(2):
        add_row(data, "partners", organisation=organisation, role="COORDINATOR")

    saved = send_form(admin, page, data)
    refused = send_form(admin, page, open_form(admin, page), publish=True)

    assert saved.status_code == 302
    assert latest(page).partners.count() == 2
    assert refused.context["form"].formsets["partners"].errors == [
        {},
        {
            "organisation": ["This organisation is a partner already."],
            "role": ["A project has one coordinator: choose another role."],
        },
    ]


# --- Blocks ------------------------------------------------------------------------------------

LINK = {"text": "Both", "page": "", "address": "https://example.org/"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("link", LINK),
        ("link", {**LINK, "page": "", "address": "not an address"}),
        ("embed", {"address": "https://example.org/1", "title": "Elsewhere"}),
        ("heading", {"text": "x" * 201, "level": "2"}),
        ("document", {"document": ""}),
    ],
)
def test_a_draft_keeps_a_block_that_is_refused(
    admin: Client, world: World, kind: str, value: dict[str, str]
) -> None:
    page = make_news(world.news)
    if kind == "link" and value is LINK:
        value = {**LINK, "page": str(world.news.pk)}
    data = open_form(admin, page)
    data["body-count"] = "1"
    for name, typed in {"deleted": "", "type": kind, "order": "0", "id": ""}.items():
        data[f"body-0-{name}"] = typed
    for name, typed in value.items():
        data[f"body-0-value-{name}"] = typed

    saved = send_form(admin, page, data)
    refused = send_form(admin, page, data, publish=True)

    assert saved.status_code == 302
    (block,) = latest(page).body.raw_data
    assert {name: str(block["value"][name] or "") for name in value} == value
    assert list(refused.context["form"].errors) == ["body"]
    with pytest.raises(ValidationError) as refusal:
        NewsPage.objects.get(pk=page.pk).get_latest_revision().publish()
    assert [text[:9] for text in refusal.value.message_dict["body"]] == ["Block 1: "]
