"""Drafts may be incomplete; publishing may not, whoever asks."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import nested_form_data, streamfield

from cms.content.models import Person, PersonField
from home.models import StandardPage
from tests.factories import make_image, make_person
from tests.page_factories import make_cluster, make_standard_page

pytestmark = pytest.mark.django_db

ALT = "Describe the picture for people who cannot see it, or tick “decorative” if it says nothing."


def body(*, alt: str = "", is_decorative: bool = False) -> list[dict[str, Any]]:
    image = make_image()
    use = {"image": image.pk, "alt": alt, "is_decorative": is_decorative, "caption": ""}
    return [
        {"type": "heading", "value": {"text": "Hello", "level": "2"}},
        {"type": "image", "value": use},
        {"type": "gallery", "value": {"pictures": [{"type": "item", "value": use}]}},
    ]


@pytest.fixture
def page() -> StandardPage:
    return make_standard_page(make_cluster(), title="Join us", slug="join")


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("editor", "e@example.org", "x"))
    return client


def form(page: StandardPage, *, image: str, action: str | None = None, **changes: Any) -> Any:
    use = {"image": image, "alt": "", "is_decorative": "", "caption": ""}
    data = {
        "title": page.title,
        "slug": page.slug,
        "introduction": "",
        "picture": "",
        "picture_alt": "",
        "seo_title": "",
        "search_description": "",
        "body": streamfield([("image", use)]),
        "comments": {
            "TOTAL_FORMS": "0",
            "INITIAL_FORMS": "0",
            "MIN_NUM_FORMS": "0",
            "MAX_NUM_FORMS": "1000",
        },
        **changes,
    }
    if action:
        data[f"action-{action}"] = action
    return nested_form_data(data)


def edit_address(page: StandardPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


# --- Code, revisions and the scheduler ---------------------------------------------------------


def test_live_page_needs_the_text_of_its_picture(page: StandardPage) -> None:
    page.picture = make_image()

    with pytest.raises(ValidationError) as refusal:
        page.save()

    assert refusal.value.message_dict == {"picture_alt": [ALT]}
    assert StandardPage.objects.get().picture is None


@pytest.mark.parametrize("use", [{"picture_alt": "A bridge"}, {"picture_is_decorative": True}])
def test_picture_with_a_text_or_the_word_decorative_is_published(
    page: StandardPage, use: dict[str, Any]
) -> None:
    page.picture = make_image()
    for name, value in use.items():
        setattr(page, name, value)

    page.save()

    found = StandardPage.objects.get().picture_value()
    assert found is not None
    assert (found.alt, found.is_decorative) == (
        use.get("picture_alt", ""),
        use.get("picture_is_decorative", False),
    )


def test_every_picture_of_a_body_is_named(page: StandardPage) -> None:
    page.body = body(alt=" ")

    with pytest.raises(ValidationError) as refusal:
        page.save()

    assert refusal.value.message_dict == {"body": [f"Block 2: {ALT}", f"Block 3: {ALT}"]}


def test_body_with_texts_is_published(page: StandardPage) -> None:
    page.body = body(alt="A bridge")
    page.save()
    page.body = body(is_decorative=True)
    page.save()

    assert page.publication_problems() == []


def test_draft_is_saved_incomplete_and_refused_when_published(page: StandardPage) -> None:
    page.body = body()

    revision = page.save_revision()

    with pytest.raises(ValidationError) as refusal:
        revision.publish()
    assert list(refusal.value.message_dict) == ["body"]
    stored = StandardPage.objects.get()
    assert len(stored.body) == 0
    assert stored.has_unpublished_changes


def test_scheduling_is_refused_at_once(page: StandardPage) -> None:
    page.body = body()
    page.go_live_at = timezone.now() + dt.timedelta(days=1)
    revision = page.save_revision()

    with pytest.raises(ValidationError):
        revision.publish()

    revision.refresh_from_db()
    assert revision.approved_go_live_at is None


def test_scheduler_publishes_what_is_complete(page: StandardPage) -> None:
    page.body = body(alt="A bridge")
    revision = page.save_revision(approved_go_live_at=timezone.now() - dt.timedelta(minutes=1))

    call_command("publish_scheduled")

    page.refresh_from_db()
    assert page.live_revision_id == revision.pk
    assert len(page.body) == 3


def test_new_page_is_made_as_an_incomplete_draft(page: StandardPage) -> None:
    draft = StandardPage(title="Draft", slug="draft", live=False, picture=make_image())

    page.add_child(instance=draft)

    assert [problem.field for problem in draft.publication_problems()] == ["picture_alt"]


# --- The admin ---------------------------------------------------------------------------------


def test_admin_saves_an_incomplete_draft(editor: Client, page: StandardPage) -> None:
    answer = editor.post(edit_address(page), form(page, image=str(make_image().pk)))

    assert answer.status_code == 302
    latest = StandardPage.objects.get().get_latest_revision_as_object()
    assert [block.block_type for block in latest.body] == ["image"]


def test_admin_saves_a_draft_without_its_picture(editor: Client, page: StandardPage) -> None:
    answer = editor.post(edit_address(page), form(page, image=""))

    assert answer.status_code == 302


def test_admin_refuses_to_publish_a_block_without_a_text(
    editor: Client, page: StandardPage
) -> None:
    data = form(page, image=str(make_image().pk), action="publish")

    answer = editor.post(edit_address(page), data)

    assert answer.status_code == 200
    block_error = answer.context["form"].errors.as_data()["body"][0].as_json_data()
    assert block_error == {"blockErrors": {0: {"blockErrors": {"alt": {"messages": [ALT]}}}}}
    assert len(answer.context["form"].errors["body"]) == 1
    page.refresh_from_db()
    assert len(page.body) == 0


def test_admin_refuses_to_publish_a_page_picture_without_a_text(
    editor: Client, page: StandardPage
) -> None:
    image = make_image()
    data = form(page, image="", action="publish", body=streamfield([]), picture=str(image.pk))

    answer = editor.post(edit_address(page), data)

    assert answer.status_code == 200
    assert answer.context["form"].errors == {"picture_alt": [ALT]}
    page.refresh_from_db()
    assert page.picture is None


def test_admin_publishes_what_is_complete(editor: Client, page: StandardPage) -> None:
    image = make_image()
    data = form(
        page,
        image="",
        action="publish",
        body=streamfield([]),
        picture=str(image.pk),
        picture_alt="A bridge",
    )

    answer = editor.post(edit_address(page), data)

    assert answer.status_code == 302
    page.refresh_from_db()
    assert page.picture == image


def test_admin_takes_the_usual_text_of_a_picture_in_the_language_of_the_page(
    editor: Client, page: StandardPage
) -> None:
    image = make_image(default_alt_en="A bridge", default_alt_bg="Мост")
    data = form(page, image=str(image.pk), action="publish", picture=str(image.pk))

    answer = editor.post(edit_address(page), data)

    assert answer.status_code == 302
    page.refresh_from_db()
    assert page.picture_alt == "A bridge"
    assert page.body[0].value["alt"] == "A bridge"


def test_usual_text_in_another_language_is_not_taken(editor: Client, page: StandardPage) -> None:
    image = make_image(default_alt_bg="Мост")
    data = form(page, image=str(image.pk), action="publish")

    answer = editor.post(edit_address(page), data)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["body"]


def test_admin_refuses_to_publish_a_person_without_the_text_of_the_portrait(
    editor: Client,
) -> None:
    person = make_person(name="Ana")
    address = reverse(Person.snippet_viewset.get_url_name("edit"), args=[person.pk])
    data = {
        "name": "Ana",
        "local_name": "",
        "role_en": "",
        "role_bg": "",
        "biography_en": "",
        "biography_bg": "",
        "email": "",
        "phone": "",
        "consent_given": "on",
        "consent_on": "2020-01-01",
        "public_fields": [PersonField.PICTURE.value],
        "picture": str(make_image().pk),
        "picture_alt": "",
    }

    refused = editor.post(address, {**data, "action-publish": "action-publish"})
    saved = editor.post(address, data)

    assert refused.status_code == 200
    assert refused.context["form"].errors == {"picture_alt": [ALT]}
    assert saved.status_code == 302
    person.refresh_from_db()
    assert person.picture is None
    assert person.get_latest_revision_as_object().public_fields == ["picture"]
