"""The checks fail when something is exposed by accident or without a word."""

from typing import Any

import graphene
import pytest
from django.conf import settings
from django.core.checks import run_checks

from cms.content import checks
from cms.content.models import Image, Organisation, Person, Programme, Term
from cms.publishing import exposure


def ids(found: list[Any]) -> list[str]:
    return [message.id for message in found]


class Face:
    """A model or block as far as the check is concerned."""

    graphql_description = "A face."
    name = "Ana"
    graphql_fields = [exposure.value("name", graphene.String, "The name.")]


# Checks of libraries read the cache, and may look at the kind of database.
@pytest.mark.services
def test_the_project_passes() -> None:
    assert [message for message in run_checks() if str(message.id).startswith("content.")] == []


def test_everything_exposed_is_looked_at() -> None:
    models = checks.exposable_models()

    assert {Term, Programme, Organisation, Person, Image} <= set(models)
    assert {"NewsPage", "ProjectPage", "EventPage", "ClusterPage"} <= {m.__name__ for m in models}
    assert {"HeadingBlock", "TableBlock", "LinkBlock"} <= {
        block.__name__ for block in checks.body_blocks()
    }


@pytest.mark.parametrize(
    ("installed", "found"),
    [
        (["grapple", "wagtail.snippets"], ["content.E001"]),
        (["wagtail.snippets", "grapple"], []),
        (["wagtail.snippets"], []),
    ],
)
def test_grapple_before_snippets_is_found(
    monkeypatch: pytest.MonkeyPatch, installed: list[str], found: list[str]
) -> None:
    monkeypatch.setattr(settings, "INSTALLED_APPS", installed)

    assert ids(checks.check_app_order(None)) == found


def test_complete_face_passes() -> None:
    assert checks.check_exposure(Face) == []


def test_model_without_fields_is_found() -> None:
    class Silent:
        pass

    assert ids(checks.check_exposure(Silent)) == ["content.E002"]


def test_model_hidden_with_a_reason_passes() -> None:
    class Hidden:
        graphql_hidden = "Only editors need it."

    class HiddenWithoutReason:
        graphql_hidden = ""

    assert checks.check_exposure(Hidden) == []
    assert ids(checks.check_exposure(HiddenWithoutReason)) == ["content.E002"]


def test_missing_descriptions_are_found() -> None:
    class Undescribed(Face):
        graphql_description = ""
        graphql_fields = [exposure.value("name", graphene.String, "")]

    found = checks.check_exposure(Undescribed)

    assert ids(found) == ["content.E003", "content.E004"]
    assert [message.msg for message in found] == [
        "Undescribed.graphql_description is missing.",
        "Undescribed.name has no description.",
    ]


def test_field_without_a_source_is_found() -> None:
    class Sourceless(Face):
        graphql_fields = [
            exposure.value("age", graphene.Int, "The age."),
            exposure.value("years", graphene.Int, "The age.", source="age"),
        ]

    assert ids(checks.check_exposure(Sourceless)) == ["content.E005", "content.E005"]


def test_hand_written_type_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    base = type("Base", (), {"__module__": "graphene_django.types"})
    generated = type("Term", (base,), {"__module__": "graphene.types.objecttype"})
    leaking = type("LeakingType", (generated,), {"__module__": "news.schema"})
    monkeypatch.setattr(checks, "DjangoObjectType", base)

    found = checks.check_hand_written_types(None)

    assert [(message.id, message.obj) for message in found] == [("content.E006", leaking)]
