"""What is shown of people and organisations."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from cms.content.models import Organisation, OrganisationKind, Person, PersonField
from cms.content.types import PictureValue
from cms.publishing.protocols import Reference, WithdrawalReason
from tests.factories import make_image, make_organisation, make_person, make_programme

pytestmark = pytest.mark.django_db


def test_only_agreed_fields_of_a_person_are_shown() -> None:
    person = make_person(
        role_en="Manager",
        role_bg="Мениджър",
        biography_en="Builds things.",
        email="canary-email@example.org",
        phone="canary-phone",
        picture=make_image(),
        picture_alt="Portrait",
        shown=[PersonField.ROLE],
    )

    assert person.public_role == {"en": "Manager", "bg": "Мениджър"}
    assert person.public_biography is None
    assert person.public_email is None
    assert person.public_phone is None
    assert person.public_picture is None
    assert "canary" not in repr(person.published_columns())


def test_every_field_of_a_person_can_be_shown() -> None:
    image = make_image()
    person = make_person(
        role_bg="Мениджър",
        biography_en="Builds things.",
        email="a@example.org",
        phone="+359 2 000",
        picture=image,
        picture_alt="Portrait",
        shown=list(PersonField),
    )

    assert person.public_role == {"bg": "Мениджър"}
    assert person.public_biography == {"en": "Builds things."}
    assert person.public_email == "a@example.org"
    assert person.public_phone == "+359 2 000"
    expected = PictureValue({"en": "Portrait"}, False, Reference("image", image.pk))
    assert person.public_picture == expected


def test_empty_agreed_fields_are_null() -> None:
    person = make_person(shown=list(PersonField))

    assert person.public_role is None
    assert person.public_biography is None
    assert person.public_email is None
    assert person.public_phone is None
    assert person.public_picture is None
    assert person.stated_local_name is None


def test_person_is_withheld_without_consent() -> None:
    assert Person.published_conditions == {
        "live": WithdrawalReason.UNPUBLISHED,
        "consent_given": WithdrawalReason.CONSENT,
    }


def test_nothing_is_shown_unless_somebody_chose_it() -> None:
    assert Person().public_fields == []
    assert Person().consent_given is False


def test_consent_needs_its_day() -> None:
    person = Person(name="Ana", consent_given=True)

    with pytest.raises(ValidationError) as refusal:
        person.full_clean()

    assert refusal.value.message_dict == {
        "consent_on": ["Enter the day on which the person agreed."]
    }


@pytest.mark.parametrize("wrong", [["salary"], "role", {"role": True}])
def test_shown_fields_are_of_the_list(wrong: object) -> None:
    person = Person(name="Ana", public_fields=wrong)

    with pytest.raises(ValidationError) as refusal:
        person.full_clean()

    assert refusal.value.message_dict == {"public_fields": ["Choose from the list."]}


def test_shown_fields_are_kept_in_order_once() -> None:
    person = Person(name="Ana", public_fields=["phone", "role", "phone"])

    person.full_clean()

    assert person.public_fields == ["role", "phone"]


def test_hidden_portrait_needs_no_text() -> None:
    image = make_image()

    person = make_person(picture=image)

    assert person.publication_problems() == []


def test_shown_portrait_needs_a_text() -> None:
    with pytest.raises(ValidationError) as refusal:
        make_person(picture=make_image(), shown=[PersonField.PICTURE])

    assert list(refusal.value.message_dict) == ["picture_alt"]
    assert not Person.objects.exists()


def test_organisation_knows_the_countries() -> None:
    organisation = Organisation(name="X", kind=OrganisationKind.SME, country="ZZ")

    with pytest.raises(ValidationError) as refusal:
        organisation.full_clean()

    assert list(refusal.value.message_dict) == ["country"]
    organisation.country = "BG"
    organisation.full_clean()


def test_facts_that_are_not_known_are_null() -> None:
    organisation = make_organisation(country="")
    programme = make_programme()

    assert organisation.stated_country is None
    assert organisation.stated_website is None
    assert programme.stated_full_name is None
    assert programme.stated_funder is None


def test_columns_of_organisations_and_programmes() -> None:
    organisation = make_organisation(name="Cluj IT", local_name="Cluj IT Cluster", country="RO")
    programme = make_programme(name="COSME", full_name="Competitiveness", funder="EC")

    assert organisation.published_columns().facets == (
        ("organisationKind", "SME"),
        ("country", "RO"),
    )
    assert organisation.published_columns().search_text == "Cluj IT Cluj IT Cluster"
    assert programme.published_columns().search_text == "COSME Competitiveness EC"
    assert str(programme) == "COSME"


def test_draft_of_a_person_may_be_incomplete() -> None:
    person = make_person(shown=[PersonField.PICTURE])
    person.picture = make_image()

    revision = person.save_revision()

    with pytest.raises(ValidationError):
        revision.publish()
    stored = Person.objects.get()
    assert stored.picture is None
    assert stored.consent_on == dt.date(2020, 1, 1)


def test_a_portrait_has_its_text_in_each_language() -> None:
    portrait = Person(
        name="Ada",
        picture_id=7,
        picture_alt="Ada at her desk",
        picture_alt_bg="Ада на бюрото си",
        public_fields=["picture"],
    )

    assert portrait.public_picture is not None
    assert portrait.public_picture.alt == {"en": "Ada at her desk", "bg": "Ада на бюрото си"}
