"""Organisations, people and programmes are submitted and approved as pages are."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from wagtail.models import Workflow, WorkflowContentType

from cms.content.models import Organisation, Person, Programme, Term
from tests.factories import make_organisation, make_person, make_programme, make_term

pytestmark = pytest.mark.django_db

PERSON = {"name": "Ana", "consent_given": "on", "consent_on": "2020-01-01"}
NEW: list[Any] = [
    (Organisation, {"name": "ACME", "kind": "SME"}),
    (Person, PERSON),
    (Programme, {"name": "COSME"}),
]


def member(role: str) -> User:
    user = User.objects.create_user(role.lower(), f"{role}@example.org", "x")
    user.groups.add(Group.objects.get(name=role))
    return user


def view(model: Any, name: str, *args: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name(name), args=args)


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(member("Editors"))
    return client


@pytest.fixture
def moderator() -> Client:
    client = Client()
    client.force_login(member("Moderators"))
    return client


@pytest.mark.parametrize(("model", "data"), NEW)
def test_an_editor_submits_and_a_moderator_approves(
    editor: Client, moderator: Client, model: Any, data: dict[str, str]
) -> None:
    submitted = editor.post(view(model, "add"), {**data, "action-submit": "1"})
    thing = model.objects.get()
    state, task = thing.current_workflow_state, thing.current_workflow_task_state
    home = reverse("wagtailadmin_home")
    dashboards = [client.get(home).content.decode() for client in (editor, moderator)]
    approve = view(model, "workflow_action", thing.pk, "approve", task.pk)
    approved = moderator.post(approve, {"comment": ""})

    assert (submitted.status_code, approved.status_code) == (302, 302)
    assert (state.workflow.name, state.status) == ("Moderators", "in_progress")
    assert all(data["name"] in html for html in dashboards)
    thing.refresh_from_db()
    assert (thing.live, thing.current_workflow_state) == (True, None)


@pytest.mark.parametrize(("model", "data"), NEW)
def test_an_editor_cannot_publish(editor: Client, model: Any, data: dict[str, str]) -> None:
    editor.post(view(model, "add"), {**data, "action-publish": "1"})

    assert [thing.live for thing in model.objects.all()] == [False]


@pytest.mark.parametrize("make", [make_organisation, make_person, make_programme])
def test_the_form_offers_to_submit(editor: Client, make: Any) -> None:
    thing = make()

    html = editor.get(view(type(thing), "edit", thing.pk)).content.decode()

    assert 'name="action-submit"' in html
    assert "Submit to Moderators" in html
    assert 'name="action-publish"' not in html


def test_a_moderator_rejects_with_a_comment(editor: Client, moderator: Client) -> None:
    editor.post(view(Organisation, "add"), {"name": "ACME", "kind": "SME", "action-submit": "1"})
    thing = Organisation.objects.get()
    reject = view(
        Organisation, "workflow_action", thing.pk, "reject", thing.current_workflow_task_state.pk
    )

    moderator.post(reject, {"comment": "Which country?"})

    thing.refresh_from_db()
    assert (thing.live, thing.current_workflow_state.status) == (False, "needs_changes")
    assert "Which country?" in editor.get(view(Organisation, "edit", thing.pk)).content.decode()


def test_approving_what_contradicts_itself_is_refused(editor: Client, moderator: Client) -> None:
    editor.post(view(Person, "add"), {**PERSON, "action-submit": "1"})
    person = Person.objects.get()
    moderator.post(view(Person, "edit", person.pk), {**PERSON, "consent_on": ""})
    task = person.current_workflow_task_state
    approve = view(Person, "workflow_action", person.pk, "approve", task.pk)

    answer = moderator.post(approve, {"comment": ""})

    person.refresh_from_db()
    assert (answer.status_code, person.live) == (302, False)
    assert person.current_workflow_state.status == "in_progress"


def test_whoever_may_publish_terms_publishes_them(client: Client) -> None:
    user = User.objects.create_user("terms", "t@example.org", "x")
    names = ["access_admin", "add_term", "change_term", "publish_term", "view_term"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    data = {"scheme": "NEWS_TOPIC", "code": "PRIZES", "label_en": "Prizes"}

    client.post(view(Term, "add"), {**data, "action-publish": "1"})

    assert Term.objects.get(code="PRIZES").live
    assert not hasattr(make_term(), "current_workflow_state")


def test_the_migration_leaves_snippets_and_a_workflow_of_ones_own_alone() -> None:
    organisation, person = make_organisation(name="ACME"), make_person(name="Ana")
    revision = organisation.save_revision()
    own = Workflow.objects.create(name="Own")
    WorkflowContentType.objects.all().delete()
    organisations = ContentType.objects.get_for_model(Organisation)
    WorkflowContentType.objects.create(content_type=organisations, workflow=own)

    import_module("home.migrations.0010_workflow_of_snippets").assign(apps, None)

    organisation.refresh_from_db()
    assert (organisation.live, organisation.latest_revision) == (True, revision)
    assert organisation.get_workflow() == own
    assert person.get_workflow().name == "Moderators"
    assert Programme.get_default_workflow().name == "Moderators"
