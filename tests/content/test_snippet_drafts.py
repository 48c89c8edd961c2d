"""A draft of a snippet always saves what was typed; only publishing refuses contradictions."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from cms.content.models import Organisation, Person, Term
from tests.factories import make_organisation, make_person, make_term

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin", "a@example.org", "x"))
    return client


def snippet_form(client: Client, thing: Any) -> dict[str, str]:
    """Return what the form of a snippet holds."""
    form = client.get(edit_address(thing)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False, [])}


def edit_address(thing: Any) -> str:
    return reverse(thing.snippet_viewset.get_url_name("edit"), args=[thing.pk])


def person_of() -> Person:
    return make_person(consent_given=False)


SNIPPETS: list[Any] = [
    (person_of, {"consent_given": "on", "consent_on": ""}, "consent_on"),
    (person_of, {"email": "nobody"}, "email"),
    (person_of, {"name": ""}, "name"),
    (make_organisation, {"website": "not an address"}, "website"),
    (make_term, {"code": "small letters"}, "code"),
    (make_term, {"label_en": ""}, "label_en"),
]


@pytest.mark.parametrize("is_live", [True, False])
@pytest.mark.parametrize(("make", "typed", "field"), SNIPPETS)
def test_a_draft_of_a_snippet_keeps_what_publishing_refuses(
    admin: Client, make: Any, typed: dict[str, str], field: str, is_live: bool
) -> None:
    thing = make()
    type(thing).objects.filter(pk=thing.pk).update(live=is_live)
    data = {**snippet_form(admin, thing), **typed}

    saved = admin.post(edit_address(thing), data)
    refused = admin.post(edit_address(thing), {**data, "action-publish": "1"})

    assert saved.status_code == 302
    shown = snippet_form(admin, thing)
    assert {name: bool(shown.get(name)) for name in typed} == {n: bool(v) for n, v in typed.items()}
    assert list(refused.context["form"].errors) == [field]
    with pytest.raises(ValidationError) as refusal:
        type(thing).objects.get(pk=thing.pk).latest_revision.publish()
    assert list(refusal.value.message_dict) == [field]


def test_a_draft_of_a_term_may_stand_below_itself(admin: Client) -> None:
    term = make_term()
    data = {**snippet_form(admin, term), "broader": str(term.pk)}

    saved = admin.post(edit_address(term), data)
    refused = admin.post(edit_address(term), {**data, "action-publish": "1"})

    assert saved.status_code == 302
    assert refused.context["form"].errors == {"broader": ["A term cannot include itself."]}


def test_several_drafts_of_terms_have_no_code_yet(admin: Client) -> None:
    address = reverse(Term.snippet_viewset.get_url_name("add"))
    data = {"scheme": "NEWS_TOPIC", "code": "", "label_en": "Draft", "label_bg": ""}

    answers = [admin.post(address, data) for _number in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Term.objects.filter(label_en="Draft", code="").count() == 2


def test_a_snippet_is_reverted_to_a_draft_with_a_contradiction(admin: Client) -> None:
    person = make_person(name="Ana", consent_given=False)
    data = {**snippet_form(admin, person), "consent_given": "on"}
    admin.post(edit_address(person), data)
    old = Person.objects.get().latest_revision
    admin.post(edit_address(person), {"name": "Eva"})
    address = reverse(
        Person.snippet_viewset.get_url_name("revisions_revert"), args=[person.pk, old.pk]
    )

    answer = admin.post(address, data)

    assert answer.status_code == 302
    draft = Person.objects.get().get_latest_revision_as_object()
    assert (draft.name, draft.consent_given, draft.consent_on) == ("Ana", True, None)


def test_a_new_snippet_is_saved_with_a_contradiction(admin: Client) -> None:
    address = reverse(Organisation.snippet_viewset.get_url_name("add"))
    data = {"name": "Draft", "kind": "SME", "country": "", "website": "nowhere at all"}

    saved = admin.post(address, data)

    assert saved.status_code == 302
    assert Organisation.objects.get(name="Draft").website == "https://nowhere at all"
