"""The vocabulary that a new installation starts with, and the rules of terms."""

import re
from collections import Counter
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from cms.content.models import Term, TermScheme
from cms.content.vocabulary import seed_terms
from tests.factories import make_term

pytestmark = pytest.mark.django_db


def test_seeded_terms_are_live_and_named_in_both_languages() -> None:
    terms = Term.objects.all()

    assert Counter(term.scheme for term in terms) == {
        TermScheme.CROSS_SECTORAL_INDUSTRY: 10,
        TermScheme.SUPPORT_SERVICE: 16,
        TermScheme.TRANSNATIONAL_SUPPORT_ACTIVITY: 5,
        TermScheme.INTERNATIONAL_SUPPORT_ACTIVITY: 5,
        TermScheme.NEWS_TOPIC: 14,
        TermScheme.ELIGIBLE_KIND: 8,
    }
    assert [term.code for term in terms if not term.live] == []
    assert [term.code for term in terms if not re.search("[а-я]", term.label_bg)] == []


def test_seeded_terms_pass_the_rules_an_editor_has_to_pass() -> None:
    for term in Term.objects.all():
        term.full_clean()

        assert term.publication_problems() == []


def test_values_of_the_source_profile_keep_its_words() -> None:
    wanted = {
        (TermScheme.CROSS_SECTORAL_INDUSTRY, "DIGITAL_INDUSTRIES"): "Digital Industries",
        (TermScheme.SUPPORT_SERVICE, "OTHER"): "Other (please specify)",
        (
            TermScheme.TRANSNATIONAL_SUPPORT_ACTIVITY,
            "COLLABORATIVE_ACTIVITIES",
        ): "Support to collaborative activities/etc.",
        (
            TermScheme.INTERNATIONAL_SUPPORT_ACTIVITY,
            "MISSIONS_EVENTS_FAIRS",
        ): "Participation at missions/events/study visits/fairs",
    }

    labels = {
        (scheme, code): Term.objects.get(scheme=scheme, code=code).label_en
        for scheme, code in wanted
    }

    assert labels == wanted


def test_seed_keeps_terms_that_are_there_and_leaves_others_alone() -> None:
    migration = import_module("cms.content.migrations.0002_seed_vocabulary")
    own = make_term(code="OWN")
    before = set(Term.objects.values_list("pk", flat=True))

    migration.load(apps, None)

    assert set(Term.objects.values_list("pk", flat=True)) == before

    migration.unload(apps, None)

    assert list(Term.objects.all()) == [own]


def test_seeded_ids_are_the_same_in_every_installation() -> None:
    digital = Term.objects.get(code="DIGITAL_INDUSTRIES")

    assert digital.public_id == "dGVybQAt3fldn5ZbBK8O3elFIlsC"
    assert len({term.uuid for term in seed_terms()}) == len(seed_terms())


def test_editors_find_seeded_terms(admin_client: Client) -> None:
    answer = admin_client.get(reverse("wagtailsnippets_content_term:list"), {"q": "цифрови"})

    assert "DIGITAL_INDUSTRIES" in answer.content.decode()


def test_label_leaves_out_languages_without_text() -> None:
    assert make_term(label_en="Cloud", label_bg="Облак").label == {"en": "Cloud", "bg": "Облак"}
    assert make_term(label_en="Cloud").label == {"en": "Cloud"}


@pytest.mark.parametrize("code", ["digital", "DIGITAL-2", "_DIGITAL", "DIGITAL__2", "ЦИФРОВИ"])
def test_code_is_a_plain_capital_name(code: str) -> None:
    term = Term(scheme=TermScheme.NEWS_TOPIC, code=code, label_en="Digital")

    with pytest.raises(ValidationError) as refusal:
        term.full_clean()

    assert list(refusal.value.message_dict) == ["code"]


def test_code_occurs_once_in_a_vocabulary() -> None:
    make_term(code="CLOUD")
    same = Term(scheme=TermScheme.TECHNOLOGY_FIELD, code="CLOUD", label_en="Cloud")

    with pytest.raises(ValidationError) as refusal:
        same.full_clean()

    assert refusal.value.messages == ["This vocabulary already has a term with this code."]


def test_broader_term_is_of_the_same_vocabulary() -> None:
    topic = Term.objects.filter(scheme=TermScheme.NEWS_TOPIC).first()
    term = make_term(broader=topic)

    with pytest.raises(ValidationError) as refusal:
        term.full_clean()

    assert refusal.value.message_dict == {
        "broader": ["Choose a broader term of the same vocabulary."]
    }


def test_term_never_includes_itself() -> None:
    upper = make_term(code="UPPER")
    lower = make_term(code="LOWER", broader=upper)
    upper.broader = lower

    with pytest.raises(ValidationError) as refusal:
        upper.full_clean()

    assert refusal.value.message_dict == {"broader": ["A term cannot include itself."]}


def test_term_without_a_label_is_not_published() -> None:
    with pytest.raises(ValidationError) as refusal:
        make_term(label_en="")

    assert refusal.value.message_dict == {"label_en": ["Write the English label."]}
    assert not Term.objects.filter(scheme=TermScheme.TECHNOLOGY_FIELD).exists()


def test_columns_let_others_filter_by_scheme_and_code() -> None:
    columns = make_term(code="CLOUD", label_en="Cloud", label_bg="Облак").published_columns()

    assert columns.facets == (("termScheme", "TECHNOLOGY_FIELD"), ("termCode", "CLOUD"))
    assert columns.search_text == "Cloud Облак CLOUD"
